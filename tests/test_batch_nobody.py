"""Nothing counts as sent that nobody gets (section 4)."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .batch_common import BatchCase
from .send_common import SendDocumentsCase


@tagged("post_install", "-at_install")
class TestNobodyGetsIt(BatchCase, SendDocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billing.group_ids += cls.env.ref("sales_team.group_sale_manager")

    def each_kind(self, partner):
        return (
            self.make_invoice(partner=partner),
            self.make_order(partner=partner),
            self.make_payment(partner=partner),
        )

    def test_archived_contact_is_an_obstacle_for_every_kind(self):
        for document in self.each_kind(self.ada):
            with self.subTest(document=document):
                self.ada.active = False
                text = document._finance_portal_get_send_obstacle()
                self.assertIn("Ada is archived", text)
                self.assertIn("Unarchive the contact", text)
                batch = self.send_all(document)
                self.assertEqual(batch.line_ids.mapped("state"), ["failed"])
                self.assertIn("archived", batch.line_ids.reason)
                self.assertFalse(self.mails(document))
                self.ada.active = True
                self.assertEqual(document._finance_portal_get_send_obstacle(), "")

    def test_archived_customer_that_would_get_it_itself_is_one_too(self):
        loner = self.make_contact("Loner", parent=False)
        documents = self.each_kind(loner)
        loner.active = False
        for document in documents:
            with self.subTest(document=document):
                self.assertIn("archived", document._finance_portal_get_send_obstacle())

    def test_sent_only_when_somebody_is_mailed_whatever_prevented_it(self):
        """Nobody is notified, though no obstacle was known before."""
        nobody = patch.object(
            type(self.env["mail.thread"]), "_notify_get_recipients", lambda *_a, **_k: []
        )
        for document in self.each_kind(self.ada):
            with self.subTest(document=document), nobody:
                batch = self.send_all(document)
                self.assertEqual(batch.line_ids.mapped("state"), ["failed"])
                self.assertIn("No email was created", batch.line_ids.reason)

    def test_a_program_goes_on_where_nobody_has_an_address(self):
        """Else a till couldn't store the order of a customer without one."""
        walk_in = self.make_contact("Walk-in", parent=False)
        walk_in.email = False
        one, two, three = (self.make_invoice(partner=walk_in) for _number in range(3))
        with self.mock_mail_gateway():
            one._generate_and_send()
            (two | three)._generate_and_send()
        for move in (one, two, three):
            self.assertTrue(move.invoice_pdf_report_id)
            self.assertFalse(self.mails(move))
        with self.assertRaisesRegex(UserError, "No email address: Walk-in"):
            self.send(self.make_invoice(partner=walk_in))

    def test_other_ways_than_email_need_no_email(self):
        (self.ada + self.customer).invoice_sending_method = "manual"
        batch = self.send_all(self.make_invoice())
        self.assertEqual(batch.line_ids.mapped("state"), ["skipped"])

    def test_invoice_for_nobody_is_not_marked_as_sent(self):
        (self.ada + self.customer).email = False
        for partners in (None, self.env["res.partner"]):
            invoice = self.make_invoice()
            wizard = self.open_send_dialog(invoice, partners)
            with self.subTest(partners=partners), self.mock_mail_gateway():
                with self.assertRaisesRegex(UserError, "Open the contact and enter one"):
                    wizard.action_send_and_print()
                self.assertFalse(invoice.is_move_sent)
                self.assertFalse(invoice.invoice_pdf_report_id)
        self.ada.write({"email": "ada@bakery.example.com", "active": False})
        wizard = self.open_send_dialog(invoice, self.ada)
        with self.assertRaisesRegex(UserError, "archived"):
            wizard.action_send_and_print()
        self.assertFalse(invoice.is_move_sent)
