from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import request

from ...const import CODE_SENT_KEY
from ...failures import SignInRequired
from ...tools.entered import read_code


class FinancePortalAccount(models.Model):
    """The second step of signing in, when the ERP asks for one: a code after the password.

    The ERP decides whether, checks the code and makes the session; the page is ours.
    """

    _inherit = "finance.portal.account"

    @api.model
    def _get_half_signed_in(self):
        """Return the user who gave the password and still owes the code.

        :raise SignInRequired: there is none in this browser
        """
        uid = None if request.session.uid else request.session.get("pre_uid")
        # As the user themselves: the ERP asks it of nobody else.
        user = request.env(user=uid)["res.users"].browse(uid) if uid else None
        if not user or not user._finance_portal_is_managed() or not user._mfa_type():
            raise SignInRequired("no sign-in under way")
        return user

    @api.model
    def _offer_code(self, user, again=False):
        """Mail the code where the ERP works that way, once for a sign-in unless asked again.

        :return: a sentence on what went wrong, or an empty text
        """
        if not hasattr(user, "_send_totp_mail_code") or user._mfa_type() != "totp_mail":
            return ""
        if request.session.get(CODE_SENT_KEY) == user.id and not again:
            return ""
        try:
            user._send_totp_mail_code()
        except AccessDenied as error:  # too many of them in an hour
            return str(error)
        request.session[CODE_SENT_KEY] = user.id
        return ""

    @api.model
    def _verify_code(self, user, code):
        """Sign the user in with the code of the second step.

        :param str code: six digits, as typed
        :raise AccessDenied: it is not right, or too many were tried
        """
        number = read_code(code)
        if number is None:
            raise AccessDenied(self.env._("The code has six digits."))
        with user._assert_can_auth(user=user.id):
            credential = {"type": user._mfa_type(), "token": number}
            user._check_credentials(credential, {"interactive": True})
        request.session.pop(CODE_SENT_KEY, None)
        request.session.finalize(request.env)
        request.update_env(user=request.session.uid)
        request.update_context(**request.session.context)
