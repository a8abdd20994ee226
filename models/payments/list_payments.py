from odoo import api, models
from odoo.fields import Domain

from ..portal.list import Sort


class FinancePortalListPayments(models.AbstractModel):
    """Payments that the customer made."""

    _name = "finance.portal.list.payments"
    _description = "Payments in the Portal"
    _inherit = "finance.portal.list"

    @api.model
    def _get_model(self):
        return "account.payment"

    @api.model
    def _get_section(self):
        return "payments"

    @api.model
    def _get_filters(self):
        returned = self.env["account.payment"]._finance_portal_get_returned_domain()
        received, processing = (
            Domain("state", "=", state) & ~returned for state in ("paid", "in_process")
        )
        return {
            "": (self.env._("All"), Domain.TRUE),
            "received": (self.env._("Received"), received),
            "processing": (self.env._("Being processed"), processing),
            "returned": (self.env._("Returned"), returned),
        }

    @api.model
    def _get_sorts(self):
        return {
            "": Sort(self.env._("Newest first"), "date", descending=True),
            "oldest": Sort(self.env._("Oldest first"), "date"),
            "amount": Sort(self.env._("Highest amount first"), "amount", descending=True),
        }

    @api.model
    def _get_search_fields(self):
        return ["name", "memo", "payment_reference"]

    @api.model
    def _get_texts(self):
        return {
            "heads": {
                "name": self.env._("Number"),
                "date": self.env._("Date"),
                "amount": self.env._("Amount"),
            },
            "empty": self.env._("Payments that we received from you will appear here."),
        }

    @api.model
    def _prepare_cells(self, payment):
        return {
            "name": payment.name or payment.payment_receipt_title,
            "detail": payment.memo or payment.payment_reference or "",
            "date": payment._finance_portal_day(payment.date),
            "amount": payment._finance_portal_money(payment.amount),
        }

    @api.model
    def _get_news(self, payment):
        if payment.finance_is_returned:
            return self.env._("Payment returned")
        return self.env._("Payment received")
