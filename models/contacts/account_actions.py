from odoo import models


class FinancePortalAccount(models.Model):
    """What staff do from the list of accounts."""

    _inherit = "finance.portal.account"

    # === ACTION METHODS === #

    def action_diagnose(self):
        """Open the dialog that says why the contact cannot get in."""
        self.ensure_one()
        return self.partner_id.action_finance_portal_diagnose()

    def action_view_as(self):
        """Open the portal as the contact sees it."""
        self.ensure_one()
        return self.partner_id.action_finance_portal_view_as()
