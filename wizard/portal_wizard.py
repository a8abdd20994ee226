from odoo import models
from odoo.exceptions import UserError


class PortalWizardUser(models.TransientModel):
    """Odoo's own dialog leaves customer portal accounts alone."""

    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        self._finance_portal_check_not_managed()
        return super().action_grant_access()

    def action_revoke_access(self):
        self._finance_portal_check_not_managed()
        return super().action_revoke_access()

    def action_invite_again(self):
        self._finance_portal_check_not_managed()
        return super().action_invite_again()

    def _finance_portal_check_not_managed(self):
        """Raise if the contact has, or had, a customer portal account.

        :raise UserError: naming where it is opened and closed
        """
        if self.partner_id._finance_portal_get_account():
            raise UserError(
                self.env._(
                    "%s has a customer portal account. Open the contact and use its Portal Access"
                    " tab.",
                    self.partner_id.display_name,
                )
            )
