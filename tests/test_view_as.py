"""View as customer: staff see what the customer sees, and PostgreSQL lets them change nothing."""

import json
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import Command, fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import VIEW_AS_KEY
from .http_common import FinancePortalHttpCase

PORTAL = "/finance/customer-portal"


@tagged("post_install", "-at_install")
class TestViewAs(FinancePortalHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.make_user(
            "boss", "account.group_account_manager", "base.group_partner_manager", password="boss"
        )
        cls.clerk = cls.make_user("clerk", "account.group_account_invoice", password="clerk")
        cls.ref = cls.env["finance.portal.scope"]._make_ref(cls.invoice)
        cls.invoice._generate_and_send(allow_fallback_pdf=True)

    def call(self, model, method, *args, **kwargs):
        """Call a method as the back office in the browser does; return the answer's JSON."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return answer.json()

    def start(self, contact=None, login="boss"):
        """Sign in and press View as Customer; return the answer."""
        self.authenticate(login, login)
        return self.call("res.partner", "action_finance_portal_view_as", (contact or self.ada).ids)

    def kept_session(self):
        """Return the session as the server keeps it."""
        return http.root.session_store.get(self.session.sid)

    def rows(self, kind=None):
        domain = [("kind", "=", kind)] if kind else []
        return self.Event.search([*domain, ("partner_id", "=", self.ada.id)])

    # === WHAT THEY SEE === #

    def test_asking_for_links_leads_back_to_the_document(self):
        """The request is written down before anybody looks whether a view is on."""
        self.start()
        path = f"/finance/d/{self.ref}"
        answer = self.visit(f"{path}/request-access", "POST", data={"everything": "1"})
        self.assertEqual(answer.status_code, 200)
        self.assertIn(f'class="button" href="{path}"', answer.text)

    def test_start_is_recorded_and_leads_to_the_portal(self):
        action = self.start()["result"]
        self.assertEqual((action["type"], action["url"]), ("ir.actions.act_url", PORTAL))
        [row] = self.rows("viewed_as")
        self.assertEqual(row.user_id, self.boss)
        self.assertEqual((row.verdict, row.email), ("staff", self.ada.email))
        page = self.visit(PORTAL)
        self.assertEqual(page.status_code, 200)
        self.assertIn("re seeing what", page.text)
        self.assertIn("Ada", page.text)

    def test_document_and_pdf_without_any_trace(self):
        """SPEC 7: it never counts as a customer view."""
        self.start()
        before = self.rows()
        base = f"/finance/d/{self.ref}"
        page = self.visit(base)
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.invoice.name, page.text)
        self.assertEqual(self.submit(page, f"{base}/seen").status_code, 204)
        pdf = self.visit(f"{base}/pdf")
        self.assertEqual(pdf.status_code, 200)
        self.assertIn(self.invoice.name.encode(), pdf.content)
        self.assertEqual(self.rows(), before)

    def test_l7_printing_an_invoice_writes_nothing_to_it(self):
        fresh = self.make_invoice()
        before = fresh.write_date
        self.start()
        ref = self.env["finance.portal.scope"]._make_ref(fresh)
        self.assertEqual(self.visit(f"/finance/d/{ref}/pdf").status_code, 200)
        self.assertEqual((fresh.write_date, fresh.is_manually_modified), (before, False))

    def test_pdf_that_was_never_made_is_not_kept(self):
        order = self.make_quote()
        ref = self.env["finance.portal.scope"]._make_ref(order)
        self.start()
        rendered = b"%PDF made now", "pdf"
        Report = type(self.env["ir.actions.report"])
        with patch.object(Report, "_render_qweb_pdf", lambda *_args, **_kwargs: rendered):
            pdf = self.visit(f"/finance/d/{ref}/pdf")
        self.assertEqual((pdf.status_code, pdf.content), (200, rendered[0]))
        self.assertFalse(self.env["finance.portal.pdf"].sudo().search([("res_id", "=", order.id)]))

    def test_documents_of_other_customers_stay_closed(self):
        other = self.make_invoice(partner=self.eve)
        self.start()
        ref = self.env["finance.portal.scope"]._make_ref(other)
        self.assertEqual(self.visit(f"/finance/d/{ref}").status_code, 404)

    # === WHAT THEY CANNOT === #

    @mute_logger("odoo.sql_db", "odoo.http")
    def test_any_write_fails_in_the_database(self):
        """Not a flag of ours: whatever tries to write meets PostgreSQL's refusal."""
        self.start()
        base = f"/finance/d/{self.ref}"

        def write(page, *args, **kwargs):
            page.env.cr.execute("UPDATE res_partner SET name = 'Mallory'")

        with patch.object(type(self.env["finance.portal.page"]), "_respond_document", write):
            answer = self.visit(base)
        self.assertEqual(answer.status_code, 403)
        self.assertIn("Only the customer can do this", answer.text)
        self.assertEqual(self.ada.name, "Ada")

    @mute_logger("odoo.sql_db")
    def test_accepting_a_quote_is_the_customers(self):
        order = self.make_quote()
        ref = self.env["finance.portal.scope"]._make_ref(order)
        self.start()
        page = self.visit(f"/finance/d/{ref}")
        data = {"csrf_token": self.csrf_of(page), "name": "Ada", "seen": "x"}
        answer = self.visit(f"/finance/d/{ref}/accept", "POST", data=data)
        self.assertEqual(answer.status_code, 403)
        self.assertIn("Only the customer can do this", answer.text)
        self.assertEqual(order.state, "sent")
        self.assertFalse(self.env["finance.portal.decision"].search([("res_id", "=", order.id)]))

    # === THE STAFF'S OWN SESSION === #

    def test_staff_session_is_intact_meanwhile_and_afterwards(self):
        self.start()
        page = self.visit(PORTAL)
        name = self.call("res.users", "read", self.boss.ids, ["login"])["result"][0]["login"]
        self.assertEqual(name, "boss")
        answer = self.submit(page, f"{PORTAL}/end-view")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith(f"/odoo/res.partner/{self.ada.id}"))
        written = self.call("res.partner", "write", self.ada.ids, {"comment": "Called today"})
        self.assertTrue(written["result"], "the next transaction can write")
        self.assertEqual(self.visit(PORTAL).status_code, 303, "it is over")

    def test_stopping_needs_the_form_of_our_page(self):
        self.start()
        answer = self.visit(f"{PORTAL}/end-view", "POST", data={"csrf_token": "made up"})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.visit(PORTAL).status_code, 200)

    # === WHEN IT ENDS === #

    def test_it_lasts_fifteen_minutes(self):
        self.start()
        until = self.kept_session()[VIEW_AS_KEY]["until"]
        start = fields.Datetime.from_string(until) - timedelta(minutes=15)
        for seconds, status in ((899, 200), (900, 403)):
            now = patch.object(
                fields.Datetime, "now", lambda moment=start + timedelta(seconds=seconds): moment
            )
            with self.subTest(seconds=seconds), now:
                page = self.visit(PORTAL)
                self.assertEqual(page.status_code, status)
        self.assertIn("has ended", page.text)

    def test_who_is_no_manager_any_more_sees_nothing(self):
        self.start()
        self.boss.group_ids = self.env.ref("account.group_account_invoice")
        self.assertEqual(self.visit(PORTAL).status_code, 303)
        self.assertEqual(self.visit(f"/finance/d/{self.ref}").status_code, 303)

    def test_contact_deleted_meanwhile(self):
        contact = self.make_contact("Cy")
        self.start(contact)
        contact.unlink()
        self.assertEqual(self.visit(PORTAL).status_code, 403)

    # === WHO MAY === #

    @mute_logger("odoo.http")
    def test_users_without_the_managers_rights_are_refused(self):
        error = self.start(login="clerk")["error"]
        self.assertIn("AccessError", error["data"]["name"])
        self.assertIn("Finance Portal manager", error["data"]["message"])
        self.assertNotIn(VIEW_AS_KEY, self.kept_session())
        self.assertFalse(self.rows("viewed_as"))

    def test_portal_users_cannot_plant_it(self):
        """Even with the key in their session nobody but a manager is shown anything by it."""
        for group in ("base.group_portal", "base.group_user"):
            user = self.make_user(group.rpartition(".")[2], group, password="password")
            until = fields.Datetime.to_string(fields.Datetime.now() + timedelta(minutes=10))
            planted = {VIEW_AS_KEY: {"contact": self.ada.id, "until": until}}
            self.authenticate(user.login, "password", session_extra=planted)
            self.assertIn(VIEW_AS_KEY, self.kept_session())
            with self.subTest(group=group):
                self.assertEqual(self.visit(f"/finance/d/{self.ref}").status_code, 303)

    def test_not_without_a_browser(self):
        with self.assertRaises(UserError):
            self.ada.with_user(self.boss).action_finance_portal_view_as()
        with self.assertRaises(AccessError):
            self.ada.with_user(self.clerk).action_finance_portal_view_as()

    # === COMPANIES === #

    def make_sister(self):
        return self.env["res.company"].create({"name": "Sister"})

    def open_account(self, contact=None):
        with self.mock_mail_gateway():
            return self.env["finance.portal.account"]._enable(contact or self.ada)

    def test_not_when_the_account_shows_documents_of_other_companies(self):
        account = self.open_account()
        account._show_companies(self.company | self.make_sister())
        with self.assertRaisesRegex(AccessError, "companies that you don't work for"):
            self.ada.with_user(self.boss).action_finance_portal_view_as()

    def test_without_an_account_only_papers_and_books_of_the_users_companies_are_shown(self):
        """An entry that is no document stands on the statement, with its company's name."""
        sister = self.make_sister()
        quote_ = self.make_quote(company_id=sister.id)
        self.make_entry(sister)
        ref = self.env["finance.portal.scope"]._make_ref(quote_)
        for companies, status in ((self.company, 404), (self.company | sister, 200)):
            self.boss.company_ids = companies
            self.start()
            self.assertEqual(self.visit(f"/finance/d/{ref}").status_code, status)
            for page in ("quotes", "statement"):
                text = self.visit(f"{PORTAL}/{page}").text
                with self.subTest(companies=companies, page=page):
                    self.assertEqual("Sister" in text, status == 200)

    def make_entry(self, company):
        """Post an entry about the customer that is no document."""
        books = {}
        for kind in ("asset_receivable", "income"):
            values = {"name": kind, "code": f"S{len(books)}", "account_type": kind}
            books[kind] = self.env["account.account"].create({**values, "company_ids": company.ids})
        journal = self.env["account.journal"].create(
            {"name": "Misc", "code": "SIS", "type": "general", "company_id": company.id}
        )
        amounts = {"asset_receivable": {"debit": 10}, "income": {"credit": 10}}
        items = [
            {"account_id": books[kind].id, "partner_id": self.customer.id, **amount}
            for kind, amount in amounts.items()
        ]
        entry = self.env["account.move"].with_company(company).create(
            {"journal_id": journal.id, "line_ids": [Command.create(item) for item in items]}
        )  # fmt: skip
        entry.action_post()

    def assertEnded(self):
        for path in (PORTAL, f"{PORTAL}/invoices", f"/finance/d/{self.ref}"):
            page = self.visit(path)
            self.assertEqual(page.status_code, 403, path)
            self.assertIn("has ended", page.text)
            self.assertNotIn(self.invoice.name, page.text)

    def test_a_decoy_that_is_moved_under_the_customer_afterwards_shows_nothing(self):
        decoy = self.make_contact("Decoy", parent=False)
        self.start(decoy)
        self.assertEqual(self.visit(PORTAL).status_code, 200)
        decoy.parent_id = self.customer
        self.assertEqual(decoy.commercial_partner_id, self.customer)
        self.assertEnded()
        decoy.parent_id = False
        self.assertEqual(self.visit(PORTAL).status_code, 200, "it names this customer")

    def test_a_customer_that_is_moved_under_another_takes_nobody_along(self):
        self.start(self.eve)
        self.rival.write({"is_company": False, "parent_id": self.customer.id})
        self.assertEqual(self.eve.commercial_partner_id, self.customer)
        self.assertEnded()

    def test_it_ends_when_the_account_comes_to_show_more_than_the_user_may_see(self):
        account = self.open_account()
        self.start()
        self.assertEqual(self.visit(PORTAL).status_code, 200)
        account._show_companies(self.company | self.make_sister())
        self.assertEnded()

    def test_it_ends_when_an_account_is_opened_that_shows_more(self):
        self.start()
        self.open_account()._show_companies(self.make_sister())
        self.assertEnded()

    def test_it_ends_when_the_user_leaves_the_company(self):
        self.open_account()
        self.start()
        sister = self.make_sister()
        self.boss.write({"company_ids": sister.ids, "company_id": sister.id})
        self.assertEnded()

    def test_it_ends_when_the_customer_is_kept_to_another_company(self):
        self.start()
        sister = self.make_sister()
        self.env.cr.execute(
            "UPDATE res_partner SET company_id = %s WHERE id = %s", [sister.id, self.customer.id]
        )
        self.env.invalidate_all()
        self.assertEnded()

    def test_the_transaction_is_read_only_for_who_looks(self):
        """Asked of PostgreSQL itself."""
        self.start()
        asked = []
        Scope = type(self.env["finance.portal.scope"])
        find = Scope._find

        def spy(scope, *args):
            scope.env.cr.execute("SHOW transaction_read_only")
            asked.append(scope.env.cr.fetchone()[0])
            return find(scope, *args)

        with patch.object(Scope, "_find", spy):
            self.visit(f"/finance/d/{self.ref}")
        self.assertEqual(asked, ["on"])
        with self.assertRaises(psycopg2.Error), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.env.cr.execute("SET TRANSACTION READ ONLY; UPDATE res_partner SET name = name")
