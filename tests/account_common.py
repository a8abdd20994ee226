"""Customers with portal accounts, for tests."""

from unittest.mock import patch

from odoo import Command
from odoo.http import Response, request

from .http_common import FinancePortalHttpCase

PASSWORD = "a long enough passphrase"


class AccountCase(FinancePortalHttpCase):
    """``FinancePortalHttpCase`` with an account of ``ada``, and helpers to sign in.

    - ``account``: of ``ada``, set up, with ``PASSWORD``
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.make_account(cls.ada)

    @classmethod
    def make_account(cls, partner, **values):
        """Return the account of a contact, set up, with ``PASSWORD``."""
        groups = ("base.group_portal", "finance_portal.group_finance_portal_account")
        user = (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "partner_id": partner.id,
                    "login": partner.email_normalized,
                    "password": PASSWORD,
                    "company_id": cls.company.id,
                    "company_ids": [Command.set(cls.company.ids)],
                    "group_ids": [Command.set([cls.env.ref(name).id for name in groups])],
                }
            )
        )
        return (
            cls.env["finance.portal.account"]
            .sudo()
            .create(
                {
                    "partner_id": partner.id,
                    "user_id": user.id,
                    "customer_id": partner.commercial_partner_id.id,
                    "company_id": cls.company.id,
                    "set_up_at": "2026-01-01 00:00:00",
                    **values,
                }
            )
        )

    def sign_in(self, account=None):
        """Have the browser hold a session of an account, by default of ``account``."""
        login = (account or self.account).user_id.login
        self.env.flush_all()
        Users = type(self.env["res.users"])
        # The test case signs in as a program does, which customers are refused.
        with patch.object(Users, "_finance_portal_is_managed", lambda user: False):
            self.authenticate(login, PASSWORD)

    def whoami(self, path, **options):
        """Return whom Odoo takes the browser for at an address, or nobody where it refuses.

        :param options: see ``url_open``
        """
        seen = self.env["res.users"]

        def dispatch(cls, endpoint):
            nonlocal seen
            seen = seen.browse(request.env.uid)
            return "ok" if request.dispatcher.routing_type == "jsonrpc" else Response("ok")

        with patch.object(type(self.env["ir.http"]), "_dispatch", classmethod(dispatch)):
            self.url_open(path, allow_redirects=False, **options)
        return seen
