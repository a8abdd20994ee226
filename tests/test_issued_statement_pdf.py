"""The PDF of a statement as a document, and payments on the way when it is sent."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .issued_statement_common import IssuedCase
from .pdf_common import PdfCase
from .waiting_common import WaitingMixin


@tagged("post_install", "-at_install")
class TestIssuedStatementPdf(PdfCase):
    def issue_to(self):
        statement = self.env["finance.portal.issued.statement"].create({"partner_id": self.ada.id})
        statement._issue()
        return statement

    def test_pdf_is_made_once_until_a_figure_changes(self):
        statement = self.issue_to()
        first = self.pdf(statement)
        self.assertEqual(self.pdf(statement), first)
        self.assertEqual(len(self.printed), 1)
        self.assertIn(self.invoice.name, self.printed[0])
        self.make_invoice()
        self.assertNotEqual(self.pdf(statement), first)

    def test_mailed_and_downloaded_are_the_same_bytes(self):
        statement = self.env["finance.portal.issued.statement"].create({"partner_id": self.ada.id})
        (mailed,) = self.mail(
            statement, "finance_portal.mail_template_issued_statement", finance_portal_send=True
        )
        self.assertEqual(statement.state, "sent")
        self.assertEqual(self.pdf(statement), mailed)
        self.assertEqual(len(self.printed), 1)

    def test_pdf_and_page_agree_in_every_figure(self):
        statement = self.issue_to()
        self.make_invoice(partner=self.ben)
        self.pdf(statement)
        document = statement.sudo().with_context(lang="en_US")
        figures = document._finance_portal_get_live_values(None)
        texts = [*figures["hero"]["amounts"], figures["sections"][0]["total"]]
        texts += [row["amount"] for row in figures["sections"][0]["rows"]]
        texts += [part["amount"] for part in figures["sections"][0]["ageing"]]
        for text in texts:
            self.assertIn(text, self.printed[-1])

    def test_old_ones_go_after_a_month(self):
        statement = self.issue_to()
        self.pdf(statement)
        kept = self.kept(statement)
        self.assertEqual(len(kept), 1)
        later = fields.Datetime.now() + timedelta(days=31)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.Pdf._gc_statements()
        self.assertFalse(kept.exists())


@tagged("post_install", "-at_install")
class TestIssuedStatementWaiting(WaitingMixin, IssuedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keep_no_entries()

    def test_a_payment_that_waits_counts_as_paid(self):
        paid, part = self.bill(100), self.bill(70)
        statement = self.issue_to()
        self.record(100, paid)
        self.record(20, part)
        figures = self.figures(statement)
        self.assertEqual(figures["hero"]["amounts"], [self.money(50)])
        self.assertEqual(
            figures["changes"]["rows"],
            [
                f"{paid.name} was paid on Mar 10.",
                f"{self.money(20)} of {part.name} was paid on Mar 10;"
                f" {self.money(50)} is still open.",
            ],
        )
        balances = self.env["finance.portal.statement"]._get_balances(self.customer, self.company)
        self.assertEqual(float(balances[self.customer.id].open), 50)
