from odoo import models


class ResUsers(models.Model):
    """The user behind a customer's account."""

    _inherit = "res.users"

    def _finance_portal_get_account(self):
        """Return the customer account (sudo) of this user; empty for everybody else."""
        # sudo: customers have no rights on accounts, not even their own
        Account = self.env["finance.portal.account"].sudo()
        return Account.search([("user_id", "=", self.id)]) if self.id else Account

    def _notify_security_setting_update(self, *args, suggest_password_reset=True, **kwargs):
        """Leave it to us to tell customers of a new login or password.

        The ERP's email leads to its own page for forgotten passwords.
        """
        users = self
        if suggest_password_reset:
            users = self.filtered(lambda user: not user._finance_portal_is_managed())
        return super(ResUsers, users)._notify_security_setting_update(
            *args, suggest_password_reset=suggest_password_reset, **kwargs
        )
