"""L5, L7, L8, L11, L12 and L13 as a visitor's browser meets them."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.secure_token import PLACEHOLDER, new_ref, new_token
from .http_common import GATEWAY, FinancePortalHttpCase

DAY = timedelta(hours=24)


@tagged("post_install", "-at_install")
class TestResolverHttp(FinancePortalHttpCase):
    def rows(self, *kinds):
        return self.Event.search([("res_id", "=", self.invoice.id), ("kind", "in", kinds)])

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

    # === L4 AND L5: EVERY ROUTE IN EVERY STATE === #

    def _end_by(self, cause, link):
        """Bring ``link`` into a state."""
        move, partner = self.invoice, self.ada
        if cause == "revoked":
            link._revoke("staff")
        elif cause == "drafted":
            move.button_draft()
        elif cause == "cancelled":
            move.button_draft()
            move.button_cancel()
        elif cause == "reassigned":
            move.with_context(skip_readonly_check=True).partner_id = self.eve
        elif cause == "given back":
            move.with_context(skip_readonly_check=True).partner_id = self.eve
            move.with_context(skip_readonly_check=True).partner_id = self.ada
        elif cause == "deleted":
            move.button_draft()
            move.with_context(force_delete=True).unlink()
        elif cause == "archived":
            partner.active = False
        elif cause == "new address":
            partner.email = "ada.new@bakery.example.com"

    def _statuses(self, cause):
        link, token = self.issue()
        page = self.open_link(token)
        self._end_by(cause, link)
        now = link.expires_at if cause == "expired" else fields.Datetime.now()
        base = f"/finance/d/{link.ref}"
        with patch.object(fields.Datetime, "now", lambda: now):
            return {
                "exchange": self.visit(f"/finance/i/{token}").status_code,
                "exchange HEAD": self.visit(f"/finance/i/{token}", "HEAD").status_code,
                "quote prefix": self.visit(f"/q/{token}").status_code,
                "page": self.visit(base).status_code,
                "page HEAD": self.visit(base, "HEAD").status_code,
                "pdf": self.visit(f"{base}/pdf").status_code,
                "seen": self.submit(page, f"{base}/seen").status_code,
                "end": self.submit(page, f"{base}/end").status_code,
            }

    def test_l5_live(self):
        self.assertEqual(
            self._statuses("live"),
            {
                "exchange": 303, "exchange HEAD": 303, "quote prefix": 404, "page": 200,
                "page HEAD": 200, "pdf": 200, "seen": 204, "end": 200,
            },
        )  # fmt: skip

    def assertGone(self, cause):
        statuses = self._statuses(cause)
        self.assertEqual(statuses.pop("quote prefix"), 404)
        self.assertEqual(set(statuses.values()), {410}, statuses)

    def test_l5_expired(self):
        self.assertGone("expired")

    def test_l5_revoked(self):
        self.assertGone("revoked")

    def test_l5_document_drafted(self):
        self.assertGone("drafted")

    def test_l5_document_cancelled(self):
        self.assertGone("cancelled")

    def test_l5_document_reassigned(self):
        self.assertGone("reassigned")

    def test_l5_document_given_back(self):
        self.assertGone("given back")

    def test_l5_document_deleted(self):
        self.assertGone("deleted")

    def test_l5_recipient_archived(self):
        self.assertGone("archived")

    def test_l5_recipient_has_a_new_address(self):
        self.assertGone("new address")

    def test_l5_unknown(self):
        for path in (
            f"/finance/i/{new_token()}", f"/finance/i/{PLACEHOLDER}", "/finance/i/x",
            f"/q/{new_token()}", f"/finance/d/{new_ref()}", f"/finance/d/{new_ref()}/pdf",
            "/finance/d/1", "/finance/i/x/nowhere", f"/finance/i/{'A' * 3000}",
            "/finance/i/%00%ff", "/finance/i/%F0%9F%92%A3", "/finance/i/..%2F..",
        ):  # fmt: skip
            with self.subTest(path=path):
                answer = self.visit(path)
                self.assertEqual(answer.status_code, 404)
                self.assertStrictHeaders(answer)
                self.assertIn("no longer active", answer.text)

    def test_l5_refusals_are_recorded_with_their_cause(self):
        link, token = self.issue()
        link._revoke("staff")
        self.visit(f"/finance/i/{token}")
        row = self.rows("refused")
        self.assertEqual(len(row), 1)
        self.assertIn("staff", row.reason)
        self.assertNotIn(token, row.reason)

    def test_dead_and_unknown_look_the_same(self):
        link, token = self.issue()
        link._revoke("staff")
        dead, unknown = self.visit(f"/finance/i/{token}"), self.visit(f"/finance/i/{new_token()}")
        for page in (dead, unknown):
            self.assertIn("This link is no longer active", page.text)
            self.assertNotIn("revoked", page.text.lower())
            self.assertNotIn("expired", page.text.lower())

    # === L7: LOOKING CHANGES NOTHING === #

    def test_l7_get_and_head_change_nothing_but_opened(self):
        link, token = self.issue()
        before = link.read()[0]
        move = self.invoice.read(["state", "is_move_sent", "write_date", "message_ids"])[0]
        for method in ("GET", "HEAD"):
            for agent in (GATEWAY, "Mozilla/5.0 (Windows NT 10.0) Chrome/140"):
                self.visit(f"/finance/i/{token}", method, agent=agent, follow=True)
        self.assertEqual({**link.read()[0], "time_left": 0}, {**before, "time_left": 0})
        self.assertEqual(self.invoice.read(list(move))[0], move)
        self.assertEqual(len(self.rows("opened")), 4)
        self.assertFalse(self.rows("viewed", "pdf"))
        self.assertEqual(set(self.rows("opened").mapped("verdict")), {"scanner", "unknown"})

    def test_l7_a_person_counts_once_per_visit(self):
        link, token = self.issue()
        page = self.open_link(token)
        for _signal in range(3):
            self.assertEqual(self.submit(page, f"/finance/d/{link.ref}/seen").status_code, 204)
        self.assertEqual(len(self.rows("viewed")), 1)
        self.assertEqual(self.rows("viewed").verdict, "person")
        self.assertTrue(link.viewed_at)
        page = self.open_link(token)
        self.submit(page, f"/finance/d/{link.ref}/seen")
        self.assertEqual(len(self.rows("viewed")), 2, "another click is another visit")

    def test_l7_scanner_never_counts(self):
        link, token = self.issue()
        page = self.open_link(token, agent=GATEWAY)
        self.submit(page, f"/finance/d/{link.ref}/seen", agent=GATEWAY)
        self.assertFalse(self.rows("viewed"))
        self.assertFalse(link.viewed_at)

    def test_l7_staff_never_count(self):
        link, token = self.issue()
        self.make_user("staffer", "account.group_account_invoice", password="staffer")
        self.authenticate("staffer", "staffer")
        page = self.open_link(token)
        self.submit(page, f"/finance/d/{link.ref}/seen")
        self.assertFalse(self.rows("viewed"))
        self.assertEqual(self.rows("opened").verdict, "staff")
        self.assertEqual(self.rows("opened").user_id.login, "staffer")

    def test_forms_without_proof_change_nothing(self):
        link, token = self.issue()
        self.open_link(token)
        for data in ({}, {"csrf_token": "x"}, {"csrf_token": "ä" * 40}):
            for path in ("seen", "end", "request-access"):
                with self.subTest(data=data, path=path):
                    answer = self.visit(
                        f"/finance/d/{link.ref}/{path}", "POST", data={"a": "b", **data}
                    )
                    self.assertEqual(answer.status_code, 400)
                    self.assertStrictHeaders(answer)
        self.assertFalse(self.rows("viewed", "ended"))
        self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 200)

    def test_wrong_methods_are_refused_in_plain_words(self):
        link, token = self.issue()
        self.open_link(token)
        for method, path in (
            ("POST", f"/finance/i/{token}"), ("PUT", f"/finance/d/{link.ref}"),
            ("DELETE", f"/finance/d/{link.ref}"), ("OPTIONS", f"/finance/d/{link.ref}"),
            ("GET", f"/finance/d/{link.ref}/seen"), ("GET", f"/finance/d/{link.ref}/end"),
        ):  # fmt: skip
            with self.subTest(method=method, path=path):
                answer = self.visit(path, method)
                self.assertEqual(answer.status_code, 405)
                self.assertTrue(answer.headers["Allow"])
                self.assertStrictHeaders(answer)

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
        self.assertTrue(1 <= int(answer.headers["Retry-After"]) <= 60)
        self.assertStrictHeaders(answer)
        self.assertEqual(
            self.visit(f"/finance/i/{new_token()}").status_code, 429, "unknown ones, too"
        )
        self.assertEqual(len(self.rows("opened")), 3)

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
        self.assertEqual(len(self.rows("pdf")), 1)

    # === REQUEST ACCESS === #

    def test_request_access_answers_everybody_alike(self):
        link, token = self.issue()
        dead, _token = self.issue(partner=self.ben)
        dead._revoke("staff")
        page = self.open_link(token)
        texts = set()
        for key in (link.ref, dead.ref, new_ref(), token, new_token(), "nonsense"):
            with self.subTest(key=key):
                answer = self.submit(page, f"/finance/d/{key}/request-access")
                self.assertEqual(answer.status_code, 200)
                texts.add(self.plain(answer))
        self.assertEqual(len(texts), 1)

    def test_request_access_mails_to_the_address_on_file_only(self):
        link, token = self.issue()
        page = self.open_link(token)
        self.company.finance_portal_email_change = "keep"
        self.ada.email = "ada.new@bakery.example.com"
        self.visit(
            f"/finance/d/{link.ref}/request-access", "POST",
            data={"csrf_token": self.csrf_of(page), "email": "eve@rival.example.com"},
        )  # fmt: skip
        self.answer_requests()
        self.assertEqual(list(self.sent), ["ada.new@bakery.example.com"])
        (fresh,) = self.tokens_in(self.sent["ada.new@bakery.example.com"])
        self.assertEqual(self.open_link(fresh).status_code, 200)
        self.assertEqual(len(self.rows("access_requested", "access_mailed")), 2)

    def test_request_access_mails_nothing_when_it_must_not(self):
        link, _token = self.issue()
        link._revoke("staff")
        page = self.visit(f"/finance/d/{new_ref()}")
        for key in (link.ref, new_ref(), new_token(), "x"):
            self.submit(page, f"/finance/d/{key}/request-access")
        self.answer_requests()
        self.assertFalse(self.sent)
        self.assertEqual(len(self.rows("access_requested")), 1)

    def test_request_access_is_limited_in_time_and_number(self):
        link, _token = self.issue()
        page = self.visit(f"/finance/d/{new_ref()}")
        start, mailed = fields.Datetime.now(), []
        for minutes in (0, 4, 6, 12, 18, 24, 30, 36):
            now = start + timedelta(minutes=minutes)
            with patch.object(fields.Datetime, "now", lambda now=now: now):
                self.submit(page, f"/finance/d/{link.ref}/request-access")
                self.answer_requests()
            mailed.append(len(self.sent))
        self.assertEqual(mailed, [1, 0, 1, 1, 1, 1, 0, 0], "5 minutes apart, 5 a day")

    def test_request_access_of_a_broken_request_drops_it(self):
        link, _token = self.issue()
        page = self.visit(f"/finance/d/{new_ref()}")
        self.submit(page, f"/finance/d/{link.ref}/request-access")

        def broken(*_args, **_kwargs):
            raise ValueError("broken")

        with (
            patch.object(type(self.invoice), "_finance_portal_mail_link", broken),
            mute_logger("odoo.addons.finance_portal.models.links.mail_request"),
        ):
            self.answer_requests()
        Request = self.env["finance.portal.access.request"].sudo()
        self.assertFalse(Request.search([("link_id", "=", link.id)]), "tried once, not forever")
        self.assertFalse(
            self.Event.search([("link_id", "=", link.id), ("kind", "=", "access_mailed")])
        )
        self.submit(page, f"/finance/d/{link.ref}/request-access")
        self.answer_requests()
        self.assertEqual(list(self.sent), [self.ada.email], "the visitor can ask again")

    # === L11: OLD NATIVE LINKS === #

    def native_paths(self):
        self.company.finance_portal_close_native = False
        token = self.invoice._portal_ensure_token()
        self.company.finance_portal_close_native = True
        return (
            f"/my/invoices/{self.invoice.id}?access_token={token}",
            f"/my/invoices/{self.invoice.id}?access_token={token}&report_type=pdf&download=true",
            f"/mail/view?model=account.move&res_id={self.invoice.id}&access_token={token}",
        )

    def test_l11_old_native_link_leads_to_the_page_for_a_new_one(self):
        for path in self.native_paths():
            with self.subTest(path=path):
                answer = self.visit(path, follow=True)
                self.assertEqual(answer.status_code, 410)
                self.assertStrictHeaders(answer)
                self.assertIn("no longer active", answer.text)
        action = answer.text.split('action="')[1].split('"')[0]
        self.submit(answer, action)
        self.answer_requests()
        self.assertEqual(list(self.sent), [self.ada.email])
        self.assertLive(self.token_mailed_to(self.ada))

    def test_l11_native_links_work_again_with_the_setting_off(self):
        paths = self.native_paths()
        self.company.finance_portal_close_native = False
        for path in (paths[0], paths[2]):
            with self.subTest(path=path):
                answer = self.visit(path, follow=True)
                self.assertEqual(answer.status_code, 200)
                self.assertIn(self.invoice.name, answer.text)

    def test_l11_staff_preview_keeps_working(self):
        staffer = self.make_user("staffer", "account.group_account_invoice", password="staffer")
        self.authenticate("staffer", "staffer")
        url = self.invoice.with_user(staffer).preview_invoice()["url"]
        self.assertNoNativeTrace(url.replace("/my/invoices/", ""))
        # With a web shop, Odoo opens the preview inside its website editor, under "/@".
        answer = self.visit(url.removeprefix("/@"), follow=True)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(self.invoice.name, answer.text)

    def test_l11_wrong_native_token_is_no_oracle(self):
        self.native_paths()
        answer = self.visit(f"/my/invoices/{self.invoice.id}?access_token=nonsense")
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/my", answer.headers["Location"])
