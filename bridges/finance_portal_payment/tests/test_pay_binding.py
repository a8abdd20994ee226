"""Payments for a quote that an app changes during confirmation (section 13)."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.finance_portal.tests.binding_common import BindingCase

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPayBinding(PaymentCase, BindingCase):
    def setUp(self):
        super().setUp()
        self.quote = self.make_quote(
            user_id=self.seller.id, require_payment=True, prepayment_percent=0.3
        )

    def pay_what_was_accepted(self):
        """Accept and pay the quote; return the link and the payment, which isn't booked yet."""
        link, page = self.open_quote()
        self.answer(page)
        return link, self.pay(link)

    def money_todos(self):
        return self.quote.activity_ids.filtered(lambda one: "A payment of" in (one.summary or ""))

    def assertBookedOnly(self, link, transaction):
        """Assert that the money is booked, nothing is confirmed, and everyone is told."""
        self.assertEqual(self.quote.state, "sent")
        self.assertTrue(transaction.is_post_processed)
        self.assertEqual(transaction.payment_id.amount, transaction.amount)
        told = self.env.ref("sale.mail_template_sale_payment_executed")
        self.assertEqual(self.quote.pending_email_template_id, told, "of the money, no more")
        self.assertEqual(self.money_todos().user_id, self.seller)
        result = self.open_result(link)
        self.assertIn("confirmed yet. ", result.text)
        self.assertIn("ll contact you.", result.text)

    def test_a_price_that_confirming_changes_is_not_confirmed(self):
        link, transaction = self.pay_what_was_accepted()
        self.while_confirming(self.reprice(120))
        self.book()
        self.assertBookedOnly(link, transaction)
        self.assertEqual(self.quote.amount_total, 100)
        self.assertIn("but the order couldn", self.money_todos().summary)
        self.assertIn("120.00", self.money_todos().summary)
        page = self.visit(f"/finance/d/{link.ref}")
        self.assertIn("isn&#39;t confirmed yet.", page.text)
        self.assertNotIn("Your order is confirmed", page.text)
        self.assertNotIn("/pay", page.text, "nobody is asked for more money")

    def test_what_an_app_refuses_to_confirm_does_not_keep_the_money_from_being_booked(self):
        def refuse(_order):
            raise UserError(self.env._("Every event needs a date."))

        link, transaction = self.pay_what_was_accepted()
        self.while_confirming(refuse)
        self.book()
        self.assertBookedOnly(link, transaction)
        self.assertIn("Every event needs a date.", self.money_todos().summary)

    def test_what_an_app_worked_out_anew_is_accepted_anew(self):
        link, transaction = self.pay_what_was_accepted()
        self.refreshed_by(self.reprice(120))
        self.book()
        self.assertBookedOnly(link, transaction)
        self.assertEqual(self.quote.amount_total, 120, "what will be ordered is what is shown")
        self.assertIn("an earlier version", self.money_todos().summary)
        page = self.visit(f"/finance/d/{link.ref}")
        self.assertIn(">Accept<", page.text)
        self.assertIn("The order is confirmed once", self.answer(page).text, "30 % are more now")
        self.pay(link)
        self.book()
        self.assertEqual((self.quote.state, self.quote.amount_total), ("sale", 120))
        self.assertEqual(len(self.money_todos()), 1)

    def test_money_that_is_only_reserved_confirms_no_other_version_either(self):
        self.provider.capture_manually = True
        link, page = self.open_quote()
        self.answer(page)
        transaction = self.pay(link)
        self.while_confirming(self.reprice(120))
        self.book()
        self.assertEqual((self.quote.state, transaction.state), ("sent", "authorized"))
        self.assertFalse(transaction.payment_id)
        self.assertEqual(len(self.money_todos()), 1)

    def test_what_stays_as_it_was_is_confirmed_and_told_by_email(self):
        self.refreshed_by(self.reprice(100))
        self.pay_what_was_accepted()
        self.book()
        self.assertEqual((self.quote.state, self.quote.amount_total), ("sale", 100))
        told = self.env.ref("sale.mail_template_sale_confirmation")
        self.assertEqual(self.quote.pending_email_template_id, told)
        self.assertFalse(self.money_todos())

    def test_a_cart_is_the_shops_business(self):
        cart = self.make_quote(sent=False, require_payment=True, prepayment_percent=1)
        transaction = self.env["payment.transaction"].sudo().create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": 100.0,
                "currency_id": cart.currency_id.id,
                "partner_id": self.ada.id,
                "operation": "online_direct",
                "sale_order_ids": [(6, 0, cart.ids)],
            }
        )  # fmt: skip
        self.while_confirming(self.reprice(120))
        self.simulate(transaction)
        self.book()
        self.assertEqual((cart.state, cart.amount_total), ("sale", 120))
