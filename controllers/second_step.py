from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request

from ..const import CODE, CODE_SENT_KEY, PORTAL
from ..tools.own_path import own_path
from . import grants
from .documents import POST, READ, FinancePortalDocuments


class FinancePortalSecondStep(FinancePortalDocuments):
    """The code after the password, for customers who use two-factor."""

    @http.route(CODE, **READ)
    def show_code(self, **query):
        """Ask for the code."""
        return self._show_code(query)

    def _show_code(self, form, error="", again=False):
        user = self._get_half_signed_in()
        error = error or self._offer_code(user, again)
        # Not Odoo's user's company: the same person may sign in for customers of others.
        company = user._finance_portal_get_account().company_id
        return request.env["finance.portal.page"]._respond(
            "finance_portal.portal_code",
            {
                "error": error,
                "is_mailed": user._mfa_type() == "totp_mail",
                "next_path": form.get("next") or "",
            },
            company=company,
            lang=user.env.lang,
            status=401 if error else 200,
        )

    @http.route(CODE, **POST)
    def take_code(self, **form):
        """Finish signing in."""
        request.env["finance.portal.throttle"]._hit("signing_in")
        self._check_form(form.get("csrf_token"))
        user = self._get_half_signed_in()
        if form.get("again"):
            return self._show_code(form, again=True)
        try:
            user.env["finance.portal.account"]._verify_code(user, form.get("code"))
        except AccessDenied as error:
            return self._show_code(form, str(error))
        self._finish_sign_in()
        return request.redirect(own_path(form.get("next")) or PORTAL, code=303)

    # === HELPERS === #

    def _get_half_signed_in(self):
        """Return the user who gave the password and still owes the code.

        In the language of their page, so that what goes wrong is told in it, by Odoo as well.

        :raise SignInRequired: there is none in this browser
        """
        session = request.session
        uid = None if session.uid else session.get("pre_uid")
        user = request.env["finance.portal.account"]._get_half_signed_in(uid)
        page = request.env["finance.portal.page"]
        # sudo: who is only half signed in has no rights yet, not even on themselves
        own = user.sudo().lang
        return user.with_context(lang=page._choose_lang(own) if own else page._get_visitor_lang())

    def _offer_code(self, user, again):
        """Have the code mailed, once for a sign-in unless asked again.

        :return: a sentence on what went wrong, or an empty text
        """
        if request.session.get(CODE_SENT_KEY) == user.id and not again:
            return ""
        try:
            if request.env["finance.portal.account"]._mail_code(user):
                request.session[CODE_SENT_KEY] = user.id
        except AccessDenied as error:
            return str(error)
        return ""

    def _finish_sign_in(self):
        """Make the session that of the customer, who gave the right code."""
        session = request.session
        session.pop(CODE_SENT_KEY, None)
        session.finalize(request.env)
        request.update_env(user=session.uid)
        request.update_context(**session.context)
        account = request.env.user._finance_portal_get_account()
        account._note_signed_in()
        account._remember_browser()
        grants.begin_visit()
