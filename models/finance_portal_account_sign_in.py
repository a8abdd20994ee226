import json
import logging
from contextlib import suppress

import psycopg2

from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import request

from ..failures import FormRefused
from ..tools.own_path import own_path
from ..tools.password import normalise_password
from ..tools.secure_token import new_ref
from .finance_portal_page_portal import LOGIN, PORTAL
from .finance_portal_viewer import VISIT_KEY

_logger = logging.getLogger(__name__)

# What a password is at most, so that nobody keeps the server busy with one.
MOST_CHARACTERS = 1024
# A credential that no request can make: it holds the record of a key that was just used.
KEY_CREDENTIAL = "finance_portal_key"


class FinancePortalAccount(models.Model):
    """Sign a customer in: one answer, in one time, for all that may be wrong."""

    _inherit = "finance.portal.account"

    @api.model
    def _sign_in(self, login, password, values):
        """Sign in the customer with this address and password.

        :param dict values: what the sign-in page needs to be shown again
        :raise FormRefused: it is not the password of any open account
        """
        account = self._find_by_login(login)
        obstacle = account._get_sign_in_obstacle() if account else "unknown"
        if obstacle:
            self._spend_time()
            if account:
                account._note_refusal(obstacle)
        else:
            credential = {
                "type": "password", "login": account.user_id.login, "password": password,
            }  # fmt: skip
            # Whatever is refused: the gate below spent the time and told staff.
            with suppress(AccessDenied):
                return request.session.authenticate(request.env, credential)
        raise FormRefused("sign_in", form="login", values=values, status=401)

    @api.model
    def _sign_in_with_passkey(self, response, values):
        """Sign in the customer whose browser answered with a passkey, see ``_sign_in``.

        :param str response: the browser's answer, as JSON
        """
        account = self._find_by_passkey(response)
        if account and not account._get_sign_in_obstacle():
            credential = {"type": "webauthn", "webauthn_response": response}
            try:
                return request.session.authenticate(request.env, credential)
            except psycopg2.Error:
                raise
            except Exception:  # whatever the ERP's parser makes of what a browser sends
                _logger.info("Passkey refused")
        raise FormRefused("passkey", form="login", values=values, status=401)

    @api.model
    def _find_by_passkey(self, response):
        """Return the account (sudo) whose passkey a browser names; staff sign in elsewhere."""
        Account = self.sudo()  # sudo: the visitor is nobody yet
        if "auth.passkey.key" not in self.env:
            return Account
        try:
            identifier = json.loads(response)["id"]
        except (ValueError, TypeError, KeyError):
            return Account
        if not isinstance(identifier, str):
            return Account
        # sudo: as above
        Passkey = self.env["auth.passkey.key"].sudo()
        passkey = Passkey.search([("credential_identifier", "=", identifier)], limit=1)
        return passkey.create_uid._finance_portal_get_account() if passkey else Account

    def _sign_in_with(self, key):
        """Sign in the customer who just chose a password."""
        credential = {"type": KEY_CREDENTIAL, "login": self.user_id.login, "key": key}
        return request.session.authenticate(request.env, credential)

    @api.model
    def _finish_sign_in(self, next_path):
        """Lead who just passed the second step to where they were going."""
        request.env.user._finance_portal_get_account()._note_signed_in()
        return self._begin_visit(own_path(next_path))

    @api.model
    def _begin_visit(self, next_path):
        """Return the way into the portal for who just signed in."""
        request.session[VISIT_KEY] = new_ref()
        return request.redirect(next_path or PORTAL, code=303)

    @api.model
    def _find_by_login(self, login):
        """Return the account (sudo) with this address, also a closed one."""
        address = (login or "").strip().lower()
        # sudo: the visitor is nobody yet
        Account = self.sudo()
        if not address or not address.isprintable():
            return Account
        return Account.with_context(active_test=False).search(
            [("user_id.login", "=", address)], limit=1
        )

    def _get_sign_in_obstacle(self):
        """Return why nobody may sign in to it at all: a key of the activity's ``reason``."""
        self.ensure_one()
        if self.partner_id.commercial_partner_id != self.customer_id:
            return "moved"
        if not self._is_open():
            return "disabled"
        return None if self.set_up_at else "not_set_up"

    @api.model
    def _spend_time(self):
        """Take as long as looking at a password does."""
        # sudo: only how passwords are kept
        self.env["res.users"].sudo()._crypt_context().hash("spent on nobody's password")


class ResUsers(models.Model):
    """The gate before a customer's password, wherever it is entered."""

    _inherit = "res.users"

    def _check_credentials(self, credential, env):
        """Let nobody guess: an attempt counts before the password is looked at."""
        account = self.env.user._finance_portal_get_account()
        if not account:
            return super()._check_credentials(credential, env)
        if account._get_sign_in_obstacle():
            raise AccessDenied
        if credential["type"] == KEY_CREDENTIAL:
            return self._finance_portal_check_key(account, credential.get("key"))
        if credential["type"] != "password":
            return super()._check_credentials(credential, env)
        password = normalise_password(credential.get("password"))
        attempt = account._take_attempt()
        if not attempt or len(password) > MOST_CHARACTERS or "\0" in password:
            account._spend_time()
            account._note_refusal("password" if attempt else "locked_out")
            raise AccessDenied
        try:
            result = super()._check_credentials({**credential, "password": password}, env)
        except AccessDenied:
            account._note_refusal("password", locks=attempt >= account._get_lock_rule()[0])
            raise
        account._note_right_password()
        return result

    def _finance_portal_check_key(self, account, key):
        """Check that a password was chosen with this key in this very transaction."""
        own = isinstance(key, self.env.registry["finance.portal.account.key"])
        if not own or key.account_id != account or not key.used_at:
            raise AccessDenied
        return {"uid": self.env.user.id, "auth_method": KEY_CREDENTIAL, "mfa": "default"}

    def authenticate(self, credential, user_agent_env):
        """Keep when a customer signed in; with a second factor, that is still to come."""
        auth_info = super().authenticate(credential, user_agent_env)
        user = self.env(user=auth_info["uid"])["res.users"].browse(auth_info["uid"])
        account = user._finance_portal_get_account()
        # A key's own transaction holds the account, and keeps it itself.
        is_in = auth_info.get("mfa") == "skip" or not user._mfa_url()
        if account and is_in and credential["type"] != KEY_CREDENTIAL:
            account._note_signed_in()
        return auth_info

    def _on_login_cooldown(self, failures, previous):
        """Count no failures of one worker where we count those of all."""
        if request and request.httprequest.path == LOGIN:
            return False
        return super()._on_login_cooldown(failures, previous)
