"""Odoo's own pages for new accounts and forgotten passwords don't tell who has one (SPEC 7).

Where they have to, they tell nobody of many. And whoever signs out there leaves no more behind than
on ours.
"""

from odoo.http import request, route

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.web.controllers.session import Session

from ..failures import TooManyRequests
from . import grants


class FinancePortalSignUp(AuthSignupHome):
    @route()
    def web_auth_signup(self, *args, **kw):
        """Count attempts: Odoo has to say when an address is taken, so nobody may try many."""
        self._finance_portal_count_attempt()
        return super().web_auth_signup(*args, **kw)

    @route()
    def web_auth_reset_password(self, *args, **kw):
        """Count attempts, and answer the same for every address."""
        self._finance_portal_count_attempt()
        response = super().web_auth_reset_password(*args, **kw)
        values = getattr(response, "qcontext", {})
        is_answer = values.get("message") and not values.get("token")
        if is_answer and request.httprequest.method == "POST":
            values["message"] = request.env._(
                "If there's an account for this address, we've emailed a link to choose a new"
                " password."
            )
        return response

    def _finance_portal_count_attempt(self):
        """Count a request that may tell whether an address has an account.

        Odoo sends whoever gives the address of one in the query to its sign-in page.

        :raise TooManyRequests: there were too many
        """
        if request.httprequest.method != "POST" and "signup_email" not in request.params:
            return
        try:
            request.env["finance.portal.throttle"]._hit("recovery")
        except TooManyRequests as failure:
            failure.template = "finance_portal.failure_throttled_form"
            failure.company = request.env.company
            raise

    def get_auth_signup_qcontext(self):
        """Ignore a customer's address in the query: Odoo would redirect where it knows one."""
        values = super().get_auth_signup_qcontext()
        if email := values.get("signup_email"):
            # sudo: the visitor is nobody yet
            users = request.env["res.users"].sudo().search([("email", "=", email)])
            if any(user._finance_portal_is_managed() for user in users):
                del values["signup_email"]
        return values


class FinancePortalSession(Session):
    @route()
    def logout(self, *args, **kw):
        """Close the links of this browser, as our own way to sign out does."""
        grants.forget_all()
        return super().logout(*args, **kw)
