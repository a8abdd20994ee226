"""Odoo's inactivity timeout ends a customer's session, but no secure link."""

import time
from types import SimpleNamespace
from unittest.mock import patch

from odoo.http import request
from odoo.tests import tagged

from ..models.access import account_timeout
from .account_common import AccountCase

PORTAL = "/finance/customer-portal"
WORDS = "You were signed out after a period of inactivity. Please sign in again."


@tagged("post_install", "-at_install")
class TestAccountTimeout(AccountCase):
    """The timeout app is simulated here; ``e2e/shop`` tests with the app itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.account.user_id

    def setUp(self):
        super().setUp()
        self.session = None
        self.now = time.time()
        Http, Users = type(self.env["ir.http"]), type(self.env["res.users"])

        def must_check(http):
            self.session = request.session
            due = request.session.get("identity-check-next")
            return {"check_identity": True} if due and due <= self.now else None

        for model, name, value in (
            (Http, "_must_check_identity", classmethod(must_check)),
            (Users, "_get_lock_timeout_inactivity", lambda _user: 900),
        ):
            self.startPatcher(patch.object(model, name, value, create=True))
        # One clock for both: on a slow machine a request takes longer than a test's spare second.
        clock = SimpleNamespace(time=lambda: self.now)
        self.startPatcher(patch(f"{account_timeout.__name__}.time", clock))

    def test_who_was_away_signs_in_again_and_comes_back(self):
        self.sign_in()
        self.assertEqual(self.visit(f"{PORTAL}/invoices").status_code, 200)
        self.now += 901
        answer = self.visit(f"{PORTAL}/invoices")
        self.assertEqual(answer.status_code, 303)
        self.assertIn("next=%2Ffinance%2Fcustomer-portal%2Finvoices", answer.headers["Location"])
        page = self.visit(answer.headers["Location"])
        self.assertEqual(page.status_code, 200)
        self.assertIn(WORDS, page.text)
        self.assertIn(f'name="next" value="{PORTAL}/invoices"', page.text)
        self.assertNotIn(WORDS, self.visit(f"{PORTAL}/login").text, "once is enough")

    def test_who_is_there_stays_signed_in(self):
        self.sign_in()
        for _visit in range(3):
            self.assertEqual(self.visit(PORTAL).status_code, 200)
            self.session["identity-check-next"] = self.now + 1
        self.assertEqual(self.visit(f"{PORTAL}/login").status_code, 303)

    def test_secure_links_go_on(self):
        link, token = self.issue()
        self.sign_in()
        page = self.open_link(token)
        self.assertEqual(self.visit(PORTAL).status_code, 200)
        self.now += 901
        self.assertEqual(self.visit(PORTAL).status_code, 303)
        self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 200)
        self.assertEqual(self.submit(page, f"/finance/d/{link.ref}/seen").status_code, 204)

    def test_the_document_of_an_account_asks_as_well(self):
        self.sign_in()
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.invoice)}"
        self.assertEqual(self.visit(path).status_code, 200)
        self.now += 901
        answer = self.visit(path, follow=True)
        self.assertIn(WORDS, answer.text)
        self.assertIn(path, answer.text)
