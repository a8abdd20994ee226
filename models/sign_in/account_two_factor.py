from odoo import api, models
from odoo.exceptions import AccessDenied

from ...failures import SignInRequired
from ...tools.entered import read_code


class FinancePortalAccount(models.Model):
    """The second step of signing in, when Odoo asks for one: a code after the password.

    Odoo decides whether, checks the code and makes the session; the page is ours.
    """

    _inherit = "finance.portal.account"

    @api.model
    def _get_half_signed_in(self, uid):
        """Return the user who gave the password and still owes the code.

        :param int uid: the user's id, from the visitor's session, if there is one
        :raise SignInRequired: there is none in this browser
        """
        # As the user themselves: Odoo asks it of nobody else.
        user = self.env(user=uid)["res.users"].browse(uid) if uid else None
        if not user or not user._finance_portal_is_managed() or not user._mfa_type():
            raise SignInRequired("no sign-in under way")
        # Odoo's app for codes may check them before it asks anybody else.
        account = user._finance_portal_get_account()
        if not account or account._get_sign_in_obstacle():
            raise SignInRequired("the account was closed meanwhile")
        return user

    @api.model
    def _mail_code(self, user):
        """Mail the code, where Odoo works that way.

        :return: whether it does
        :raise AccessDenied: too many of them were mailed in an hour
        """
        # Asked by name: codes by email are an optional app.
        if not hasattr(user, "_send_totp_mail_code") or user._mfa_type() != "totp_mail":
            return False
        user._send_totp_mail_code()
        return True

    @api.model
    def _verify_code(self, user, code):
        """Check the code of the second step.

        :param str code: six digits, as typed
        :raise AccessDenied: it is not right, or too many were tried
        """
        number = read_code(code)
        if number is None:
            raise AccessDenied(self.env._("The code has six digits."))
        try:
            with user._assert_can_auth(user=user.id):
                credential = {"type": user._mfa_type(), "token": number}
                user._check_credentials(credential, {"interactive": True})
        except AccessDenied:
            user._finance_portal_get_account()._note_refusal("code")
            raise
