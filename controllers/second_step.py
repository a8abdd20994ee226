from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request

from ..const import CODE
from .documents import POST, READ, FinancePortalDocuments


class FinancePortalSecondStep(FinancePortalDocuments):
    """The code after the password, for customers who use two-factor."""

    @http.route(CODE, **READ)
    def show_code(self, **query):
        """Ask for the code."""
        return self._show_code(query)

    def _show_code(self, form, error="", again=False):
        account = request.env["finance.portal.account"]
        user = account._get_half_signed_in()
        error = error or account._offer_code(user, again)
        # sudo: who is only half signed in has no rights yet, not even on themselves
        known = user.sudo()
        return request.env["finance.portal.page"]._respond(
            "finance_portal.portal_code",
            {
                "error": error,
                "is_mailed": user._mfa_type() == "totp_mail",
                "next_path": form.get("next") or "",
            },
            company=known.company_id,
            lang=known.lang,
            status=401 if error else 200,
        )

    @http.route(CODE, **POST)
    def take_code(self, **form):
        """Finish signing in."""
        request.env["finance.portal.throttle"]._hit("signing_in")
        self._check_form(form.get("csrf_token"))
        account = request.env["finance.portal.account"]
        user = account._get_half_signed_in()
        if form.get("again"):
            return self._show_code(form, again=True)
        try:
            account._verify_code(user, form.get("code"))
        except AccessDenied as error:
            return self._show_code(form, str(error))
        return account._finish_sign_in(form.get("next"))
