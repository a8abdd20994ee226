"""Accounts for tests, given to customers as staff give them."""

import re
from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields

from .common import FinancePortalCase

ACCOUNT_LINK = re.compile(
    r"/finance/customer-portal/(?:setup|reset|stop)/([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])"
)
PASSWORD = "three quiet otters"


class AccountLinkCase(FinancePortalCase):
    """``FinancePortalCase`` whose contacts get accounts by a mailed link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Account = cls.env["finance.portal.account"]
        # sudo: links are made and read by the system
        cls.AccountLink = cls.env["finance.portal.account.link"].sudo()

    def enable(self, partner=None, email=None):
        """Give a contact, by default ``ada``, an account.

        :return: ``(account, raw token of the setup link)``
        """
        partner = partner or self.ada
        with self.mock_mail_gateway():
            account = self.Account._enable(partner, email=email)
        (token,) = self.account_tokens_in(self.sent[partner.email_normalized])
        return account, token

    def account_with_password(self, partner=None, password=PASSWORD):
        """Return the account of a contact, by default ``ada``, who chose a password."""
        account, _token = self.enable(partner)
        account.user_id.password = password
        account.set_up_at = fields.Datetime.now()
        account.mailed_link_ids._end()
        self.env.flush_all()
        return account

    def mail_account_link(self, account, purpose, **options):
        """Mail a link as staff do, and return its raw token."""
        with self.mock_mail_gateway():
            account._mail_account_link(purpose, **options)
        (token,) = self.account_tokens_in(self.sent[account.partner_id.email_normalized])
        return token

    def account_tokens_in(self, text):
        """Return the set of raw tokens of setup and reset links in a text."""
        return set(ACCOUNT_LINK.findall(str(text)))

    def password_hash(self, user):
        """Return what the database keeps of a user's password."""
        self.env.flush_all()
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
        [(hashed,)] = self.env.cr.fetchall()
        return hashed

    def events_of(self, account):
        """Return what the record holds of an account, oldest first."""
        return self.Event.search([("account_id", "=", account.id)], order="id")

    def kinds_of(self, account):
        """Return ``(kind, verdict)`` of all that happened to an account, oldest first."""
        return [(row.kind, row.verdict) for row in self.events_of(account)]

    def last_event(self, account):
        """Return the newest row about an account."""
        return self.events_of(account)[-1:]

    @contextmanager
    def at(self, moment):
        """Do what is inside at another time."""
        with patch.object(fields.Datetime, "now", lambda: moment):
            yield
