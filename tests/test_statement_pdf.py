"""The PDF of a statement is made once, out of its account's own share (L13, section 7)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models.statement import pdf as statement_pdf
from .pdf_common import PdfCase
from .portal_common import PORTAL, PortalCase

YEAR = "from=2026-01-01&to=2026-12-31"
STATEMENT = "finance.portal.statement"


@tagged("post_install", "-at_install")
class TestStatementPdf(PdfCase, PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bens = cls.make_account(cls.ben)
        cls.eves = cls.make_account(cls.eve)

    def setUp(self):
        super().setUp()
        self.sign_in()
        reports = type(self.env["ir.actions.report"])
        render = reports._render_qweb_pdf
        self.patch(
            reports,
            "_render_qweb_pdf",
            lambda self, *args, **options: render(
                self.with_context(force_report_rendering=True), *args, **options
            ),
        )

    def get(self, query=YEAR, status=200):
        """Return the bytes of a statement that is downloaded now."""
        answer = self.visit(f"{PORTAL}/statement/pdf?{query}")
        self.assertEqual(answer.status_code, status, answer.text[:500])
        self.assertStrictHeaders(answer)
        return answer.content

    def day(self, number):
        """Return a period that no other number has."""
        return f"from=2026-01-{number:02}&to=2026-12-31"

    def all_busy(self):
        """Have somebody else make PDFs at every place."""
        throttle = type(self.env["finance.portal.throttle"])
        return patch.object(throttle, "_find_free_place", lambda _throttle, _queue: False)

    def kept_statements(self):
        return self.Pdf.search([("res_model", "=", STATEMENT)], order="id")

    # === KEPT === #

    def test_it_is_made_once_for_all_of_the_customers_contacts(self):
        with self.assertPrinted(1):
            first = self.get()
            self.assertEqual([self.get() for _time in range(3)], [first] * 3)
            self.sign_in(self.bens)
            self.assertEqual(self.get(), first)
        row = self.kept_statements()
        self.assertEqual((row.res_id, row.lang), (self.customer.id, "en_US"))
        self.assertEqual(self.Event.search_count([("kind", "=", "statement")]), 5)

    def test_another_customer_gets_their_own(self):
        first = self.get()
        self.sign_in(self.eves)
        with self.assertPrinted(1):
            self.assertNotEqual(self.get(), first)
        self.assertEqual(self.kept_statements().mapped("res_id"), [self.customer.id, self.rival.id])

    def test_everything_printed_makes_a_new_version(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        changes = {
            "an invoice": self.make_invoice,
            "its reference": lambda: self.invoice.write({"ref": "PO 7"}),
            "a payment": lambda: self.pay(self.invoice, 10),
            "letterhead": lambda: self.company.write({"report_footer": "Bank: 123"}),
            "name": lambda: self.customer.write({"name": "Bakery & Sons"}),
            "address": lambda: self.customer.write({"street": "Mill Lane 1"}),
            "language": lambda: self.account.user_id.write({"lang": "fr_FR"}),
        }
        seen = {self.get()}
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.statements", "99/600")
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.rendering", "99/600")
        for name, change in changes.items():
            change()
            self.env.flush_all()
            with self.subTest(change=name):
                content = self.get()
                self.assertNotIn(content, seen)
                self.assertEqual(self.get(), content)
                seen.add(content)
        with self.assertPrinted(1):
            self.assertNotIn(self.get(self.day(2)), seen, "another period")

    def test_a_kept_one_needs_no_renderer(self):
        first = self.get()
        with self.all_busy():
            self.assertEqual(self.get(), first)
            self.assertIn(b"preparing your document", self.get(self.day(2), status=503))

    def test_a_lost_file_is_made_anew(self):
        first = self.get()
        self.kept_statements().content = False
        self.assertNotEqual(self.get(), first)

    def test_staff_who_look_as_the_customer_leave_none(self):
        viewer = self.env["finance.portal.statement"]
        viewer._get_pdf(
            self.customer,
            self.company,
            fields.Date.to_date("2026-01-01"),
            fields.Date.today(),
            keep=False,
        )
        self.assertFalse(self.kept_statements())

    # === A SHARE FOR EACH ACCOUNT === #

    def test_one_account_gets_its_share_from_any_network(self):
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.rendering", "99/600")
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.statements", "2/100000")
        first = self.get(self.day(1))
        self.get(self.day(2))
        self.get(self.day(3), status=429)
        self.assertEqual(self.get(self.day(1)), first, "what is there costs nothing")
        self.sign_in(self.bens)
        self.get(self.day(3))

    def test_an_account_that_is_sent_away_used_nothing_up(self):
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.statements", "1/100000")
        with self.all_busy():
            for _time in range(3):
                self.get(status=503)
        self.get()

    # === GROWTH === #

    def test_a_customer_has_a_few_of_the_newest(self):
        self.patch(statement_pdf, "MAX_KEPT", 2)
        contents = [self.get(self.day(number)) for number in (1, 2, 3)]
        self.sign_in(self.eves)
        self.get()
        self.assertEqual(len(self.kept_statements()), 3)
        self.sign_in()
        with self.assertPrinted(0):
            self.assertEqual([self.get(self.day(n)) for n in (2, 3)], contents[1:])
        with self.assertPrinted(1):
            self.get(self.day(1))

    def test_after_a_while_they_are_deleted(self):
        self.get(self.day(1))
        old = self.kept_statements()
        self.get(self.day(2))
        old.current_at = fields.Datetime.now() - statement_pdf.KEPT - timedelta(hours=1)
        order = self.pdf(self.order)
        self.kept(self.order).current_at = old.current_at
        self.Pdf._gc_statements()
        self.assertFalse(old.exists())
        self.assertEqual(len(self.kept_statements()), 1)
        with self.assertPrinted(0):
            self.assertEqual(self.pdf(self.order), order, "documents have a retention of their own")

    def test_the_retention_of_documents_takes_them_too(self):
        self.get()
        self.kept_statements().current_at = "2020-01-01"
        self.Pdf._gc_batch(self.company, fields.Datetime.now())
        self.assertFalse(self.kept_statements())
