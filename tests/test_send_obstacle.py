"""Sending: what keeps a document from its customer is said in one sentence with the remedy."""

from odoo import Command
from odoo.tests import tagged

from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestSendObstacle(FinancePortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_salesman_all_leads")
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.ada.id,
                "order_line": [Command.create({"product_id": cls.product_a.id})],
            }
        )
        cls.payment = cls.make_payment(post=False)

    def obstacle(self, document):
        """Return the sentence, after checking that it names the document or the contact."""
        text = document._finance_portal_get_send_obstacle()
        self.assertIsInstance(text, str)
        return text

    def test_what_can_be_sent_meets_none(self):
        self.payment.action_post()
        sent = self.order.copy({"state": "sent"})
        confirmed = self.order.copy()
        confirmed.action_confirm()
        for document in (self.invoice, self.payment, self.order, sent, confirmed):
            with self.subTest(document=document):
                self.assertEqual(self.obstacle(document), "")

    def test_draft_says_to_confirm(self):
        for document in (self.make_invoice(post=False), self.payment):
            with self.subTest(document=document):
                self.assertIn(document.display_name, self.obstacle(document))
                self.assertIn("still a draft. Confirm it first", self.obstacle(document))

    def test_cancelled_says_how_to_get_it_back(self):
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self.payment.action_cancel()
        self.order._action_cancel()
        for document, remedy in (
            (self.invoice, "Reset it to draft"),
            (self.payment, "Reset it to draft"),
            (self.order, "Press Set to Quotation"),
        ):
            with self.subTest(document=document):
                self.assertIn(f"{document.display_name} is cancelled", self.obstacle(document))
                self.assertIn(remedy, self.obstacle(document))

    def test_missing_address_names_the_contact(self):
        self.payment.action_post()
        for address in (False, "not an address"):
            (self.ada + self.customer).email = address
            for document in (self.invoice, self.payment, self.order):
                with self.subTest(document=document, address=address):
                    self.assertIn("has no email address. Open the contact", self.obstacle(document))

    def test_address_of_the_company_will_do(self):
        self.payment.action_post()
        self.ada.email = False
        for document in (self.invoice, self.payment, self.order):
            with self.subTest(document=document):
                self.assertEqual(self.obstacle(document), "")

    def test_what_is_no_customers_document_cannot_be_sent(self):
        bill = self.make_invoice(move_type="in_invoice", partner=self.eve)
        paid = self.env["account.payment"].create(
            {"payment_type": "outbound", "partner_type": "supplier", "partner_id": self.eve.id}
        )
        for document in (bill, paid):
            with self.subTest(document=document):
                self.assertTrue(self.obstacle(document))
