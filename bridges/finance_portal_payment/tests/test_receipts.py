"""Receipts of online payments, mailed to whoever paid, where the company wants them."""

from unittest.mock import patch

from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestReceipts(PaymentCase):
    def mail_receipts(self):
        """Run the job that mails receipts; what it mailed is in ``sent``."""
        with (
            self.mock_mail_gateway(),
            patch.object(self.env.cr, "commit"),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
        ):
            self.env["account.payment"].sudo()._cron_finance_portal_receipts()

    def test_which_choice_mails_the_receipt_of_an_online_payment(self):
        for choice, mailed in (("never", False), ("online", True), ("all", True)):
            with self.subTest(choice):
                self.company.finance_portal_receipts = choice
                link, _page = self.enter(self.make_invoice())
                transaction = self.pay(link)
                with self.mock_mail_gateway():
                    self.book()
                self.assertEqual(transaction.payment_id.finance_receipt == "waiting", mailed)
                self.mail_receipts()
                self.assertEqual(self.ada.email in self.sent, mailed)
                if mailed:
                    receipt = self.link_of(self.token_mailed_to(self.ada))
                    self.assertEqual(receipt._get_document(), transaction.payment_id)
                with self.mock_mail_gateway():
                    self.book()
                self.mail_receipts()
                self.assertFalse(self.sent, "once")

    def test_it_goes_to_whoever_paid(self):
        """Odoo books it on the customer, not on the contact."""
        self.company.finance_portal_receipts = "online"
        link, _page = self.enter(partner=self.ben)
        transaction = self.pay(link)
        with self.mock_mail_gateway():
            self.book()
        self.mail_receipts()
        payer = transaction.partner_id
        self.assertEqual(payer.commercial_partner_id, self.customer)
        self.assertEqual([*self.sent], [payer.email])

    def test_what_staff_register_is_no_online_payment(self):
        self.company.finance_portal_receipts = "online"
        self.register(self.invoice, 100)
        self.mail_receipts()
        self.assertFalse(self.sent)
