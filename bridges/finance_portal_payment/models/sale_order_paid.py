from odoo import api, models
from odoo.tools import SQL

from odoo.addons.finance_portal.models.payments.account_payment_returned import FLUSHED
from odoo.addons.finance_portal.models.quotes.sale_order_page_sources import PAYMENTS
from odoo.addons.finance_portal.models.web.page_cache import PossibleRows

# What became of an order's payments later: captures, voids and refunds, also of what was captured,
# and payments in the books that were cancelled, went back, or pay something else.
BOOKED = (
    f"SELECT payment_id FROM payment_transaction WHERE id IN ({PAYMENTS})"  # noqa: S608  # constants
    " UNION ALL SELECT payment_id FROM parts"
)
PARTS = (
    (
        "payment_transaction",
        f"source_transaction_id IN ({PAYMENTS})",
        "parts",
        "id, payment_id",
    ),
    ("payment_transaction", "source_transaction_id IN (SELECT id FROM parts)"),
    ("account_payment", f"id IN ({BOOKED})", "booked", "move_id"),
    ("account_move_line", "move_id IN (SELECT move_id FROM booked)", "booked_items", "id"),
    ("account_partial_reconcile", "credit_move_id IN (SELECT id FROM booked_items)"),
)
# The models that the queries below read.
READ = (*FLUSHED, "payment.transaction", "sale.order", "sale.order.line")
# What of payments the books match with anything but invoices of the order that they were made for,
# until that was confirmed. Refunds of the payment itself are deducted as such.
USED = """
    SELECT paid.order_id, paid.payment_id, SUM(partial.credit_amount_currency)
      FROM unnest(%(orders)s, %(payments)s) AS paid (order_id, payment_id)
      JOIN sale_order quote ON quote.id = paid.order_id
      JOIN account_payment payment ON payment.id = paid.payment_id
      JOIN account_move_line own ON own.move_id = payment.move_id
      JOIN account_account account ON account.id = own.account_id
      JOIN account_partial_reconcile partial ON partial.credit_move_id = own.id
      JOIN account_move_line other ON other.id = partial.debit_move_id
      JOIN account_move entry ON entry.id = other.move_id
      LEFT JOIN account_payment back ON back.id = entry.origin_payment_id
      LEFT JOIN payment_transaction refund
        ON refund.id = back.payment_transaction_id
       AND refund.source_transaction_id = payment.payment_transaction_id
       AND refund.operation = 'refund' AND refund.state NOT IN ('cancel', 'error')
     WHERE account.account_type = 'asset_receivable'
       AND (quote.state <> 'sale' OR partial.create_date <= quote.date_order)
       AND refund.id IS NULL
       AND NOT EXISTS (
        SELECT FROM account_move_line invoiced
          JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = invoiced.id
          JOIN sale_order_line line ON line.id = rel.order_line_id
         WHERE invoiced.move_id = entry.id AND line.order_id = quote.id
       )
     GROUP BY paid.order_id, paid.payment_id
"""
# What was paid out for credit notes of these orders, or used for anything but their own invoices,
# in place of the payments that they were invoiced with; less what came for these otherwise.
CREDITED = """
    WITH own AS (
        SELECT DISTINCT line.order_id, move.id, move.move_type
          FROM sale_order_line line
          JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
          JOIN account_move_line invoiced ON invoiced.id = rel.invoice_line_id
          JOIN account_move move ON move.id = invoiced.move_id
          JOIN sale_order quote ON quote.id = line.order_id
         WHERE line.order_id = ANY(%(orders)s)
           AND move.state = 'posted'
           AND move.currency_id = quote.currency_id
    ), items AS (
        SELECT own.order_id, own.move_type, item.id
          FROM own
          JOIN account_move_line item ON item.move_id = own.id
          JOIN account_account account ON account.id = item.account_id
         WHERE account.account_type = 'asset_receivable'
    ), matched AS (
        SELECT items.order_id, partial.create_date, partial.debit_move_id AS other,
               partial.credit_amount_currency AS amount
          FROM items JOIN account_partial_reconcile partial ON partial.credit_move_id = items.id
         WHERE items.move_type = 'out_refund'
         UNION ALL
        SELECT items.order_id, partial.create_date, partial.credit_move_id,
               -partial.debit_amount_currency
          FROM items JOIN account_partial_reconcile partial ON partial.debit_move_id = items.id
         WHERE items.move_type = 'out_invoice'
    )
    SELECT quote.id, SUM(matched.amount)
      FROM matched
      JOIN sale_order quote ON quote.id = matched.order_id
      JOIN account_move_line other ON other.id = matched.other
      JOIN account_move entry ON entry.id = other.move_id
      LEFT JOIN account_payment booked ON booked.id = entry.origin_payment_id
      LEFT JOIN payment_transaction made ON made.id = booked.payment_transaction_id
     WHERE (quote.state <> 'sale' OR matched.create_date <= quote.date_order)
       AND NOT EXISTS (SELECT FROM own WHERE own.order_id = quote.id AND own.id = entry.id)
       AND NOT EXISTS (
        SELECT FROM sale_order_transaction_rel rel
          LEFT JOIN payment_transaction part ON part.source_transaction_id = rel.transaction_id
          LEFT JOIN payment_transaction refund ON refund.source_transaction_id = part.id
         WHERE rel.sale_order_id = quote.id
           AND made.id IN (rel.transaction_id, part.id, refund.id)
       )
     GROUP BY quote.id
"""


