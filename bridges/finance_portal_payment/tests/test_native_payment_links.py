"""L11: Odoo's own payment links are closed as all its permanent links are."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment import utils as payment_utils

from ..controllers.native_pay import KINDS
from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestNativePaymentLinks(PaymentCase):
    def make_wizard(self, document):
        """Return Odoo's dialog that makes a payment link."""
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

    def make_links(self):
        """Yield ``(parameter, document, address)`` of each payment link that Odoo ever made."""
        documents = {"account.move": self.invoice, "sale.order": self.make_quote()}
        for name, (model, payers) in KINDS.items():
            document = documents[model]
            for payer in payers:
                token = payment_utils.generate_access_token(
                    document[payer].id, 100.0, document.currency_id.id, env=self.env
                )
                number = f"/payment/pay?{name}={document.id}"
                yield name, document, f"{number}&amount=100.0&access_token={token}"

    def test_l11_payment_link_leads_to_the_page_for_a_new_one(self):
        for name, _document, path in self.make_links():
            with self.subTest(name=name):
                answer = self.visit(path, follow=True)
                self.assertEqual(answer.status_code, 410)
                self.assertIn("no longer active", answer.text)
                self.assertNoNativeTrace(answer.text)

    def test_l11_without_the_links_token_no_number_tells_whether_there_is_a_document(self):
        """Nor can a link be requested for each number: that would mail every customer."""
        for name, document, path in self.make_links():
            number = path.partition("&")[0]
            for tried in (number, f"{path}0", f"{number}&amount=100.0&access_token=%C3%A4"):
                other = tried.replace(f"{name}={document.id}", f"{name}={2**31 - 2}")
                with self.subTest(path=tried), mute_logger("odoo.http"):
                    answers = [self.visit(one, follow=True) for one in (tried, other)]
                    self.assertNotIn("request-access", answers[0].text)
                    self.assertEqual(*(one.status_code for one in answers))
