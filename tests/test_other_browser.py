"""Whoever comes without what the link left in their browser has a way on (L4, L7, L8)."""

import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..tools.secure_token import new_ref
from .account_link_common import PASSWORD
from .account_pages_common import PORTAL, AccountPagesCase

DEAD = "no longer active"
COOKIES = "Please allow cookies"
ELSEWHERE = "Open the link in your email"
REQUEST = re.compile(r'action="([^"]+/request-access)"')


@tagged("post_install", "-at_install")
class TestOtherBrowser(AccountPagesCase):
    """A link opened in a mail app's own browser, then its address in another one."""

    def test_the_page_calls_no_link_dead_and_looks_alike_for_every_reference(self):
        link, _token = self.issue()
        dead, _token = self.issue(partner=self.ben)
        dead._revoke("staff")
        for path in ("", "/pdf", "/file/" + new_ref()):
            texts = set()
            for ref in (link.ref, dead.ref, new_ref()):
                page = self.visit(f"/finance/d/{ref}{path}")
                self.assertEqual(page.status_code, 404)
                self.assertStrictHeaders(page)
                self.assertIn(f'action="/finance/d/{ref}/request-access"', page.text)
                texts.add(self.plain(page))
            [text] = texts
            self.assertIn(ELSEWHERE, text)
            self.assertNotIn(DEAD, text)

    def test_request_access_there_mails_a_fresh_link(self):
        for hours in (1, 25, 24 * 20):
            with self.subTest(hours=hours):
                link, _token = self.issue(self.make_invoice(), ago=timedelta(hours=hours))
                self.become_stranger()
                page = self.visit(f"/finance/d/{link.ref}")
                answer = self.submit(page, REQUEST.search(page.text).group(1))
                made_up = self.submit(page, f"/finance/d/{new_ref()}/request-access")
                self.assertEqual(self.plain(answer), self.plain(made_up))
                self.answer_requests()
                self.assertEqual(list(self.sent), [self.ada.email])
                [fresh] = self.tokens_in(self.sent[self.ada.email])
                self.assertEqual(self.open_link(fresh).status_code, 200)

    def test_after_a_day_the_browser_that_opened_it_gets_one_too(self):
        link, token = self.issue()
        self.open_link(token)
        with patch.object(fields.Datetime, "now", lambda: link.expires_at):
            page = self.visit(f"/finance/d/{link.ref}")
            self.assertEqual(page.status_code, 410)
            self.submit(page, REQUEST.search(page.text).group(1))
            self.answer_requests()
        self.assertEqual(list(self.sent), [self.ada.email])

    def test_where_cookies_are_kept_the_address_stays_clean(self):
        link, token = self.issue()
        self.opener.cookies.clear()
        page = self.visit(f"/finance/i/{token}", follow=True)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.url, f"{self.base_url()}/finance/d/{link.ref}")


@tagged("post_install", "-at_install")
class TestNoCookies(AccountPagesCase):
    """A browser that blocks all cookies is told so, wherever it would need one."""

    def visit(self, path, method="GET", **options):
        """Follow redirects by hand: between any two requests, all cookies are gone."""
        self.opener.cookies.clear()
        answer = super().visit(path, method, **{**options, "follow": False})
        if options.get("follow") and answer.is_redirect:
            return self.visit(answer.headers["Location"], **options)
        return answer

    def assertNamesCookies(self, page):
        self.assertEqual(page.status_code, 400)
        self.assertIn(COOKIES, page.text)
        self.assertNotIn(DEAD, page.text)
        self.assertStrictHeaders(page)

    def test_every_mailed_link(self):
        account, setup = self.enable()
        reset = self.mail_account_link(account, "reset")
        for path in (
            f"/finance/i/{self.issue()[1]}", f"/q/{self.issue(self.make_quote())[1]}",
            f"{PORTAL}/setup/{setup}", f"{PORTAL}/reset/{reset}",
        ):  # fmt: skip
            with self.subTest(path):
                self.assertNamesCookies(self.visit(path, follow=True))

    def test_every_form_of_a_page_without_a_session(self):
        for path in ("/login", "/forgot"):
            page = self.visit(f"{PORTAL}{path}")
            self.assertEqual(page.status_code, 200)
            data = {"csrf_token": self.csrf_of(page), "email": "ada@x", "password": PASSWORD}
            self.assertNamesCookies(self.visit(f"{PORTAL}{path}", "POST", data=data))

    def test_request_access_works_all_the_same(self):
        link, token = self.issue()
        for key in (f"i/{token}", f"d/{link.ref}"):
            with self.subTest(key):
                answer = self.visit(f"/finance/{key}/request-access", "POST", data={})
                self.assertEqual(answer.status_code, 200)
        self.answer_requests()
        self.assertEqual(list(self.sent), [self.ada.email])


@tagged("post_install", "-at_install")
class TestAccountNotOffered(AccountPagesCase):
    def test_who_presses_a_button_that_is_not_offered_any_more_is_told_so(self):
        self.company.finance_portal_offer_account = True
        link, token = self.issue()
        page = self.open_link(token)
        self.assertIn("Set up an account", page.text)
        self.company.finance_portal_offer_account = False
        answer = self.submit(page, f"/finance/d/{link.ref}/account")
        self.assertIn("You can't set up an account here", answer.text)
        self.assertNotIn(DEAD, answer.text)
        self.assertIn(f'href="/finance/d/{link.ref}"', answer.text)
        self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 200)
        self.assertFalse(self.ada._finance_portal_get_account())
