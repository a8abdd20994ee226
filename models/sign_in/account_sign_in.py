import json
import logging
from contextlib import suppress

import psycopg2

from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import request

from ...const import ACCOUNT_LINK_CREDENTIAL, PORTAL, VISIT_KEY
from ...failures import FormRefused
from ...tools.own_path import own_path
from ...tools.secure_token import new_ref

_logger = logging.getLogger(__name__)


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
            self._hash_dummy_password()
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
        obstacle = account and account._get_sign_in_obstacle()
        if account and not obstacle:
            credential = {"type": "webauthn", "webauthn_response": response}
            try:
                return request.session.authenticate(request.env, credential)
            except psycopg2.Error:
                raise
            except Exception:  # whatever the ERP's parser makes of what a browser sends
                _logger.info("Passkey refused")
        if account:
            account._note_refusal(obstacle or "passkey")
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

    def _sign_in_with(self, link):
        """Sign in the customer who just chose a password."""
        credential = {"type": ACCOUNT_LINK_CREDENTIAL, "login": self.user_id.login, "link": link}
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
        if reason := self._get_closed_reason():
            return "moved" if reason == "moved" else "disabled"
        return None if self.set_up_at else "not_set_up"

    @api.model
    def _hash_dummy_password(self):
        """Take as long as looking at a password does."""
        # sudo: only how passwords are kept
        self.env["res.users"].sudo()._crypt_context().hash("spent on nobody's password")
