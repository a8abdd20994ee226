"""What of the money that came for a quote still counts when its customer accepts it."""

from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaidForQuote(PaymentCase):
    def setUp(self):
        super().setUp()
        self.accept_another()

    def accept_another(self):
        values = {"require_payment": True, "prepayment_percent": 0.3}
        self.quote = self.make_quote(user_id=self.seller.id, **values)
        self.link, page = self.open_quote()
        self.answer(page)

    def pay_earlier_version(self):
        """Return a prepayment that arrives once the quote says something else."""
        self.start(self.open_pay_page(self.link))
        transaction = self.transactions(self.quote)
        self.quote.order_line.name = "Oven, used"
        self.simulate(transaction)
        self.book()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sent", 30))
        return transaction

    def accept_again(self):
        return self.answer(self.visit(f"/finance/d/{self.link.ref}"))

    def test_who_got_the_prepayment_back_makes_it_again(self):
        """Whoever reads that money came for an earlier version refunds it, and then they accept."""
        transaction = self.pay_earlier_version()
        self.assertIn("Paid so far", self.visit(f"/finance/d/{self.link.ref}").text)
        transaction._refund()
        self.book()
        page = self.visit(f"/finance/d/{self.link.ref}").text
        self.assertNotIn("Paid so far", page)
        self.assertIn("once a prepayment of", page)
        self.accept_again()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sent", 0))
        self.assertEqual(self.form_of(self.open_pay_page(self.link))["amount"], "30.0")
        self.pay(self.link)
        self.book()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sale", 30))

    def test_a_prepayment_that_was_cancelled_or_bounced_is_not_paid(self):
        ends = {
            "cancelled": lambda payment: payment.action_cancel(),
            "bounced": lambda payment: payment.move_id._reverse_moves(cancel=True),
        }
        for name, end in ends.items():
            with self.subTest(name):
                self.accept_another()
                payment = self.pay_earlier_version().payment_id
                self.assertIn("Paid so far", self.visit(f"/finance/d/{self.link.ref}").text)
                end(payment)
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertNotIn("Paid so far", self.visit(f"/finance/d/{self.link.ref}").text)
                self.accept_again()
                self.assertEqual((self.quote.state, self.quote.amount_paid), ("sent", 0))
                self.pay(self.link)
                self.book()
                self.assertEqual((self.quote.state, self.quote.amount_paid), ("sale", 30))

    def test_nothing_counts_again_when_the_links_are_deleted_for_their_age(self):
        """The payment itself says that it was made for a quote that was shared."""
        quote = self.make_quote(user_id=self.seller.id)
        link, _page = self.open_quote(quote)
        transaction = self.make_native(quote)
        quote.order_line.name = "Oven, used"
        self.simulate(transaction)
        self.book()
        self.assertEqual((quote.state, quote.amount_paid), ("sent", 100))
        transaction._refund()
        self.env["finance.portal.link"]._gc_batch(self.company, "2999-01-01")
        self.assertFalse(link.exists())
        self.env.invalidate_all()
        self.assertEqual(quote.amount_paid, 0)

    def test_a_refund_that_is_under_way_is_not_paid(self):
        """A provider may confirm it days later, when the order is long confirmed."""
        transaction = self.pay_earlier_version()
        refund = transaction._refund()
        refund.state = "pending"
        self.accept_again()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sent", 0))
        self.pay(self.link)
        self.book()
        refund.state = "done"
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sale", 30))

    def test_money_stays_its_customers_when_the_contact_who_paid_leaves(self):
        """Also once staff correct who is billed, which forgets whom the contact stood for."""
        self.pay(self.link)
        self.book()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sale", 30))
        self.ada.parent_id = self.rival
        self.env.flush_all()
        self.quote.partner_invoice_id = self.customer
        self.env.invalidate_all()
        self.assertEqual(self.quote.amount_paid, 30)

    def test_a_refund_in_part_leaves_the_rest(self):
        transaction = self.pay_earlier_version()
        transaction._refund(10)
        self.book()
        self.accept_again()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sent", 20))
        self.assertEqual(self.form_of(self.open_pay_page(self.link))["amount"], "10.0")

    def test_what_was_voided_or_captured_and_refunded_is_not_paid(self):
        self.provider.capture_manually = True
        transaction = self.pay_earlier_version()
        captured = transaction._capture(20)
        transaction._void(10)
        self.assertEqual((transaction.state, self.quote.amount_paid), ("done", 20))
        self.provider.capture_manually = False  # it would only authorize the refund
        self.book()
        captured._refund(15)
        self.assertEqual(self.quote.amount_paid, 5)
        captured.payment_id.action_cancel()
        self.assertEqual(self.quote.amount_paid, 0, "what bounced is not given back as well")
        self.accept_again()
        self.assertEqual(self.quote.state, "sent")

    def test_what_is_refunded_of_an_order_is_told_by_its_invoices(self):
        """A quote that was confirmed stays paid for: nobody is asked for the money again."""
        transaction = self.pay(self.link)
        self.book()
        self.assertEqual(self.quote.state, "sale")
        self.quote.date_order = "2026-01-05"
        transaction._refund(10)
        self.book()
        self.assertEqual(self.quote.amount_paid, 30)

    def test_money_of_one_customer_is_not_paid_for_another(self):
        """Nor does the other customer read of it."""
        self.pay_earlier_version()
        self.quote.partner_id = self.rival
        self.become_stranger()
        self.link, page = self.open_quote(partner=self.rival)
        self.assertNotIn("Paid so far", page.text)
        self.answer(page)
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sent", 0))
        self.assertEqual(self.form_of(self.open_pay_page(self.link))["amount"], "30.0")

    def test_who_gets_a_quote_neither_sees_nor_ends_a_payment_of_who_had_it(self):
        self.start(self.open_pay_page(self.link))
        transaction = self.transactions(self.quote)
        self.simulate(transaction, "pending")
        self.assertIn("under way", self.open_pay_page(self.link).text)
        self.quote.partner_id = self.rival
        self.become_stranger()
        self.link, page = self.open_quote(partner=self.rival)
        page = self.answer(page)
        self.assertIn("Pay now", page.text)
        result = self.open_result(self.link).text
        self.assertIn("No payment was started here", result)
        self.assertNotIn("being processed", result)
        self.assertEqual(self.start(self.open_pay_page(self.link)).status_code, 200)
        self.assertFalse(transaction.finance_given_up)

    def test_money_in_another_currency_is_not_counted_as_if_it_were_in_this_one(self):
        self.pay_earlier_version()
        abroad = self.setup_other_currency("EUR")
        pricelist = {"name": "Abroad", "currency_id": abroad.id}
        self.quote.pricelist_id = self.env["product.pricelist"].create(pricelist)
        self.assertEqual((self.quote.currency_id, self.quote.amount_paid), (abroad, 0))
        self.accept_again()
        self.assertEqual(self.quote.state, "sent")
        self.assertEqual(self.form_of(self.open_pay_page(self.link))["amount"], "30.0")
