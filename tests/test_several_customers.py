"""SPEC 13, "One sign-in, several customers": the chooser, and pages that are one customer's."""

import re
from html import unescape

from odoo.http import root
from odoo.tests import tagged

from .account_link_common import PASSWORD
from .account_pages_common import LOGIN, PORTAL, AccountPagesCase
from .decision_common import SEEN
from .portal_access_common import PortalAccessCase

ADDRESS = "ada@bakery.example.com"
LINKS = re.compile(r'(?:href|action|data-options)="([^"]+)"')
# Addresses of the portal that are nobody's in particular.
OF_NOBODY = {PORTAL, f"{PORTAL}/logout", "/finance/customer-portal"}
SECTION = re.compile(r"<any\(([^)]*)\):\w+>")


class SeveralCase(AccountPagesCase, PortalAccessCase):
    """Ada keeps the books of ``customer`` and of ``rival``, each of which has documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eve.email = ADDRESS
        cls.theirs = cls.make_invoice(cls.eve)
        cls.quotes = cls.make_quote(), cls.make_quote(cls.eve)

    def setUp(self):
        super().setUp()
        self.first = self.account_with_password()
        with self.mock_mail_gateway():
            self.second = self.Account._enable(self.eve)
        self.env.flush_all()
        self.own = {self.first: [self.invoice, self.quotes[0]]}
        self.own[self.second] = [self.theirs, self.quotes[1]]

    def base(self, account):
        return account._get_base()

    def each(self):
        """Yield ``(account, other)`` for both."""
        for account, other in ((self.first, self.second), (self.second, self.first)):
            with self.subTest(customer=account.customer_id.name):
                yield account, other

    def routes(self, method):
        """Return the addresses of all routes of the portal that take a method, without parts."""
        found = set()
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if rule.endpoint.routing.get("finance_portal") and method in rule.methods:
                sections = SECTION.search(rule.rule)
                for name in sections[1].split(",") if sections else [""]:
                    found.add(SECTION.sub(name.strip(" '\""), rule.rule))
        open_to_all = ("login", "code", "forgot", "setup", "reset", "stop", "logout", "end-view")
        return sorted(
            route
            for route in found
            if route.startswith(PORTAL)
            and "<string" not in route
            and not route.removeprefix(PORTAL).startswith(tuple(f"/{one}" for one in open_to_all))
        )

    def path_of(self, document):
        return f"/finance/d/{self.env['finance.portal.scope']._make_ref(document)}"


@tagged("post_install", "-at_install")
class TestChooser(SeveralCase):
    def test_after_signing_in_a_chooser_leads_to_each(self):
        self.assertLeadsTo(self.sign_in(), PORTAL)
        page = self.visit(PORTAL)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Choose a customer", page.text)
        for account, other in self.each():
            self.assertIn(f'href="{self.base(account)}"', page.text)
            overview = self.visit(self.base(account))
            self.assertEqual(overview.status_code, 200)
            self.assertIn(f'href="{self.base(other)}"', overview.text, "the way to the other")

    def test_with_one_account_nobody_is_asked(self):
        self.second._disable("staff")
        self.sign_in()
        page = self.visit(PORTAL)
        self.assertNotIn("Choose a customer", page.text)
        self.assertNotIn(f"{PORTAL}/a/", page.text)

    def test_every_page_is_of_one_customer_and_leads_to_no_others(self):
        """Whatever page of the portal: its documents, and where its links and forms go."""
        self.sign_in()
        routes = self.routes("GET")
        self.assertGreater(len(routes), 8)
        for account, other in self.each():
            seen = ""
            for route in routes:
                path = self.base(account) + route.removeprefix(PORTAL)
                with self.subTest(path=route):
                    page = self.visit(path)
                    if page.status_code == 404:  # an app that isn't installed
                        continue
                    self.assertEqual(page.status_code, 200, page.text)
                    seen += page.text
                    for document in self.own[other]:
                        self.assertNotIn(document.name, page.text)
                    if "html" in page.headers["Content-Type"]:
                        self.assertLeadsNowhereElse(page, account, other)
            for document in self.own[account]:
                self.assertIn(document.name, seen)

    def test_a_mistyped_address_leads_back_to_the_same_customer(self):
        self.sign_in()
        for account, _other in self.each():
            page = self.visit(f"{self.base(account)}/nowhere")
            self.assertEqual(page.status_code, 404)
            self.assertIn(f'class="button" href="{self.base(account)}"', page.text)
        closed = self.base(self.second)
        self.second._disable("staff")
        for path in (f"{PORTAL}/nowhere", closed):
            self.assertIn(f'class="button" href="{PORTAL}"', self.visit(path).text)

    def assertLeadsNowhereElse(self, page, account, other):
        for address in map(unescape, LINKS.findall(page.text)):
            if not address.startswith(PORTAL):
                continue
            allowed = address.startswith(self.base(account)) or address in OF_NOBODY
            self.assertTrue(allowed or address == self.base(other), address)

    def test_an_address_that_names_no_account_asks_which(self):
        """Of every page and file: nothing of anybody, and never as if it were the file."""
        self.sign_in()
        for route in self.routes("GET"):
            if route == PORTAL:
                continue
            with self.subTest(path=route):
                page = self.visit(route)
                self.assertEqual(page.status_code, 300, page.text)
                for account in (self.first, self.second):
                    wanted = self.base(account) + route.removeprefix(PORTAL)
                    self.assertIn(f'href="{wanted}"', page.text)
                    for document in self.own[account]:
                        self.assertNotIn(document.name, page.text)

    def test_a_form_that_names_no_account_of_theirs_changes_nothing(self):
        """Every form of the portal: without an account, with a stranger's, with a closed one."""
        stranger = self.account_with_password(self.ben)
        with self.mock_mail_gateway():
            third = self.Account._enable(self.third_contact())
        self.sign_in()
        token = self.csrf_of(self.visit(f"{self.base(self.first)}/settings"))
        third._disable("staff")
        before = self.password_hash(self.first.user_id)
        routes = self.routes("POST")
        self.assertGreater(len(routes), 3)
        fields = {"csrf_token": token, "current": PASSWORD, "password": "five silent herons"}
        for route in routes:
            rest = route.removeprefix(PORTAL).replace("<int:key_id>", "1")
            for base, status in (
                (PORTAL, 300), (self.base(stranger), 404), (self.base(third), 404),
            ):  # fmt: skip
                with self.subTest(path=route, base=base):
                    answer = self.visit(base + rest, "POST", data={**fields, "lang": "fr_FR"})
                    self.assertEqual(answer.status_code, status, answer.text)
                    self.assertIn("Nothing was changed", answer.text)
        self.assertEqual(self.password_hash(self.first.user_id), before)
        self.assertEqual(self.visit(f"{self.base(self.first)}/settings").status_code, 200)

    def third_contact(self):
        customer = self.env["res.partner"].create({"name": "Third", "is_company": True})
        values = {"name": "Ada", "parent_id": customer.id, "email": ADDRESS}
        return self.env["res.partner"].create(values)

    def test_a_form_acts_for_the_customer_of_its_tab(self):
        """Two tabs, two customers: what is sent from one is no matter of the other's."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.sign_in()
        tabs = {one: self.visit(f"{self.base(one)}/settings") for one in self.own}
        path = f"{self.base(self.second)}/settings/language"
        data = {"csrf_token": self.csrf_of(tabs[self.second]), "lang": "fr_FR"}
        self.assertLeadsTo(
            self.visit(path, "POST", data=data), f"{self.base(self.second)}/settings?saved=language"
        )
        self.assertEqual((self.ada.lang, self.eve.lang), ("en_US", "fr_FR"))

    def test_what_goes_wrong_looks_like_the_customers_pages(self):
        """In the language of that customer's contact, whichever of the accounts comes first."""
        self.env["res.lang"]._activate_lang("fr_FR")
        for account, other in self.each():
            account.partner_id.lang, other.partner_id.lang = "fr_FR", "en_US"
            self.become_stranger()
            self.sign_in()
            for one, lang in ((account, "fr-FR"), (other, "en-US")):
                page = self.visit(f"{self.base(one)}/files/nowhere")
                self.assertEqual(page.status_code, 404)
                self.assertIn(f'<html lang="{lang}"', page.text)

    def test_a_document_opens_under_the_customer_whose_it_is(self):
        self.sign_in()
        for account, other in self.each():
            for document in self.own[account]:
                page = self.visit(self.path_of(document))
                self.assertEqual(page.status_code, 200)
                self.assertIn(f'href="{self.base(account)}" aria-current="true"', page.text)
                self.assertLeadsNowhereElse(page, account, other)

    def test_a_file_is_one_customers(self):
        self.sign_in()
        for account, other in self.each():
            customer = account.customer_id
            file = self.env["ir.attachment"].create(
                {"name": "a.txt", "raw": b"plan", "res_model": "res.partner", "res_id": customer.id}
            )
            customer.finance_portal_file_ids = file
            ((ref, _file),) = self.env["finance.portal.file"]._get_shared_with(customer)
            statuses = [
                self.visit(f"{base}/files/{ref}").status_code
                for base in (self.base(account), self.base(other), PORTAL)
            ]
            self.assertEqual(statuses, [200, 404, 300])

    def test_an_answer_is_that_customers(self):
        self.sign_in()
        quote = self.quotes[1]
        page = self.visit(self.path_of(quote))
        data = {"csrf_token": self.csrf_of(page), "seen": SEEN.search(page.text).group(1)}
        self.visit(f"{self.path_of(quote)}/decline", "POST", data=data)
        decision = self.env["finance.portal.decision"].search([("res_id", "=", quote.id)])
        self.assertEqual(decision.partner_id, self.eve)

    def test_a_link_that_needs_signing_in_opens_under_its_customer(self):
        (self.customer | self.rival).finance_portal_sign_in = "required"
        self.sign_in()
        for account, _other in self.each():
            link, token = self.issue(self.own[account][0], account.partner_id)
            page = self.open_link(token)
            self.assertEqual(page.status_code, 200)
            self.assertIn(f'href="{self.base(account)}" aria-current="true"', page.text)
            self.submit(page, f"/finance/d/{link.ref}/seen")
            row = self.Event.search([("link_id", "=", link.id), ("kind", "=", "viewed")])
            self.assertEqual(row.account_id, account)

    def test_disabling_one_closes_its_pages_at_the_next_request(self):
        self.sign_in()
        for account in (self.first, self.second):
            self.assertEqual(self.visit(self.base(account)).status_code, 200)
        self.press("disable", self.ada)
        self.assertEqual(self.visit(self.base(self.first)).status_code, 404)
        self.assertEqual(self.visit(self.path_of(self.invoice)).status_code, 404)
        page = self.visit(PORTAL)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Choose a customer", page.text)
        self.assertEqual(self.visit(self.base(self.second)).status_code, 200, "still signed in")
        self.press("disable", self.eve)
        self.assertSignedOut()

    def test_signing_in_and_out_is_told_of_each(self):
        self.sign_in()
        page = self.visit(f"{self.base(self.first)}/settings")
        self.submit(page, f"{self.base(self.first)}/settings/sign-out-everywhere")
        self.assertSignedOut()
        for account, _other in self.each():
            kinds = [kind for kind, _reason in self.reasons_of(account)]
            self.assertEqual(kinds[-2:], ["signed_in", "signed_out"])

    def test_signing_in_leads_back_to_the_account_that_was_asked_for(self):
        path = f"{self.base(self.second)}/invoices"
        answer = self.visit(path)
        self.assertEqual(answer.status_code, 303)
        self.assertLeadsTo(self.sign_in(at=answer.headers["Location"], next=path), path)

    def test_staff_view_as_one_of_them(self):
        self.boss.password = "boss"
        self.authenticate("boss", "boss")
        self.session["finance_portal_view_as"] = {
            "contact": self.eve.id, "customer": self.rival.id, "until": "2999-01-01 00:00:00",
        }  # fmt: skip
        root.session_store.save(self.session)
        page = self.visit(f"{PORTAL}/invoices")
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.theirs.name, page.text)
        self.assertNotIn(self.invoice.name, page.text)
        self.assertNotIn(f"{PORTAL}/a/", page.text)
        self.assertEqual(self.visit(self.path_of(self.invoice)).status_code, 404)
        self.assertEqual(self.visit(self.base(self.first)).status_code, 404)

    def test_the_sign_in_page_sends_who_is_signed_in_to_the_chooser(self):
        self.sign_in()
        self.assertLeadsTo(self.visit(LOGIN), PORTAL)
