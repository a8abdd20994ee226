"""No token of Odoo's reaches the browser that pays (L11, L12)."""

import re

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment.utils import generate_access_token

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPayTokens(PaymentCase):
    def test_l11_no_token_of_odoos_reaches_the_browser(self):
        native = self.invoice._portal_ensure_token() or "a-permanent-token-of-odoo"
        self.invoice.access_token = native
        link, page = self.enter()
        answers = [page, self.visit(f"/finance/d/{link.ref}"), self.start(page)]
        transaction = self.transactions(self.invoice)
        answers.append(self.open_pay_page(link))
        self.simulate(transaction)
        answers += [self.visit("/payment/status"), self.open_result(link)]
        # Odoo's own for payments, which would also open saved cards.
        currency = self.invoice.currency_id.id
        own = generate_access_token(self.ada.id, 100.0, currency, env=self.env)
        for answer in answers:
            text = answer.text + str(answer.headers)
            self.assertNotIn(native, text)
            self.assertNotIn(own, text)
            self.assertNotRegex(text, r"(access_token|hash|pid|signup_token)=[^\s&\"']")
            self.assertNotIn("/my/", text)

    def test_l11_the_seal_opens_nothing_of_odoos(self):
        _link, page = self.enter()
        seal = self.form_of(page)["access-token"]
        query = f"partner_id={self.ada.id}&amount=100.0&currency_id={self.invoice.currency_id.id}"
        with mute_logger("odoo.http"):
            native = self.visit(f"/payment/pay?{query}&access_token={seal}")
            self.assertEqual(native.status_code, 404)
            for token in (seal, self.invoice.access_token or "native"):
                answer = self.call(
                    f"/invoice/transaction/{self.invoice.id}",
                    {
                        "access_token": token,
                        "provider_id": self.provider.id,
                        "payment_method_id": self.method.id,
                        "token_id": None,
                        "amount": 1.0,
                        "flow": "direct",
                        "tokenization_requested": False,
                        "landing_route": "/",
                    },
                )
                self.assertIn("error", answer.json())
        self.assertFalse(self.transactions(self.invoice))

    def test_l12_only_the_page_with_the_form_has_a_wider_policy(self):
        link, page = self.enter()
        policy = page.headers["Content-Security-Policy"]
        nonce = re.search(r"'nonce-([\w-]+)'", policy).group(1)
        self.assertEqual(page.text.count(f'nonce="{nonce}"'), 2, "our style, and one script")
        for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            self.assertIn(part, policy)
        self.assertNotIn("unsafe-inline", policy.partition("style-src")[0], "not for scripts")
        self.assertNotIn("http:", policy)
        for name in ("Referrer-Policy", "Cache-Control", "X-Robots-Tag", "X-Content-Type-Options"):
            self.assertEqual(page.headers[name], self.open_result(link).headers[name])
        self.assertStrictHeaders(self.open_result(link))
        self.assertStrictHeaders(self.start(page))
        self.assertStrictHeaders(self.open_pay_page(link))

    def test_l7_looking_at_the_pages_changes_nothing(self):
        link, page = self.enter()
        self.start(page)
        self.simulate(self.transactions(self.invoice), "pending")
        self.env.flush_all()
        tables = ("payment_transaction", "finance_portal_event", "account_move")
        before = [self.rows_of(table) for table in tables]
        for method in ("GET", "HEAD"):
            for path in ("pay", "pay?part=all", "pay/result"):
                self.visit(f"/finance/d/{link.ref}/{path}", method)
            self.visit("/payment/status", method)
        self.assertEqual([self.rows_of(table) for table in tables], before)

    def rows_of(self, table):
        self.env.cr.execute(f"SELECT xmin, ctid, id FROM {table} ORDER BY id")
        return self.env.cr.fetchall()
