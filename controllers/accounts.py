"""Signing in and out of the customer portal, and everything about passwords."""

import logging
from contextlib import suppress
from urllib.parse import quote

import psycopg2

from odoo import http
from odoo.exceptions import AccessDenied
from odoo.http import request

from ..const import LOGIN, PORTAL, SETTINGS, TIMED_OUT_KEY
from ..failures import FormRefused, ReadOnlyView
from ..tools.own_path import own_path
from . import grants
from .documents import POST, READ
from .portal import FinancePortalPortal

_logger = logging.getLogger(__name__)


class FinancePortalAccounts(FinancePortalPortal):
    # === SIGN IN AND OUT === #

    @http.route(LOGIN, **READ)
    def login_page(self, notice=None, **query):
        """Ask for email address and password."""
        self._hit("viewing")
        next_path = own_path(query.get("next"))
        if request.env["finance.portal.account"]._get_viewers():
            return request.redirect(next_path or PORTAL, code=303)
        if request.session.pop(TIMED_OUT_KEY, False):
            notice = "timed_out"
        return self._show("login", next_path=next_path, notice=notice)

    @http.route(LOGIN, **POST)
    def sign_in(self, **form):
        """Sign in."""
        self._hit("signing_in")
        self._check_form(form.get("csrf_token"), is_visitors=True)
        form = self._page()._clean_form(form)
        shown = {
            "form_key": grants.start_form(),
            "next_path": form["next_path"],
            "email": form.get("email", ""),
        }
        if form.get("webauthn_response"):
            self._sign_in_with_passkey(form["webauthn_response"], shown)
        else:
            self._sign_in_with_password(form, shown)
        return self._enter(form["next_path"])

    def _sign_in_with_password(self, form, shown):
        """Sign in the customer with this address and password.

        :param dict shown: what the sign-in page needs to be shown again
        :raise FormRefused: it is not the password of any open account
        """
        credential = request.env["finance.portal.account"]._get_password_credential(
            form.get("email"), form.get("password")
        )
        if credential:
            # Whatever is refused: the gate before passwords spent the time and told staff.
            with suppress(AccessDenied):
                return request.session.authenticate(request.env, credential)
        raise FormRefused("sign_in", form="login", values=shown, status=401)

    def _sign_in_with_passkey(self, response, shown):
        """Sign in the customer whose browser answered with a passkey.

        :param dict shown: as for :meth:`_sign_in_with_password`
        :raise FormRefused: it is no passkey of any open account
        """
        account, credential = request.env["finance.portal.account"]._get_passkey_credential(
            response
        )
        if credential:
            try:
                return request.session.authenticate(request.env, credential)
            except psycopg2.Error:
                raise
            except Exception:  # whatever Odoo's parser makes of what a browser sends
                _logger.info("Passkey refused")
            account._note_refusal("passkey")
        raise FormRefused("passkey", form="login", values=shown, status=401)

    def _enter(self, next_path):
        """Redirect a customer who just signed in; two-factor may come first."""
        if not request.session.uid:
            query = f"?next={quote(next_path)}" if next_path else ""
            return request.redirect(f"{PORTAL}/code{query}", code=303)
        grants.begin_visit()
        return request.redirect(next_path or PORTAL, code=303)

    @http.route(f"{PORTAL}/logout", **POST)
    def sign_out(self, csrf_token=None, **form):
        """Sign out; on the way to another account the links of this browser stay open."""
        self._check_form(csrf_token)
        next_path = own_path(form.get("next"))
        viewers = request.env["finance.portal.account"]._get_viewers()
        if any(viewer.staff for viewer in viewers):
            raise ReadOnlyView("signing out while looking as the customer")
        for viewer in viewers:
            request.env["finance.portal.event"]._record(
                "signed_out", account=viewer.account, reason=False
            )
        request.session.logout(keep_db=True)
        if not next_path:
            grants.forget_all()
        return self._redirect_to_login("signed_out", next_path)

    # === FORGOTTEN === #

    @http.route(f"{PORTAL}/forgot", **READ)
    def forgot_page(self, **query):
        """Ask for the email address."""
        self._hit("viewing")
        return self._show("forgot", next_path=own_path(query.get("next")))

    @http.route(f"{PORTAL}/forgot", **POST)
    def forgot(self, **form):
        """Write down that somebody asked for a link; the answer is the same for every address."""
        self._hit("recovery")
        self._check_form(form.get("csrf_token"), is_visitors=True)
        form = self._page()._clean_form(form)
        request.env["finance.portal.account.request"]._submit(form.get("email"), form["next_path"])
        page = self._page()
        company = page._get_sign_in_company(form["next_path"])
        return page._respond("finance_portal.portal_forgot_sent", company=company)

    # === MAILED LINKS === #

    @http.route(f"{PORTAL}/setup/<string:token>", **READ)
    def open_setup(self, token, **_query):
        """Exchange a mailed token for a grant in the visitor's browser; the link stays usable."""
        return self._open_account_link("setup", token)

    @http.route(f"{PORTAL}/reset/<string:token>", **READ)
    def open_reset(self, token, **_query):
        """Exchange a mailed token, see :meth:`open_setup`."""
        return self._open_account_link("reset", token)

    @http.route(f"{PORTAL}/stop/<string:token>", **READ)
    def open_stop(self, token, **_query):
        """Exchange a mailed token, see :meth:`open_setup`."""
        return self._open_account_link("stop", token)

    def _open_account_link(self, purpose, token):
        self._hit("recovery")
        link = request.env["finance.portal.account.link"]._resolve_token(
            purpose, token, let_in=[grants.get_account_link(purpose)]
        )
        grants.give_account_link(link)
        return self._redirect_with_grant(f"{PORTAL}/{purpose}")

    def _need_account_link(self, purpose):
        ref = grants.get_account_link(purpose)
        return request.env["finance.portal.account.link"]._resolve_ref(purpose, ref)

    @http.route(f"{PORTAL}/setup", **READ)
    def setup_page(self, cookies=None, **_query):
        """Ask for the first password."""
        if cookies:
            return self._check_cookies()
        self._hit("viewing")
        return self._show("setup", link=self._need_account_link("setup"))

    @http.route(f"{PORTAL}/reset", **READ)
    def reset_page(self, cookies=None, **_query):
        """Ask for a new password."""
        if cookies:
            return self._check_cookies()
        self._hit("viewing")
        return self._show("reset", link=self._need_account_link("reset"))

    @http.route(f"{PORTAL}/stop", **READ)
    def stop_page(self, cookies=None, **_query):
        """Ask whether the change of the email address is to be stopped."""
        if cookies:
            return self._check_cookies()
        self._hit("viewing")
        return self._show("stop", link=self._need_account_link("stop"))

    @http.route(f"{PORTAL}/stop", **POST)
    def stop(self, csrf_token=None, **_form):
        """Stop the change of an email address: nobody signs in until staff have checked it."""
        self._hit("recovery")
        self._check_form(csrf_token, is_visitors=True)
        link = self._need_account_link("stop")
        link._stop()
        grants.forget("stop")
        return self._page()._respond_stopped(link)

    @http.route(f"{PORTAL}/setup", **POST)
    def set_up(self, **form):
        """Choose the first password, and sign in."""
        link = self._use_account_link("setup", form)
        request.session.authenticate(request.env, link._get_credential())
        return self._enter(own_path(link.next_path))

    @http.route(f"{PORTAL}/reset", **POST)
    def reset(self, **form):
        """Choose a new password; the customer then signs in with it."""
        link = self._use_account_link("reset", form)
        return self._redirect_to_login("reset", own_path(link.next_path))

    def _use_account_link(self, purpose, form):
        self._hit("recovery")
        self._check_form(form.get("csrf_token"), is_visitors=True)
        link = self._need_account_link(purpose)
        password = self._page()._clean_form(form).get("password")
        link._use(password, purpose, {"form_key": grants.start_form(), "link": link})
        grants.forget(purpose)
        return link

    # === SETTINGS === #

    @http.route(f"{PORTAL}/settings", **READ)
    def settings(self, saved=None, **_query):
        """Show what customers can change about their account."""
        viewer = self._need_viewer()
        return self._page()._respond_form("settings", viewer=viewer, notice=saved)

    @http.route(f"{PORTAL}/settings/password", **POST)
    def change_password(self, **form):
        """Change the password; every other device is signed out."""
        viewer = self._need_account_holder(form)
        form = self._page()._clean_form(form)
        shown = {"viewer": viewer}
        try:
            viewer.account._change_password(form.get("current"), form.get("password"), shown)
        except AccessDenied:
            # Also the right one, while somebody else's wrong ones keep it locked.
            reason = "sign_in" if viewer.account._is_locked() else "current"
            raise FormRefused(reason, form="settings", values=shown) from None
        # This session goes on, under another name and with a token that fits.
        request.session.should_rotate = True
        return self._redirect_to_settings(viewer, "password")

    @http.route(f"{PORTAL}/settings/language", **POST)
    def change_language(self, **form):
        """Change the language of pages and emails."""
        viewer = self._need_account_holder(form)
        viewer.account._change_language(self._page()._clean_form(form).get("lang"))
        return self._redirect_to_settings(viewer, "language")

    @http.route(f"{PORTAL}/settings/sign-out-everywhere", **POST)
    def sign_out_everywhere(self, **form):
        """Sign out here and on all other devices."""
        viewer = self._need_account_holder(form)
        request.env["finance.portal.event"]._record(
            "signed_out", account=viewer.account._get_all_open(), reason=False
        )
        viewer.account._end_sessions()
        request.session.logout(keep_db=True)
        grants.forget_all()
        return self._redirect_to_login("everywhere")

    # === HELPERS === #

    def _need_account_holder(self, form):
        """Return the customer who sent a form of the settings."""
        # Each of them has all workers forget what they keep of users: not as often as one likes.
        self._hit("signing_in")
        viewer = self._need_customer()
        self._check_form(form.get("csrf_token"))
        return viewer

    def _show(self, form, **values):
        """Return the page of a form that visitors use who aren't signed in."""
        return self._page()._respond_form(form, form_key=grants.start_form(), **values)

    def _hit(self, bucket):
        request.env["finance.portal.throttle"]._hit(bucket)

    def _page(self):
        return request.env["finance.portal.page"]

    def _redirect_to_login(self, notice, next_path=None):
        query = f"?notice={notice}" + (f"&next={quote(next_path)}" if next_path else "")
        return request.redirect(f"{LOGIN}{query}", code=303)

    def _redirect_to_settings(self, viewer, notice):
        return request.redirect(viewer.get_address(f"{SETTINGS}?saved={notice}"), code=303)
