import time

from odoo import http
from odoo.exceptions import AccessDenied, ValidationError
from odoo.http import request

from ..const import SETTINGS, TWO_FACTOR_KEY
from .documents import POST, READ
from .portal import FinancePortalPortal


class FinancePortalSecurity(FinancePortalPortal):
    """How a signed-in customer proves who they are: two-factor and passkeys."""

    def _need_user(self, form):
        """Return the model of accounts, and the user of the customer who sent a form of ours."""
        request.env["finance.portal.throttle"]._hit("signing_in")
        self._check_form(form.get("csrf_token"))
        self._need_customer()
        return request.env["finance.portal.account"], request.env.user

    def _confirm_password(self, user, form):
        """Raise unless the form has the password of the signed-in user.

        :raise AccessDenied: it has not, or too many were tried
        """
        request.env["finance.portal.account"]._confirm_password(user, form.get("password"))
        request.session["identity-check-last"] = time.time()  # where Odoo looks for it

    def _describe_wrong_password(self):
        """Return that a password wasn't taken: wrong, or right while the account is locked."""
        if request.env.user._finance_portal_get_account()._is_locked():
            return request.env["finance.portal.page"]._get_sign_in_error()
        return request.env._("Wrong password. Please try again.")

    def _carry_out(self, work, show):
        """Do what a form asks for, then go to the settings; or show the form with what is wrong.

        :param work: does it
        :param show: returns the form's page with a sentence
        """
        try:
            with request.env.cr.savepoint():
                work()
        except AccessDenied:
            return show(self._describe_wrong_password())
        except ValidationError as error:
            return show(error.args[0])
        viewer = self._need_customer()
        return request.redirect(viewer.get_address(f"{SETTINGS}?saved=security"), code=303)

    @http.route(f"{SETTINGS}/two-factor", **READ)
    def show_two_factor(self, **_query):
        """Show how to turn two-factor on, or off."""
        return self._show_two_factor()

    def _show_two_factor(self, error=""):
        viewer = self._need_customer()
        Account = request.env["finance.portal.account"]
        state = Account._get_security(request.env.user)["two_factor"]
        if state is None:
            raise request.not_found()
        page = request.env["finance.portal.page"]
        template = "finance_portal.portal_two_factor_off"
        values = {"error": error}
        if not state:
            template = "finance_portal.portal_two_factor_on"
            values["code"] = self._start_two_factor(request.env.user)
        return page._respond_portal(
            viewer, template, values, current="settings", status=422 if error else 200
        )

    def _start_two_factor(self, user):
        """Return what an authenticator app needs; the secret waits in the session meanwhile."""
        Account, session = request.env["finance.portal.account"], request.session
        if not session.get(TWO_FACTOR_KEY):
            session[TWO_FACTOR_KEY] = Account._make_two_factor_secret()
        issuer = request.httprequest.host.partition(":")[0]
        return Account._describe_two_factor(user, session[TWO_FACTOR_KEY], issuer)

    @http.route(f"{SETTINGS}/two-factor", **POST)
    def start_two_factor(self, **form):
        """Turn two-factor on."""
        account, user = self._need_user(form)

        def confirm():
            self._confirm_password(user, form)
            account._confirm_two_factor(
                user, form.get("code"), request.session.get(TWO_FACTOR_KEY)
            )
            request.session.pop(TWO_FACTOR_KEY)

        return self._carry_out(confirm, self._show_two_factor)

    @http.route(f"{SETTINGS}/two-factor/off", **POST)
    def end_two_factor(self, **form):
        """Turn two-factor off."""
        _account, user = self._need_user(form)

        def end():
            self._confirm_password(user, form)
            user.action_totp_disable()

        return self._carry_out(end, self._show_two_factor)

    # === PASSKEYS === #

    @http.route(f"{SETTINGS}/passkeys", **READ)
    def show_passkeys(self, **_query):
        """Show the customer's passkeys."""
        return self._show_passkeys()

    def _show_passkeys(self, error=""):
        viewer = self._need_customer()
        passkeys = request.env["finance.portal.account"]._get_security(request.env.user)["passkeys"]
        if passkeys is None:
            raise request.not_found()
        return request.env["finance.portal.page"]._respond_portal(
            viewer,
            "finance_portal.portal_passkeys",
            {"error": error, "passkeys": passkeys},
            current="settings",
            status=422 if error else 200,
        )

    @http.route(f"{SETTINGS}/passkeys/options", **POST)
    def start_passkey(self, **form):
        """Send the browser what it needs to make a passkey."""
        account, user = self._need_user(form)
        try:
            self._confirm_password(user, form)
            options = account._start_passkey(user)
        except AccessDenied:
            error = self._describe_wrong_password()
            return request.make_json_response({"error": error}, status=422)
        return request.make_json_response(options)

    @http.route(f"{SETTINGS}/passkeys", **POST)
    def keep_passkey(self, **form):
        """Store the passkey that the browser made."""
        account, user = self._need_user(form)
        return self._carry_out(
            lambda: account._keep_passkey(user, form.get("name"), form.get("registration")),
            self._show_passkeys,
        )

    @http.route(f"{SETTINGS}/passkeys/<int:key_id>/remove", **POST)
    def remove_passkey(self, key_id, **form):
        """Delete a passkey."""
        account, user = self._need_user(form)

        def remove():
            self._confirm_password(user, form)
            account._remove_passkey(user, key_id)

        return self._carry_out(remove, self._show_passkeys)
