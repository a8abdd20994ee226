"""Languages and time zones that don't exist here fall back, everywhere (section 13)."""

from unittest.mock import patch

from werkzeug.routing import BuildError

from odoo import fields
from odoo.tests import tagged

from .account_pages_common import PORTAL, AccountPagesCase
from .send_common import SendDocumentsCase

# What people, users and companies may hold: the code, and whether Odoo ever had the language.
LANGUAGES = ("ko_KR", "xx_XX")
REPORTS = {
    "account.move": "account.account_invoices",
    "account.payment": "account.action_report_payment_receipt",
    "finance.portal.issued.statement": "finance_portal.action_report_issued_statement",
    "sale.order": "sale.action_report_saleorder",
}
NEW = "seven greener herons"


@tagged("post_install", "-at_install")
class TestUnknownCodes(SendDocumentsCase, AccountPagesCase):
    """Everybody has a language that isn't installed, and a zone that nobody knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"].search([("code", "=", "ko_KR")]).active = False
        cls.staff = cls.make_user(
            "staff",
            "account.group_account_manager",
            "sales_team.group_sale_manager",
            "finance_portal.group_finance_portal_manager",
        )
        cls.order.user_id = cls.invoice.invoice_user_id = cls.staff
        cls.company.finance_portal_notify_view = "responsible"

    def store(self, lang, zone="Mars/Base"):
        """Store codes with everybody: past Odoo, as a dump or an archived language leaves them."""
        self.set_zones(zone)
        self.env.cr.execute("UPDATE res_partner SET lang = %s", [lang])
        self.env.invalidate_all()

    # === EVERY ADDRESS === #

    def addresses(self, refs, token):
        """Return every address of ours that is read, once for each document, link and file."""
        values = {
            "token": [token],
            "ref": refs,
            "file_ref": ["x" * 22],
            "section": ["invoices", "payments", "quotes", "orders"],
            "form": ["pdf", "csv"],
            "decision_id": [1],
        }
        found = set()
        urls = self.env["ir.http"].routing_map().bind("")
        for rule in urls.map.iter_rules():
            module = rule.endpoint.original_endpoint.__module__
            if not module.startswith("odoo.addons.finance_portal") or not {"GET"} & (
                rule.methods or {"GET"}
            ):
                continue
            names = sorted(rule.arguments)
            if not set(names) <= values.keys():
                continue  # our files, and what is one time approval's
            for number in range(max([len(values[name]) for name in names], default=1)):
                chosen = {name: values[name][number % len(values[name])] for name in names}
                try:
                    found.add(urls.build(rule.endpoint, chosen, method="GET"))
                except BuildError:
                    continue
        return found

    def test_every_page_for_a_visitor_with_links_and_for_a_customer(self):
        account = self.account_with_password()
        documents = (self.invoice, self.order, self.payment, self.statement)
        self.order.action_quotation_sent()
        for lang in LANGUAGES:
            self.store(lang)
            tokens = {document: self.issue(document) for document in documents}
            for document, (_link, token) in tokens.items():
                path = "q" if document == self.order else "finance/i"
                page = self.visit(f"/{path}/{token}", follow=True)
                self.assertEqual(page.status_code, 200, document)
                self.assertIn("UTC", page.text)  # until when the link works
                report = REPORTS[document._name]
                html, _kind = self.env["ir.actions.report"]._render_qweb_html(report, document.ids)
                self.assertIn(document.name, html.decode())
            refs = [link.ref for link, _token in tokens.values()]
            unknown = self.addresses(refs, "y" * 43)
            self.assertGreater(len(unknown), 20)
            self.assertNothingFails(unknown)
            self.sign_in(account.user_id.login)
            self.assertSignedIn()
            own = [self.env["finance.portal.scope"]._make_ref(one) for one in documents]
            self.env.flush_all()
            self.assertNothingFails(self.addresses(own, "y" * 43))
            self.become_stranger()

    def assertNothingFails(self, paths):
        for path in sorted(paths):
            answer = self.visit(path)
            self.assertLess(answer.status_code, 500, path)

    # === EVERY FORM AND EMAIL === #

    def test_account_from_its_setup_to_a_forgotten_password(self):
        for number, lang in enumerate(LANGUAGES):
            person = self.make_contact(f"Person{number}")
            self.store(lang)
            with self.subTest(lang=lang):
                self.become_stranger()
                _account, token = self.enable(person)
                page = self.visit(f"{PORTAL}/setup/{token}", follow=True)
                self.assertEqual(page.status_code, 200)
                done = self.fill_in(f"{PORTAL}/setup", password=NEW, again=NEW, follow=True)
                self.assertEqual(done.status_code, 200)
                self.assertSignedIn()
                self.become_stranger()
                self.fill_in(f"{PORTAL}/forgot", email=person.email)
                with (
                    self.mock_mail_gateway(),
                    patch.object(self.env.cr, "commit"),
                    patch.object(type(self.env["ir.cron"]), "_commit_progress"),
                ):
                    # sudo: a job of the system
                    self.env["finance.portal.account.request"].sudo()._cron_answer()
                self.assertTrue(self.account_tokens_in(self.sent[person.email]))

    def test_request_access(self):
        for lang in LANGUAGES:
            self.store(lang)
            link, _token = self.issue(partner=self.ben)
            self.env["finance.portal.access.request"]._submit(link.ref)
            self.answer_requests()
            self.assertTrue(self.tokens_in(self.sent[self.ben.email]))

    def test_every_dialog_and_several_at_once(self):
        for lang in LANGUAGES:
            self.store(lang)
            self.send()
            self.assertTrue(self.token_mailed_to(self.ada))
            for document in (self.order, self.payment, self.statement):
                self.compose(document)
                self.assertTrue(self.token_mailed_to(self.ada))
            line = self.env["finance.portal.batch.line"].sudo()
            document = self.make_invoice()
            self.env["finance.portal.batch"].with_user(self.staff)._create_for(document)
            found = line.search([("res_id", "=", document.id)])
            with self.mock_mail_gateway():
                found._work()
                self.assertEqual((found.state, found.reason), ("sent", False))
                found.batch_id._notify_when_done()
            self.assertTrue(found._explain(Exception("x")))

    def test_what_staff_are_told(self):
        self.order.action_quotation_sent()
        for lang in LANGUAGES:
            self.store(lang)
            link, _token = self.issue(self.order)
            link.viewed_at = fields.Datetime.now()
            link._notify_first_view()
            document, _user = self.order._finance_portal_as_system(link)
            self.assertEqual(document.env.lang, "en_US")
            found = self.staff.partner_id.with_user(self.staff)
            self.assertTrue(found._finance_portal_format(link.viewed_at))


@tagged("post_install", "-at_install")
class TestInstalledLanguage(SendDocumentsCase):
    def test_next_best_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        Page = self.env["finance.portal.page"]
        for wanted, chosen in (
            (["de_DE"], "de_DE"),
            (["de_CH"], "de_DE"),  # the same language, of another country
            (["xx_XX", "de_DE"], "de_DE"),
            (["xx_XX", False, None], "en_US"),
        ):
            with self.subTest(wanted=wanted):
                self.assertEqual(Page._get_installed_lang(*wanted), chosen)
                self.assertEqual(Page._choose_lang(*wanted), chosen)
