import json

from odoo import api, models

from ...tools.address_key import address_key


class FinancePortalAccount(models.Model):
    """Find out who signs in: whatever is wrong takes the same time and gets the same answer."""

    _inherit = "finance.portal.account"

    @api.model
    def _get_password_credential(self, login, password):
        """Return what signs in the customer with this address, if the password is right.

        ``None`` when there is no such customer, or they may not sign in. That takes as long as a
        wrong password, and staff see it.
        """
        account = self._find_by_login(login)
        obstacle = account._get_sign_in_obstacle() if account else "unknown"
        if not obstacle:
            return {"type": "password", "login": account.user_id.login, "password": password}
        self._hash_dummy_password()
        if account:
            account._note_refusal(obstacle)
        return None

    @api.model
    def _get_passkey_credential(self, response):
        """Return ``(account, credential)`` for a browser's answer with a passkey.

        The account (sudo) is empty when the passkey is no customer's; the credential is ``None``
        when it signs nobody in, and staff see that.

        :param str response: the browser's answer, as JSON
        """
        account = self._find_by_passkey(response)
        obstacle = account and account._get_sign_in_obstacle()
        if account and not obstacle:
            return account, {"type": "webauthn", "webauthn_response": response}
        if account:
            account._note_refusal(obstacle)
        return account, None

    @api.model
    def _find_by_passkey(self, response):
        """Return the account (sudo) whose passkey a browser names; staff sign in elsewhere."""
        Account = self.sudo()  # sudo: the visitor is nobody yet
        if "auth.passkey.key" not in self.env:
            return Account
        try:
            identifier = json.loads(response)["id"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return Account
        # The database takes no half characters, and no zeros.
        if not isinstance(identifier, str) or not identifier.isascii() or "\0" in identifier:
            return Account
        # sudo: nobody is signed in yet; only whose passkey it is
        Passkey = self.env["auth.passkey.key"].sudo()
        passkey = Passkey.search([("credential_identifier", "=", identifier)], limit=1)
        return passkey.create_uid._finance_portal_get_account() if passkey else Account

    @api.model
    def _find_by_login(self, login):
        """Return the account (sudo) with this address, also a closed one.

        However it is spelled; but where two people's addresses differ in capitals alone, only
        the exact spelling finds either. What a program sends may be no text at all. Of a person
        with several accounts, it is the one that stands for them all.
        """
        address = login.strip() if isinstance(login, str) else ""
        # sudo: the visitor is nobody yet
        Account = self.sudo()
        if not address or not address.isprintable():
            return Account
        found = Account.with_context(active_test=False).search(
            [("email_key", "=", address_key(address))]
        )
        found = found.filtered(lambda account: account.email == address) or found
        if len(found.user_id) > 1 and len(set(found.mapped("email"))) == 1:
            # A closed one may still have the address that its person no longer signs in with.
            found = found.filtered(lambda account: account.user_id.login == account.email)
        return found._choose_first() if len(found.user_id) == 1 else Account

    def _get_sign_in_obstacle(self):
        """Return why nobody may sign in to the account: a key of an event's ``reason``."""
        self.ensure_one()
        if reason := self._get_closed_reason():
            return reason if reason in ("moved", "suspended") else "disabled"
        return None if self.set_up_at else "not_set_up"

    @api.model
    def _hash_dummy_password(self):
        """Take as long as checking a password does."""
        # sudo: only how passwords are kept
        self.env["res.users"].sudo()._crypt_context().hash("spent on nobody's password")
