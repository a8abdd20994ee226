"""Whoever is lost on our addresses finds a way on: mistyped pages, and downloads signed out."""

import re
from unittest.mock import patch
from urllib.parse import quote

from odoo.tests import tagged

from ..tools.secure_token import new_ref
from .portal_common import PORTAL, PortalCase

ARGUMENT = re.compile(r"<[^<>]+>")
GERMAN = 'lang="de-DE"'


@tagged("post_install", "-at_install")
class TestDownloads(PortalCase):
    """Programs that save files have no session, and would save a page under the file's name."""

    def setUp(self):
        super().setUp()
        self.sign_in()

    def attach(self, record):
        attachment = self.env["ir.attachment"].create(
            {"name": "plan.txt", "raw": b"plan", "res_model": record._name, "res_id": record.id}
        )
        self.env["finance.portal.file"]._show(record, attachment)

    def get_downloads(self):
        """Return the addresses that send the signed-in customer a file, of all our routes."""
        self.attach(self.invoice)
        self.attach(self.customer)
        ref = self.path_of(self.invoice).rpartition("/")[2]
        ((document_file, _file),) = self.invoice._finance_portal_get_files()
        ((shared_file, _file),) = self.env["finance.portal.file"]._get_shared_with(self.customer)
        examples = {"file_ref": [document_file], "form": ["pdf", "csv"], "ref": [ref, shared_file]}
        found = {}
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if rule.endpoint.routing.get("finance_portal") and "GET" in rule.methods:
                paths = [rule.rule]
                for argument in ARGUMENT.findall(rule.rule):
                    name = argument.strip("<>").rpartition(":")[2]
                    values = examples.get(name, ["invoices"])
                    paths = [path.replace(argument, one) for path in paths for one in values]
                for path in paths:
                    answer = self.visit(path)
                    if "attachment" in answer.headers.get("Content-Disposition", ""):
                        found[path] = rule.endpoint.routing
        return found

    def test_nobody_saves_a_page_as_a_file(self):
        downloads = self.get_downloads()
        self.assertGreaterEqual(len(downloads), 5, downloads)
        self.become_stranger()
        for path, routing in downloads.items():
            for method in ("GET", "HEAD"):
                with self.subTest(path=path, method=method):
                    answer = self.visit(path, method)
                    self.assertEqual(answer.status_code, 401)
                    self.assertStrictHeaders(answer)
            with self.subTest(path=path):
                self.assertTrue(routing.get("finance_portal_file"))
                page = self.visit(path)
                self.assertIn("Please sign in to download this file", page.text)
                self.assertIn(f"{PORTAL}/login?next=%2Ffinance%2F", page.text)
                self.assertLess(len(page.content), 5000)

    def test_the_sign_in_page_leads_back_to_the_file(self):
        self.become_stranger()
        page = self.visit(f"{PORTAL}/statement/csv")
        self.assertIn(quote(f"{PORTAL}/statement/csv", safe=""), page.text)

    def test_a_statement_that_cannot_be_made_is_no_file(self):
        for path in ("/statement/csv?from=yesterday&to=x", "/statement/pdf?from=x"):
            with self.subTest(path=path):
                answer = self.visit(PORTAL + path)
                self.assertEqual(answer.status_code, 422)
                self.assertIn("a valid date.", answer.text)
        self.account.own_documents = True
        for form in ("pdf", "csv"):
            self.assertEqual(self.visit(f"{PORTAL}/statement/{form}").status_code, 422)


@tagged("post_install", "-at_install")
class TestMistyped(PortalCase):
    """A page in the customer's language and their company's branding that leads back."""

    MISTYPED = (
        "/nowhere", "/invoices/nowhere", "/settings/nowhere", "/statement/xml", "//nowhere",
        "/settings/passkeys/x/remove", "/files/a/b",
    )  # fmt: skip

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.ada.lang = "de_DE"

    def test_signed_in(self):
        """Whether the address has no route, another method, or a route without such a page."""
        self.sign_in()
        ref = new_ref()
        for path in (*[PORTAL + path for path in self.MISTYPED], f"/finance/d/{ref}"):
            with self.subTest(path=path):
                page = self.visit(path, follow=True)
                self.assertEqual(page.status_code, 404)
                self.assertIn(GERMAN, page.text)
                self.assertStrictHeaders(page)
                if path.startswith(PORTAL):
                    self.assertIn(f'class="button" href="{PORTAL}"', page.text)
                    self.assertIn(self.company.email, page.text)
                    self.assertNotIn("request-access", page.text)
        page = self.visit(PORTAL, "POST")
        self.assertEqual(page.status_code, 405)
        self.assertIn(GERMAN, page.text)
        foreign = self.make_invoice(partner=self.eve)
        page = self.visit(self.path_of(foreign))
        self.assertEqual(page.status_code, 404)
        self.assertIn(GERMAN, page.text)
        self.assertIn(self.company.email, page.text)

    def test_whose_session_has_ended_is_a_stranger(self):
        self.sign_in()
        self.account.session_version += 1
        Page = type(self.env["finance.portal.page"])
        with patch.object(Page, "_get_viewer_lang", side_effect=AssertionError) as asked:
            page = self.visit(f"{PORTAL}/nowhere", follow=True)
        self.assertEqual(page.status_code, 404)
        asked.assert_not_called()

    def test_strangers(self):
        for path in self.MISTYPED:
            with self.subTest(path=path):
                page = self.visit(PORTAL + path)
                self.assertEqual(page.status_code, 404)
                self.assertIn(f'class="button" href="{PORTAL}"', page.text)
                self.assertNotIn("request-access", page.text)
        for path in ("/setup/mistyped/x", "/reset/mistyped/x"):
            page = self.visit(PORTAL + path)
            self.assertEqual(page.status_code, 404)
            self.assertIn(f"{PORTAL}/forgot", page.text)

    def test_the_answer_to_request_access_keeps_the_language_of_its_page(self):
        """That page may be in the recipient's language: the browser's is another."""
        link, token = self.issue()
        self.open_link(token)
        link._revoke("staff")
        page = self.visit(f"/finance/d/{link.ref}")
        self.assertIn(GERMAN, page.text)
        unknown = self.visit(f"/finance/d/{new_ref()}")
        self.assertNotIn(GERMAN, unknown.text)
        for shown, expected in ((page, True), (unknown, False)):
            form = {"lang": re.search(r'name="lang"[^>]*? value="([^"]+)"', shown.text)[1]}
            for path in (f"/finance/d/{link.ref}", f"/finance/i/{new_ref()}", "/q/nonsense"):
                self.become_stranger()  # without what the page itself left
                answer = self.visit(f"{path}/request-access", "POST", data=form)
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(GERMAN in answer.text, expected)
        for lang in ("xx_XX", "\0", "qq_QQ" * 1000):
            answer = self.visit("/q/x/request-access", "POST", data={"lang": lang})
            self.assertEqual(answer.status_code, 200)
            self.assertNotIn(GERMAN, answer.text)
