"""L11: the ERP's own payment links are closed as all its permanent links are."""

from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestNativePaymentLinks(PaymentCase):
    def make_wizard(self, document):
        """Return the ERP's dialog that makes a payment link."""
        context = {"active_model": document._name, "active_id": document.id}
        return self.env["payment.link.wizard"].with_context(**context).create({})

    def test_l11_dialog_names_the_remedy_instead_of_a_link_that_opens_nothing(self):
        order = self.make_quote()
        for document in (self.invoice, order):
            with self.subTest(document=document):
                wizard = self.make_wizard(document)
                self.assertIn("Use Send to Customer", wizard.warning_message)
                self.company.finance_portal_close_native = False
                wizard.invalidate_recordset()
                self.assertNotIn("Send to Customer", wizard.warning_message or "")
                self.company.finance_portal_close_native = True

    def test_l11_payment_link_leads_to_the_page_for_a_new_one(self):
        wizard = self.make_wizard(self.invoice)
        for name, document in (("invoice_id", self.invoice), ("sale_order_id", self.make_quote())):
            with self.subTest(name=name):
                query = wizard._prepare_query_params(document) | {name: document.id}
                path = "/payment/pay?" + "&".join(f"{k}={v}" for k, v in query.items())
                answer = self.visit(path, follow=True)
                self.assertEqual(answer.status_code, 410)
                self.assertIn("no longer active", answer.text)
                self.assertNoNativeTrace(answer.text)
