"""How a visitor's browser gets from a mailed link to its one document (L6, L8, L12, L13)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..tools.secure_token import new_token
from .http_common import FinancePortalHttpCase


@tagged("post_install", "-at_install")
class TestResolverHttp(FinancePortalHttpCase):
    # === L8: THE EXCHANGE === #

    def test_l8_token_is_traded_for_an_address_without_it(self):
        link, token = self.issue()
        answer = self.visit(f"/finance/i/{token}")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith(f"/finance/d/{link.ref}"))
        page = self.visit(f"/finance/d/{link.ref}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.invoice.name, page.text)
        self.assertNotIn(token, page.text)
        self.assertNoNativeTrace(page.text)

    def test_l8_grant_belongs_to_one_browser(self):
        link, token = self.issue()
        self.assertEqual(self.open_link(token).status_code, 200)
        self.become_stranger()
        for path in ("", "/pdf"):
            self.assertEqual(self.visit(f"/finance/d/{link.ref}{path}").status_code, 404)

    def test_l8_grant_ends_with_the_link(self):
        link, token = self.issue()
        self.open_link(token)
        last = link.expires_at - timedelta(seconds=1)
        with patch.object(fields.Datetime, "now", lambda: last):
            self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 200)
        with patch.object(fields.Datetime, "now", lambda: link.expires_at):
            self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 410)
            self.assertEqual(self.visit(f"/finance/i/{token}").status_code, 410)

    def test_l6_grant_is_not_an_account(self):
        _link, token = self.issue()
        other, _token = self.issue(self.make_invoice())
        page = self.open_link(token)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.visit(f"/finance/d/{other.ref}").status_code, 404)
        for path in ("/my", "/my/invoices", "/odoo"):
            answer = self.visit(path)
            self.assertEqual(answer.status_code, 303, path)
            self.assertIn("/web/login", answer.headers["Location"])
        self.assertNotEqual(
            self.visit(f"/my/invoices/{self.invoice.id}", follow=True).url, page.url
        )

    def test_end_forgets_the_document_on_this_device(self):
        link, token = self.issue()
        page = self.open_link(token)
        self.assertEqual(self.submit(page, f"/finance/d/{link.ref}/end").status_code, 200)
        self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 404)
        self.assertEqual(self.open_link(token).status_code, 200, "the link itself lives on")

    # === L12: HEADERS === #

    def test_l12_every_answer_carries_the_strict_headers(self):
        link, token = self.issue()
        base = f"/finance/d/{link.ref}"
        answers = [
            self.visit(f"/finance/i/{token}"),
            page := self.visit(base),
            self.visit(base, "HEAD"),
            self.visit(f"{base}/pdf"),
            self.submit(page, f"{base}/seen"),
            self.submit(page, f"{base}/request-access"),
            self.submit(page, f"{base}/end"),
            self.visit(base),
        ]
        self.assertEqual(
            [answer.status_code for answer in answers], [303, 200, 200, 200, 204, 200, 200, 404]
        )
        for answer in answers:
            self.assertStrictHeaders(answer)

    def test_l12_headers_stand_when_the_page_breaks(self):
        _link, token = self.issue()

        def broken(*_args, **_kwargs):
            raise RuntimeError(f"secret /finance/i/{token}")

        with (
            patch.object(type(self.env["finance.portal.page"]), "_respond_document", broken),
            self.assertLogs("odoo.http", "ERROR") as log,
        ):
            answer = self.open_link(token)
        self.assertEqual(answer.status_code, 500)
        self.assertStrictHeaders(answer)
        self.assertNotIn("RuntimeError", answer.text)
        self.assertNotIn(token, answer.text + "\n".join(log.output))

    # === L13: THROTTLE === #

    def test_l13_over_the_limit_is_429_with_retry_after(self):
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.viewing", "3/60")
        _link, token = self.issue()
        for _attempt in range(3):
            self.assertEqual(self.visit(f"/finance/i/{token}").status_code, 303)
        answer = self.visit(f"/finance/i/{token}")
        self.assertEqual(answer.status_code, 429)
        self.assertTrue(1 <= int(answer.headers["Retry-After"]) <= 120)
        self.assertStrictHeaders(answer)
        self.assertEqual(
            self.visit(f"/finance/i/{new_token()}").status_code, 429, "unknown ones, too"
        )
        self.assertEqual(len(self.invoice_events("opened")), 3)

    def test_l13_buckets_are_separate(self):
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.recovery", "2/600")
        link, token = self.issue()
        page = self.open_link(token)
        statuses = [
            self.submit(page, f"/finance/d/{link.ref}/request-access").status_code
            for _attempt in range(3)
        ]
        self.assertEqual(statuses, [200, 200, 429])
        self.assertEqual(self.visit(f"/finance/i/{token}").status_code, 303)

    def test_l13_addresses_are_counted_apart(self):
        Throttle = self.env["finance.portal.throttle"]
        self.assertEqual(Throttle._count("viewing", "203.0.113.7", 120, 60), (1, 0))
        self.assertEqual(Throttle._count("viewing", "203.0.113.7", 130, 60), (2, 0))
        self.assertEqual(Throttle._count("viewing", "203.0.113.8", 130, 60), (1, 0))
        self.assertEqual(Throttle._count("recovery", "203.0.113.7", 130, 60), (1, 0))
        self.assertEqual(Throttle._count("viewing", "203.0.113.7", 185, 60), (1, 2))

    def test_l13_nonsense_in_the_parameter_means_the_default(self):
        Throttle = self.env["finance.portal.throttle"]
        for text in ("", "many", "5", "1/2/3"):
            self.env["ir.config_parameter"].set_param("finance_portal.throttle.viewing", text)
            self.assertEqual(Throttle._limit_of("viewing"), (300, 60))
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.viewing", "5/0")
        self.assertEqual(Throttle._limit_of("viewing"), (5, 1))

    # === LANGUAGE === #

    def test_page_is_in_the_recipients_language(self):
        for lang, code, direction in (("de_DE", "de-DE", "ltr"), ("ar_001", "ar-001", "rtl")):
            self.env["res.lang"]._activate_lang(lang)
            self.ada.lang = lang
            _link, token = self.issue()
            with self.subTest(lang=lang):
                page = self.open_link(token)
                self.assertIn(f'lang="{code}"', page.text)
                self.assertIn(f'dir="{direction}"', page.text)

    def test_dead_page_is_in_the_recipients_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.ada.lang = "ar_001"
        link, token = self.issue()
        link._revoke("staff")
        self.assertIn('dir="rtl"', self.visit(f"/finance/i/{token}").text)

    def test_a_language_that_is_not_installed_breaks_no_page(self):
        for method, path, status in (
            ("GET", "/finance/i/nonsense", 404),
            ("GET", "/finance/customer-portal/nonsense", 404),
            ("DELETE", "/finance/i/nonsense", 405),
        ):
            with self.subTest(method=method, path=path):
                headers = {"Accept-Language": "pt-BR"}
                answer = self.url_open(path, headers=headers, method=method)
                self.assertEqual(answer.status_code, status)
                self.assertIn('lang="en-US"', answer.text)

    # === PDF === #

    def test_pdf_is_the_official_one(self):
        self.send()
        token = self.token_mailed_to(self.ada)
        link = self.link_of(token)
        self.open_link(token)
        answer = self.visit(f"/finance/d/{link.ref}/pdf")
        self.assertEqual(answer.content, self.invoice.invoice_pdf_report_id.raw)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(len(self.invoice_events("pdf")), 1)
