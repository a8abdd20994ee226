"""Customers with accounts, and a browser that fills in the forms of their pages."""

from unittest.mock import patch

from odoo import fields

from .account_link_common import PASSWORD, AccountLinkCase
from .http_common import FinancePortalHttpCase

PORTAL = "/finance/customer-portal"
LOGIN = f"{PORTAL}/login"
OTHER = "four louder badgers"
POLICY = "Passwords need a colour."


class AccountPagesCase(FinancePortalHttpCase, AccountLinkCase):
    """Accounts, and a browser that fills in their forms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Passwords are hashed as few times as possible: the time it takes is tested elsewhere.
        context = cls.env["res.users"]._crypt_context().copy()
        context.update(pbkdf2_sha512__rounds=1)
        users = type(cls.env["res.users"])
        cls.startClassPatcher(patch.object(users, "_crypt_context", lambda self: context))

    def fill_in(self, path, *, at=None, follow=False, **fields_):
        """Open the page at ``at``, by default ``path``, and post its form with these fields."""
        page = self.visit(at or path, follow=True)
        data = {"csrf_token": self.csrf_of(page), **fields_}
        return self.visit(path, "POST", data=data, follow=follow)

    def sign_in(self, email="ada@bakery.example.com", password=PASSWORD, **options):
        """Fill in the sign-in page."""
        return self.fill_in(LOGIN, email=email, password=password, **options)

    def tomorrow(self):
        return fields.Datetime.add(fields.Datetime.now(), days=1)

    def assertSignedIn(self):
        self.assertEqual(self.visit(PORTAL).status_code, 200)

    def assertSignedOut(self):
        self.assertEqual(self.visit(PORTAL).status_code, 303)

    def assertLeadsTo(self, answer, path):
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(answer.headers["Location"].removeprefix(self.base_url()), path)

    def reasons_of(self, account):
        """Return ``(kind, reason)`` of what visitors did to an account, oldest first."""
        return [
            (row.kind, row.reason) for row in self.events_of(account) if row.verdict != "system"
        ]