class SaleOrder(models.Model):
    """What of the money that came online still counts for a quote that was shared."""

    _inherit = "sale.order"

    @api.depends(
        "state",
        "date_order",
        "currency_id",
        "partner_id",
        "partner_invoice_id",
        "order_line.invoice_lines.move_id.amount_residual",
        "transaction_ids.state",
        "transaction_ids.amount",
        "transaction_ids.payment_id.state",
        "transaction_ids.payment_id.move_id.line_ids.matched_debit_ids",
        "transaction_ids.child_transaction_ids.state",
        "transaction_ids.child_transaction_ids.payment_id.state",
        "transaction_ids.child_transaction_ids.payment_id.move_id.line_ids.matched_debit_ids",
        "transaction_ids.child_transaction_ids.child_transaction_ids.state",
    )
    def _compute_amount_paid(self):
        """Leave out what went back, pays something else, is another customer's or currency's.

        Odoo counts it for good: whoever got a prepayment back would accept without another one.
        """
        result = super()._compute_amount_paid()
        paid = self.filtered("transaction_ids")
        ours = paid.filtered(lambda order: order._finance_portal_is_ours())
        used, credited = ours._finance_portal_get_used(), ours._finance_portal_get_credited()
        for order in ours:
            lost = sum(one._finance_portal_get_lost(order, used) for one in order.transaction_ids)
            lost += max(credited.get(order._origin.id, 0), 0)
            order.amount_paid -= min(lost, order.amount_paid)
        return result

    def _finance_portal_get_used(self):
        """Return what of the payments made for each of these orders pays something else.

        Once an order is confirmed, its invoices tell what else its money was used for.

        :return: ``{(order id, account.payment id): amount in the currency of the payment}``
        """
        pairs = set()
        for order in self:
            made = order.transaction_ids | order.transaction_ids.child_transaction_ids
            pairs |= {(order._origin.id, payment._origin.id) for payment in made.payment_id}
        if not pairs:
            return {}
        for name in READ:
            self.env[name].flush_model()
        orders, payments = (list(ids) for ids in zip(*pairs, strict=True))
        rows = self.env.execute_query(SQL(USED, orders=orders, payments=payments))
        return {(order, payment): float(amount) for order, payment, amount in rows}

    def _finance_portal_get_credited(self):
        """Return what of the money invoiced for each of these orders was given back since.

        By credit notes that were paid out, or pay something else. Until it was confirmed, as above.

        :return: ``{order id: amount}``
        """
        # What was invoiced was confirmed before, so most quotes have no such lines.
        invoiced = self.filtered("order_line.invoice_lines")
        if not invoiced:
            return {}
        for name in READ:
            self.env[name].flush_model()
        rows = self.env.execute_query(SQL(CREDITED, orders=invoiced._origin.ids))
        return {order: float(amount) for order, amount in rows}

    def _finance_portal_counts_change(self, transaction):
        """Return whether a void or a refund changes what is paid: not once it was confirmed.

        Its invoices tell what was given back since.
        """
        return self.state != "sale" or transaction.create_date <= self.date_order

    def _finance_portal_is_ours(self):
        """Return whether it was ever shared: the carts of a shop are none of ours."""
        # Terms stay on a payment when its links are deleted for their age.
        paid = self.transaction_ids.filtered("finance_terms")
        return bool(self.finance_link_ids or self.finance_decision_ids or paid)

    def _finance_portal_get_page_sources(self):
        """Add what became of its payments later, where it has any."""
        own = {"order": self.id}
        parts = self._finance_portal_fill_sources(PARTS, **own)
        paid = PossibleRows(SQL(PAYMENTS, **own), parts)
        return [*super()._finance_portal_get_page_sources(), paid]
