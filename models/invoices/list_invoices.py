from odoo import api, fields, models
from odoo.fields import Domain

from ..portal.list import Sort


class FinancePortalListInvoices(models.AbstractModel):
    """Invoices, with credit notes and sales receipts."""

    _name = "finance.portal.list.invoices"
    _description = "Invoices in the Portal"
    _inherit = "finance.portal.list"

    @api.model
    def _get_model(self):
        return "account.move"

    @api.model
    def _get_section(self):
        return "invoices"

    @api.model
    def _get_filters(self):
        credits_ = Domain("move_type", "=", "out_refund")
        unpaid = ~credits_ & Domain("payment_state", "in", ("not_paid", "partial", "blocked"))
        paid = ~credits_ & Domain("payment_state", "in", ("paid", "in_payment", "reversed"))
        return {
            "": (self.env._("All"), Domain.TRUE),
            "open": (self.env._("Unpaid"), unpaid),
            "overdue": (self.env._("Overdue"), unpaid & self._get_overdue_domain()),
            "paid": (self.env._("Paid"), paid),
            "credit": (self.env._("Credit notes"), credits_),
        }

    @api.model
    def _get_overdue_domain(self):
        """Return the domain of what was due before today, or whose installment was.

        Of installments only where the customer is told of them, as on the document's page.
        """
        today = fields.Date.context_today(self)
        late = Domain("date_maturity", "<", today) & Domain("reconciled", "=", False)
        items = Domain("line_ids", "any", late & Domain("display_type", "=", "payment_term"))
        told = Domain("invoice_payment_term_id.display_on_invoice", "=", True)
        return Domain("invoice_date_due", "<", today) | (told & items)

    @api.model
    def _get_sorts(self):
        return {
            "": Sort(self.env._("Newest first"), "invoice_date", descending=True),
            "oldest": Sort(self.env._("Oldest first"), "invoice_date"),
            "due": Sort(self.env._("Due first"), "invoice_date_due", nullable=True),
            "amount": Sort(self.env._("Highest amount first"), "amount_total", descending=True),
        }

    @api.model
    def _get_search_fields(self):
        return ["name", "ref"]

    @api.model
    def _get_texts(self):
        return {
            "heads": {
                "name": self.env._("Number"),
                "date": self.env._("Date"),
                "due": self.env._("Due"),
                "amount": self.env._("Amount"),
                "open": self.env._("Still open"),
            },
            "empty": self.env._("Your invoices, credit notes and receipts will appear here."),
        }

    @api.model
    def _prepare_cells(self, move):
        is_open = move._finance_portal_is_open()
        is_credit = move.move_type == "out_refund"
        due = is_open and not is_credit and move._finance_portal_get_due_date()
        left = move._finance_portal_amount_left() if is_open else 0
        sign = -1 if is_credit else 1
        return {
            "name": move.name,
            "kind": move.type_name if move.move_type != "out_invoice" else "",
            "detail": move.ref or "",
            "date": move._finance_portal_day(move.invoice_date),
            "due": move._finance_portal_day(due),
            "amount": move._finance_portal_money(sign * move.amount_total),
            "open": move._finance_portal_money(sign * left) if is_open else "",
        }

    @api.model
    def _warm_up(self, moves):
        # Journal items have a hundred fields, and documents may have hundreds of items.
        lines = moves.env["account.move.line"].search_fetch(
            [("move_id", "in", moves.ids)],
            [
                "move_id", "display_type", "date", "date_maturity", "reconciled",
                "amount_residual_currency", "amount_currency", "currency_id", "company_id",
            ],
        )  # fmt: skip
        credits_ = lines.filtered(
            lambda line: (
                line.move_id.move_type == "out_refund" and line.display_type == "payment_term"
            )
        )
        partials = credits_.matched_debit_ids
        (partials.debit_move_id.move_id | partials.exchange_move_id).mapped("move_type")

    @api.model
    def _get_news(self, move):
        if move.move_type == "out_refund":
            return self.env._("New credit note")
        return (
            self.env._("New invoice")
            if move.move_type == "out_invoice"
            else self.env._("New receipt")
        )
