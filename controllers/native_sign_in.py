"""Odoo's own pages for forgotten passwords tell nobody who has an account (SPEC 7).

And whoever signs out there leaves no more behind than on ours.
"""

from odoo.http import request, route

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.web.controllers.session import Session

from . import grants


class FinancePortalSignUp(AuthSignupHome):
    @route()
    def web_auth_signup(self, *args, **kw):
        """Count attempts: Odoo has to say that an address is taken, so nobody tries many."""
        if request.httprequest.method == "POST":
            request.env["finance.portal.throttle"]._hit("recovery")
        return super().web_auth_signup(*args, **kw)

    @route()
    def web_auth_reset_password(self, *args, **kw):
        """Count attempts, and answer the same for every address."""
        is_asked = request.httprequest.method == "POST"
        if is_asked:
            request.env["finance.portal.throttle"]._hit("recovery")
        response = super().web_auth_reset_password(*args, **kw)
        values = getattr(response, "qcontext", {})
        if is_asked and values.get("message") and not values.get("token"):
            values["message"] = request.env._(
                "If there's an account for this address, we've emailed a link to choose a new"
                " password."
            )
        return response

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
