"""A customer who pays with Odoo's demo provider: what the tests of payments share."""

import json
import re
from html import unescape

from odoo import Command

from odoo.addons.finance_portal.tests.account_common import AccountCase
from odoo.addons.finance_portal.tests.decision_common import DecisionCase
from odoo.addons.finance_portal.tests.http_common import PHONE

DATA = re.compile(r'data-([\w-]+)="([^"]*)"')
FORM = re.compile(r'<form id="o_payment_form"[^>]*>', re.DOTALL)


class PaymentCase(DecisionCase, AccountCase):
    """A quote, accounts, and Odoo's demo provider, set up for the company of the tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # sudo: providers are an administrator's
        providers = cls.env["payment.provider"].sudo()
        cls.demo = cls.env.ref("payment.payment_provider_demo").sudo()
        providers.search([]).state = "disabled"
        cls.method = cls.env.ref("payment_demo.payment_method_demo").sudo()
        cls.provider = cls.demo.copy(
            {
                "company_id": cls.company.id,
                "state": "test",
                "is_published": True,
            }
        )
        cls.method.active = True  # no provider was left that takes it
        cls.provider.payment_method_ids = [Command.set(cls.method.ids)]
        cls.provider.journal_id = cls.company_data["default_journal_bank"]

    # === THE CUSTOMER'S BROWSER === #

    def open_pay_page(self, link, query=""):
        """Return the page to pay on, of a link that was opened before."""
        return self.visit(f"/finance/d/{link.ref}/pay{query}")

    def open_result(self, link):
        """Return the page that says what became of a payment."""
        return self.visit(f"/finance/d/{link.ref}/pay/result")

    def enter(self, document=None, partner=None, **options):
        """Click a fresh link to a document; return the link and the page to pay on."""
        document = self.invoice if document is None else document
        link, token = self.issue(document, partner, **options)
        self.visit(f"/{'q' if link.prefix == 'q' else 'finance/i'}/{token}", follow=True)
        return link, self.open_pay_page(link)

    def form_of(self, page):
        """Return what Odoo's payment form on a page carries, by name; nothing without one."""
        form = FORM.search(page.text)
        return {name: unescape(text) for name, text in DATA.findall(form.group())} if form else {}

    def call(self, path, params):
        """Make a call as Odoo's payment form does; return the answer."""
        self.env.flush_all()
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "id": 7, "params": params})
        answer = self.url_open(
            path, data=body, headers={"Content-Type": "application/json", "User-Agent": PHONE}
        )
        self.env.invalidate_all()
        return answer

    def start(self, page, **changes):
        """Press Pay: have a payment started by the form of a page; return the answer."""
        form = self.form_of(page)
        params = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": float(form["amount"]),
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": form["landing-route"],
            "is_validation": False,
            "access_token": form["access-token"],
            "csrf_token": "whatever",
            **changes,
        }
        return self.call(form["transaction-route"], params)

    def pay(self, link, query="", state="done"):
        """Pay what the page of a link offers; return the payment (sudo)."""
        page = self.open_pay_page(link, query)
        self.assertEqual(self.start(page).status_code, 200)
        transaction = self.transactions(link._get_document())[-1]
        self.simulate(transaction, state)
        return transaction

    def simulate(self, transaction, state="done"):
        """Have the demo provider report what became of a payment."""
        self.call(
            "/payment/demo/simulate_payment",
            {
                "reference": transaction.reference,
                "payment_details": "1234",
                "simulated_state": state,
            },
        )

    def ask_the_bank(self, transaction):
        """Have the provider report a direct debit that the customer's bank was asked for."""
        transaction.payment_method_id = self.env.ref("payment.payment_method_sepa_direct_debit")
        self.simulate(transaction, "pending")

    def book(self):
        """Have Odoo's job book what arrived."""
        self.env["payment.transaction"].sudo().search(
            [("is_post_processed", "=", False)]
        )._post_process()
        self.env.flush_all()

    def date(self, transaction, moment):
        """Have a payment started at a moment: the database's own clock isn't frozen.

        One that was reported was so at the same moment.
        """
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %(moment)s, finance_reported ="
            " CASE WHEN finance_reported IS NOT NULL THEN %(moment)s::timestamp END"
            " WHERE id = %(id)s",
            {"moment": moment, "id": transaction.id},
        )
        self.env.invalidate_all()

    def register(self, move, amount):
        """Have staff book money that came another way."""
        context = {"active_model": "account.move", "active_ids": move.ids}
        register = self.env["account.payment.register"].with_context(**context)
        register.create({"amount": amount})._create_payments()
        self.env.flush_all()
        self.env.invalidate_all()

    def make_native(self, quote):
        """Return a payment (sudo) of a quote that was started on Odoo's own page."""
        return self.env["payment.transaction"].sudo().create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": 100.0,
                "currency_id": quote.currency_id.id,
                "partner_id": self.ada.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(quote.ids)],
            }
        )  # fmt: skip

    def transactions(self, document):
        """Return the payments (sudo) of a document, the oldest first."""
        return document.sudo().transaction_ids.sorted("id")

    def kinds_of(self, document=None):
        """Return what happened to payments of a document, the oldest first."""
        document = self.invoice if document is None else document
        rows = self.Event.search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)], order="id"
        )
        return [row.kind for row in rows if row.kind.startswith("payment")]

    def state_of(self, answer):
        """Return what the payment form is told: its state, and the words for people."""
        result = answer.json()["result"]
        return result["state"], result.get("state_message") or ""

    def assertNothingStarted(self, answer, status, words, document=None):
        """Assert that the payment form is told why no payment was started, and none was."""
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertStrictHeaders(answer)
        state, message = self.state_of(answer)
        self.assertEqual(state, "error")
        self.assertIn(words, message)
        document = self.invoice if document is None else document
        self.assertFalse(self.transactions(document))
