from odoo import api, models
from odoo.tools import SQL

from odoo.addons.finance_portal.models.quotes.sale_order_page_sources import PAYMENTS
from odoo.addons.finance_portal.models.web.page_cache import PossibleRows

# What became of an order's payments later: captures, voids and refunds, also of what was captured,
# and payments in the books that were cancelled or went back.
PARTS = (
    (
        "payment_transaction",
        f"source_transaction_id IN ({PAYMENTS})",
        "parts",
        "id",
    ),
    ("payment_transaction", "source_transaction_id IN (SELECT id FROM parts)"),
    (
        "account_payment",
        "id IN (SELECT paid.payment_id FROM payment_transaction paid"
        " JOIN sale_order_transaction_rel rel ON rel.transaction_id = paid.id"
        " WHERE rel.sale_order_id = %(order)s)",
    ),
    (
        "account_payment",
        "id IN (SELECT payment_id FROM payment_transaction WHERE id IN (SELECT id FROM parts))",
    ),
)


class SaleOrder(models.Model):
    """What of the money that came online still counts for a quote that was shared."""

    _inherit = "sale.order"

    @api.depends(
        "state",
        "currency_id",
        "partner_id",
        "partner_invoice_id",
        "transaction_ids.state",
        "transaction_ids.amount",
        "transaction_ids.payment_id.state",
        "transaction_ids.child_transaction_ids.state",
        "transaction_ids.child_transaction_ids.payment_id.state",
        "transaction_ids.child_transaction_ids.child_transaction_ids.state",
    )
    def _compute_amount_paid(self):
        """Leave out what went back, is another customer's, or in another currency.

        Odoo counts it for good: whoever got a prepayment back would accept without another one.
        """
        result = super()._compute_amount_paid()
        for order in self.filtered("transaction_ids"):
            if order._finance_portal_is_ours():
                lost = (one._finance_portal_get_lost(order) for one in order.transaction_ids)
                order.amount_paid -= sum(lost)
        return result

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
