from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.auth_signup.models.res_partner import SignupError


class ResUsers(models.Model):
    """Odoo's own sign-up and reset emails never reach customers with a managed account.

    They hold Odoo's own secret, which lives for days. Ours goes out in their place.
    """

    _inherit = "res.users"

    def reset_password(self, login):
        """Answer whoever asks on Odoo's page for customers' addresses as for unknown ones.

        Our job finds out whose address it is, and mails our link: so both take the same time.
        """
        if self.env.user._is_internal():
            return super().reset_password(login)
        users = self.search(self._get_login_domain(login))
        users = users or self.search(self._get_email_domain(login))
        if len(users) == 1 and not users._finance_portal_is_managed():
            return super().reset_password(login)
        return self.env["finance.portal.account.request"]._submit(login, None)

    def _action_reset_password(self, signup_type="reset"):
        managed = self.filtered(lambda user: user._finance_portal_is_managed())
        if not managed:
            return super()._action_reset_password(signup_type=signup_type)
        result = None
        if rest := self - managed:
            result = super(ResUsers, rest)._action_reset_password(signup_type=signup_type)
        managed._finance_portal_mail_password_link()
        return result or {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("An email with a link to choose a password is on its way."),
            },
        }

    def _finance_portal_mail_password_link(self):
        """Mail these customers the portal's own link: to set up, or to choose a new password.

        :raise UserError: staff asked for it, and one of the accounts is closed
        """
        on_request = not self.env.user._is_internal()
        for user in self:
            account = user._finance_portal_get_account()
            if not account:
                continue
            # As often as the customer may ask on our own page.
            if on_request and not (account._is_open() and account._has_room_for_mail()):
                continue
            if not account._is_open():
                raise UserError(
                    self.env._(
                        "The customer portal account of %s is closed. Open it on the Portal Access"
                        " tab of the contact first.",
                        account.partner_id.display_name,
                    )
                )
            if not on_request:
                account._check_companies()
            account._mail_account_link(account._get_link_purpose(), on_request=on_request)

    def _notify_security_setting_update(self, *args, **kwargs):
        """Leave it to us to tell customers of a new address, login or password.

        Odoo's emails lead to its own page for forgotten passwords, or write to every address
        that the contact's field named.
        """
        users = self.filtered(lambda user: not user._finance_portal_is_managed())
        return super(ResUsers, users)._notify_security_setting_update(*args, **kwargs)

    @api.model
    def signup(self, values, token=None):
        """Let nobody choose a managed account's password by a link of Odoo's own."""
        if token:
            # sudo: visitors have no rights; only whose link it is
            partner = self.env["res.partner"].sudo()._get_partner_from_token(token)
            if partner and partner._finance_portal_get_account():
                raise SignupError(self.env._("This link is no longer active."))
        return super().signup(values, token)
