from odoo import api, models
from odoo.fields import Domain


class FinancePortalDecisionMixin(models.AbstractModel):
    """Tell the overview what waits for an answer."""

    _inherit = "finance.portal.decision.mixin"

    @api.model
    def _finance_portal_get_unanswered_domain(self):
        """Return the domain of what was sent and waits for the customer's answer."""
        waiting = ("sent", "opened", "expired")
        return Domain("state", "=", "sent") & Domain("finance_status", "in", waiting)
