from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

EARLIEST_DUE = """
    COALESCE(
        (SELECT MIN(%(due)s) FROM account_move_line item
          WHERE item.move_id = %(move)s AND item.display_type = 'payment_term'
            AND %(reconciled)s IS NOT TRUE),
        %(last)s
    )
"""


class OpenItem(NamedTuple):
    """A journal item that is not paid: an installment, or the whole document."""

    due: object
    amount: float
    line: object


class EarliestDue(fields.Date):
    """A day that isn't stored, and yet is searched and sorted by."""

    def to_sql(self, model, alias):
        items, own = model.env["account.move.line"]._fields, model._fields
        return SQL(
            EARLIEST_DUE,
            move=SQL.identifier(alias, "id"),
            due=SQL.identifier("item", "date_maturity", to_flush=items["date_maturity"]),
            reconciled=SQL.identifier("item", "reconciled", to_flush=items["reconciled"]),
            last=SQL.identifier(alias, "invoice_date_due", to_flush=own["invoice_date_due"]),
        )


class AccountMove(models.Model):
    """What is open of a document, by its open items and by payments that wait for the bank.

    Whether the company prints its plan of installments doesn't matter here: what is overdue is
    overdue.
    """

    _inherit = "account.move"

    # What ``finance.portal.waiting`` says of it, read for many documents at once: a list of
    # ``[item id, payment id, day, money, what it settles]``, unsigned.
    finance_waiting = fields.Json(compute="_compute_finance_waiting", string="Paid, Not in Books")

    # By the books alone, so that the database can sort by it.
    finance_due = EarliestDue(compute="_compute_finance_due", string="Earliest Due Date")

    @api.depends("line_ids.date_maturity", "line_ids.reconciled", "invoice_date_due")
    def _compute_finance_due(self):
        for move in self:
            terms = move._finance_portal_get_term_lines()
            days = terms.filtered(lambda line: not line.reconciled).mapped("date_maturity")
            move.finance_due = min(filter(None, days), default=move.invoice_date_due)

    @api.depends(
        "amount_residual",
        "state",
        "matched_payment_ids.state",
        "matched_payment_ids.amount",
        "matched_payment_ids.date",
        "matched_payment_ids.move_id",
        "matched_payment_ids.invoice_ids.amount_residual",
    )
    def _compute_finance_waiting(self):
        moves = self._origin.filtered(lambda move: move._finance_portal_may_wait())
        found = self._finance_portal_list_waiting(
            self.env["finance.portal.waiting"]._get_shares_of_moves(moves)
        )
        for move in self:
            move.finance_waiting = found.get(move._origin.id, False)

    def _finance_portal_take_waiting(self, shares):
        """Take over what was found of these documents already, with others.

        :param list shares: see ``finance.portal.waiting``
        """
        found = self._finance_portal_list_waiting(shares)
        for move in self:
            move._update_cache({"finance_waiting": found.get(move.id, False)}, validate=False)

    @api.model
    def _finance_portal_list_waiting(self, shares):
        """Return the value of ``finance_waiting`` by document id."""
        found = {}
        for one in shares:
            row = [
                one.item.id,
                one.payment.id,
                fields.Date.to_string(one.payment.day),
                abs(float(one.money)),
                abs(float(one.settled)),
            ]
            found.setdefault(one.item.move, []).append(row)
        return found

    def _finance_portal_may_wait(self):
        """Return whether something of it is open, by the books."""
        return (
            self.state == "posted"
            and self._finance_portal_is_kind()
            and not self.currency_id.is_zero(self.amount_residual)
        )

    # === WHAT IS LEFT === #

    def _finance_portal_amount_left(self):
        """Return what is left to pay, or to be paid back, less payments that wait for the bank."""
        settled = sum(row[4] for row in self.finance_waiting or [])
        return max(self.currency_id.round(self.amount_residual - settled), 0)

    def _finance_portal_get_open_items(self):
        """Return the :class:`OpenItem` of it, the earliest first."""
        waiting = self.finance_waiting or []
        items = []
        for line in self._finance_portal_get_term_lines():
            settled = sum(row[4] for row in waiting if row[0] == line.id)
            left = self.currency_id.round(abs(line.amount_residual_currency) - settled)
            if not line.reconciled and left > 0:
                items.append(OpenItem(line.date_maturity or line.date, left, line))
        return items

    def _finance_portal_get_pending(self):
        """Return the payments that wait for the bank statement, without a journal entry so far.

        :return: list of dicts of ``date``, ``amount``, ``discount`` (granted with it), ``move``
        """
        found = {}
        for _item, payment, day, money, settled in self.finance_waiting or []:
            entry = found.setdefault(payment, {"date": fields.Date.to_date(day), "amount": 0})
            entry["amount"] = self.currency_id.round(entry["amount"] + money)
            discount = entry.get("discount", 0) + settled - money
            entry.update(discount=self.currency_id.round(discount), move=self.browse())
        return list(found.values())

    def _finance_portal_get_term_lines(self):
        """Return the journal items that stand for the installments, the earliest first."""
        return self.line_ids.filtered(lambda line: line.display_type == "payment_term").sorted(
            lambda line: (line.date_maturity or line.date, line.id)
        )
