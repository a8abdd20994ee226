from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPayNow(PaymentCase):
    def test_an_invoice_is_paid_from_its_link(self):
        link, token = self.mint()
        page = self.open_link(token)
        self.assertIn(f'href="/finance/d/{link.ref}/pay"', page.text)
        page = self.open_pay_page(link)
        self.assertEqual(page.status_code, 200)
        answer = self.start(page)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(self.state_of(answer)[0], "draft")
        transaction = self.transactions(self.invoice)
        self.assertEqual((transaction.amount, transaction.invoice_ids), (100.0, self.invoice))
        self.simulate(transaction)
        self.assertEqual(transaction.state, "done")
        status = self.visit("/payment/status")
        self.assertEqual(status.headers["Location"], f"/finance/d/{link.ref}/pay/result")
        result = self.visit(f"/finance/d/{link.ref}/pay/result")
        self.assertIn("has arrived", result.text)
        self.assertEqual(result.headers["Refresh"], "3")
        self.book()
        result = self.visit(f"/finance/d/{link.ref}/pay/result")
        self.assertIn("There is nothing left to pay.", result.text)
        self.assertNotIn("Refresh", result.headers)
        self.assertEqual(self.invoice.payment_state, "paid")
