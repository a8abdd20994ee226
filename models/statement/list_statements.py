from odoo import api, models
from odoo.fields import Domain

from ..portal.list import Sort


class FinancePortalListStatements(models.AbstractModel):
    """Statements that were sent to the customer."""

    _name = "finance.portal.list.statements"
    _description = "Statements in the Portal"
    _inherit = "finance.portal.list"

    @api.model
    def _get_model(self):
        return "finance.portal.issued.statement"

    @api.model
    def _get_section(self):
        return "statement/sent"

    @api.model
    def _get_filters(self):
        return {
            "": (self.env._("All"), Domain.TRUE),
            "open": (self.env._("Open items"), Domain("kind", "=", "open")),
            "period": (self.env._("Of a period"), Domain("kind", "=", "period")),
        }

    @api.model
    def _get_sorts(self):
        return {
            "": Sort(self.env._("Newest first"), "date", descending=True),
            "oldest": Sort(self.env._("Oldest first"), "date"),
        }

    @api.model
    def _get_search_fields(self):
        return ["name"]

    @api.model
    def _get_search_hint(self):
        return self.env._("Number")

    @api.model
    def _get_texts(self):
        return {
            "heads": {
                "name": self.env._("Number"),
                "date": self.env._("Sent"),
                "amount": self.env._("Balance then"),
            },
            "empty": self.env._("Statements that we send you will appear here."),
        }

    @api.model
    def _prepare_cells(self, statement):
        detail = ""
        if statement.kind == "period":
            Statement = self.env["finance.portal.statement"]
            detail = Statement._format_period(statement.date_from, statement.date_to)
        return {
            "name": statement.name,
            "detail": detail,
            "date": statement._finance_portal_day(statement.date),
            "amount": statement.issued_amount,
        }

    @api.model
    def _get_news(self, statement):
        return self.env._("New statement")
