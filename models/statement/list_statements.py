from odoo import api, models
from odoo.fields import Domain

from ..portal.list import Sort

CURRENT = "current"  # no filter of the page


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
    def _get_filter_domain(self, viewer, show):
        """Return besides the domain of the newest statement that a contact may be mailed again."""
        if show != CURRENT:
            return super()._get_filter_domain(viewer, show)
        viewer = viewer.seeing(own_documents=True)
        scope = self.env["finance.portal.scope"]
        mailed = scope._get_recipient_domain(self._get_model(), viewer)
        return Domain("id", "in", self._find(mailed, self._get_sorts()[""], 1).ids)

    @api.model
    def _get_still_open(self):
        """Return the last statement: who was mailed it may not see the invoices that it lists."""
        return CURRENT, ""

    @api.model
    def _is_still_open(self, statement):
        return any(part["total"] > 0 for part in statement._get_parts(0))

    @api.model
    def _get_open_amount(self, statement, cells):
        """Return what is open now, not what was when it was sent."""
        return " + ".join(statement._get_hero(statement._get_parts(0))["amounts"])

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
                "amount": self.env._("Balance when sent"),
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
