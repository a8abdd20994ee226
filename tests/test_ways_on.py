"""Whatever a page of ours says, it leads on: back to the document, to the overview, to sign-in."""

from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import fields
from odoo.tests import tagged

from .common import FinancePortalCase
from .portal_common import PORTAL, PortalCase

OVERVIEW, LOGIN = f'href="{PORTAL}"', f'href="{PORTAL}/login"'
# Where a button of ours would help nobody: the browser has to be told first, or we have to talk.
WORDS_ONLY = {
    "finance_portal.failure_cookies_blocked": "allow cookies",
    "finance_portal.failure_stop_link": "contact us",
    "finance_portal.portal_stopped": "contact you",
}


@tagged("post_install", "-at_install")
class TestEveryShortPage(FinancePortalCase):
    def short_pages(self):
        """Return the names of all templates of short pages, of every addon."""
        views = self.env["ir.ui.view"].search(
            [
                ("type", "=", "qweb"), ("inherit_id", "=", False),
                ("arch_db", "ilike", 't-call="finance_portal.message_page"'),
            ]
        )  # fmt: skip
        return views.mapped("key")

    def draw(self, name):
        """Return the content of a page as a stranger meets it, who has no document open."""
        brand = dict.fromkeys(
            ("logo_url", "address", "phone", "website", "vat", "vat_label", "color", "color_dark")
        )
        values = {
            "document_path": None, "overview_path": PORTAL, "is_signed_in": False,
            "brand": {**brand, "name": "Backstein", "email": "hello@backstein.example.com"},
            "asset": lambda file: file, "next_path": "/odoo", "request_path": "/x",
            "sign_in_path": "/x", "native_sign_in_query": "", "retry_minutes": 1,
            "sentence": "Words.",
        }  # fmt: skip
        page = self.env["ir.qweb"]._render(name, values, minimal_qcontext=True)
        (content,) = html.fromstring(page).xpath("//main/div")
        return content

    def test_leads_on(self):
        names = self.short_pages()
        self.assertGreater(len(names), 25)
        for name in names:
            with self.subTest(template=name):
                content = self.draw(name)
                ways = content.xpath(".//form | .//a[@href and not(contains(@href, ':'))]")
                if name in WORDS_ONLY:
                    self.assertIn(WORDS_ONLY[name], content.text_content().lower())
                    self.assertTrue(content.xpath(".//a[starts-with(@href, 'mailto:')]"))
                else:
                    self.assertTrue(ways)


@tagged("post_install", "-at_install")
class TestWaysOn(PortalCase):
    def back_to(self, ref):
        return f'class="button" href="/finance/d/{ref}"'

    def ask(self, page, link, everything):
        data = {"csrf_token": self.csrf_of(page), "everything": everything}
        answer = self.visit(f"/finance/d/{link.ref}/request-access", "POST", data=data)
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def test_who_asked_for_links_goes_back_to_the_document_that_is_open(self):
        link, token = self.issue()
        page = self.open_link(token)
        for everything in ("1", ""):
            with self.subTest(everything=everything):
                self.assertIn(self.back_to(link.ref), self.ask(page, link, everything))
        self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 200)

    def test_to_whom_it_is_not_open_it_offers_to_sign_in(self):
        """The same to whoever asks, also where the link is live in another browser."""
        live, token = self.issue()
        page = self.open_link(token)
        link, _token = self.issue(partner=self.ben, ago=timedelta(hours=30))
        for one in (live, link):
            if one == live:
                self.become_stranger()
                page = self.visit(f"/finance/d/{one.ref}")
            with self.subTest(link=one.state):
                answer = self.ask(page, one, "1")
                self.assertNotIn("Back to the document", answer)
                self.assertIn(LOGIN, answer)

    def test_an_ended_link_leads_nobody_back_to_where_it_ended(self):
        link, token = self.issue()
        page = self.open_link(token)
        with patch.object(fields.Datetime, "now", lambda: link.expires_at):
            answer = self.ask(page, link, "1")
        self.assertNotIn("Back to the document", answer)
        self.assertIn(LOGIN, answer)

    def test_who_is_signed_in_goes_to_the_overview_or_the_document(self):
        link, _token = self.issue(partner=self.ben)
        self.sign_in()
        page = self.open()
        self.assertIn(OVERVIEW, self.ask(page, link, "1"))
        own = self.path_of(self.invoice).rpartition("/")[2]
        answer = self.visit(f"/finance/d/{own}/request-access", "POST", data={"everything": "1"})
        self.assertIn(self.back_to(own), answer.text)

    def test_closed_documents(self):
        link, token = self.issue()
        page = self.open_link(token)
        closed = self.submit(page, f"/finance/d/{link.ref}/end")
        self.assertIn(LOGIN, closed.text)
        self.assertNotIn("Back to the document", closed.text)

    def test_forms_that_fail_lead_back_to_their_document_or_to_the_portal(self):
        link, token = self.issue()
        self.open_link(token)
        for name in ("accept", "seen", "end", "account"):
            with self.subTest(name=name):
                answer = self.visit(f"/finance/d/{link.ref}/{name}", "POST", data={"a": "b"})
                self.assertEqual(answer.status_code, 400)
                self.assertIn(self.back_to(link.ref), answer.text)
        self.sign_in()
        answer = self.visit(f"{PORTAL}/settings/language", "POST", data={"csrf_token": "old"})
        self.assertEqual(answer.status_code, 400)
        self.assertIn(OVERVIEW, answer.text)
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.viewing", "0/600")
        self.assertIn(OVERVIEW, self.visit(PORTAL).text)
        self.become_stranger()
        self.assertIn(LOGIN, self.visit(PORTAL).text)
