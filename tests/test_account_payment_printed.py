"""What the printed receipt of a payment says: no more than its page (L6)."""

import json

from odoo.tests import tagged

from .test_account_payment_page import PaymentCase


@tagged("post_install", "-at_install")
class TestPrintedReceipt(PaymentCase):
    def print_receipt(self, payment):
        """Return the official PDF of a payment, before it becomes one."""
        reports = self.env["ir.actions.report"].with_context(lang="en_US")
        html, _kind = reports._render_qweb_html("account.report_payment_receipt", payment.ids)
        return html.decode()

    def settle(self, *moves):
        items = self.env["account.move"].union(*moves).line_ids
        items.filtered(lambda item: item.account_type == "asset_receivable").reconcile()

    def test_the_printed_receipt_names_none_of_another_customer_either(self):
        """Page and official PDF list the same invoices, and say no more of them."""
        own, foreign = self.make(ref="Ours"), self.make(partner=self.eve, ref="Secret")
        payment = self.receive(150, own, foreign, memo="Bread")
        helped = self.make(ref="Helped")
        whisper = self.receive(30, helped, partner_id=self.eve.id, memo="Whisper")
        credit = self.make(self.line(20), move_type="out_refund", partner=self.eve)
        own_credit = self.make(self.line(10), move_type="out_refund")
        self.settle(helped, credit, own_credit)
        other = self.receive(40, helped, memo="Cake")
        hidden = (foreign | credit | whisper.move_id).mapped("name")
        for receipt, told in (
            (payment, (own.name, payment.name, "Ours", "Bread")),
            (other, (own_credit.name, other.name, "Helped", "Cake")),
        ):
            printed = self.print_receipt(receipt)
            for text in told:
                self.assertIn(text, printed)
            for secret in (*hidden, "Secret", "Whisper"):
                self.assertNotIn(secret, printed)
        foreign.ref = "Another secret"
        self.env.invalidate_all()
        before = payment._finance_portal_get_printed()
        self.assertNotIn("Another secret", json.dumps(before, default=str))

    def test_what_isnt_for_customers_is_printed_as_odoo_does(self):
        bill = self.make(move_type="in_invoice", ref="Flour")
        self.assertIn("Flour", self.print_receipt(self.pay(bill)))
