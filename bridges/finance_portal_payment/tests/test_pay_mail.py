"""What emails say of paying online: as much as their reader finds on the page."""

from odoo import Command
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPayMail(PaymentCase):
    def get_mailed_text(self, document, partners=None):
        """Send a document; return the text of the email to the last of these contacts."""
        self.send(document, partners)
        reader = (partners or self.ada)[-1:]
        mail = next(one for one in self._mails if reader.email in one["email_to"][0])
        return " ".join(mail["body_alternative"].split())

    def test_the_email_says_that_it_is_paid_online_where_pay_now_is(self):
        line = "Or pay online: press the button and choose Pay now."
        self.assertIn(line, self.get_mailed_text(self.invoice))
        card = self.env.ref("payment.payment_method_card").sudo()
        self.provider.payment_method_ids = [Command.link(card.id)]
        card.active = True
        by_card = "Or pay online by card: press the button and choose Pay now."
        self.assertIn(by_card, self.get_mailed_text(self.invoice))
        self.provider.is_published = False
        self.assertNotIn("pay online", self.get_mailed_text(self.invoice))
        self.provider.is_published = True
        refund = self.make_invoice(move_type="out_refund")
        self.assertNotIn("pay online", self.get_mailed_text(refund))
        link, _page = self.enter()
        self.pay(link)
        self.assertNotIn("pay online", self.get_mailed_text(self.invoice), "it's under way")

    def test_l10_extra_recipients_are_not_told_to_pay_online(self):
        """Only contacts of the customer can: the page has no Pay now for them."""
        line = "Or pay online: press the button and choose Pay now."
        self.assertIn(line, self.get_mailed_text(self.invoice, self.stranger | self.ada))
        text = self.get_mailed_text(self.invoice, self.ada | self.stranger)
        self.assertIn(self.invoice.name, text)
        self.assertNotIn("pay online", text)
