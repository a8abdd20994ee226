"""What of the money that came for a quote still counts when its customer accepts it."""

from odoo.tests import tagged

from .paid_quote_common import PaidQuoteCase, PlansCase


@tagged("post_install", "-at_install")
class TestPaidForQuote(PaidQuoteCase):
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

    def test_a_prepayment_that_pays_another_invoice_is_not_paid(self):
        """Nobody pays two things with the same money."""
        transaction = self.pay_earlier_version()
        self.assertIn("Paid so far", self.page())
        invoice = self.make_invoice()
        self.match(transaction, invoice)
        self.assertEqual(invoice.amount_residual, 70)
        self.assertNotIn("Paid so far", self.page())
        self.accept_again()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sent", 0))
        self.assertEqual(self.form_of(self.open_pay_page(self.link))["amount"], "30.0")
        self.pay(self.link)
        self.book()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sale", 30))

    def test_a_prepayment_that_staff_take_back_from_an_invoice_is_paid_again(self):
        transaction = self.pay_earlier_version()
        invoice = self.make_invoice()
        self.match(transaction, invoice)
        self.assertEqual((self.quote.amount_paid, "Paid so far" in self.page()), (0, False))
        invoice.line_ids.remove_move_reconcile()
        self.env.flush_all()
        self.assertEqual((self.quote.amount_paid, "Paid so far" in self.page()), (30, True))

    def test_one_that_pays_another_invoice_in_part_leaves_the_rest(self):
        transaction = self.pay_earlier_version()
        self.assertIn("$\xa030.00", self.page().split("Paid so far")[1])
        line = {"name": "Small", "price_unit": 10, "tax_ids": [(5,)]}
        self.match(transaction, self.make_invoice(invoice_line_ids=[(0, 0, line)]))
        self.assertEqual(self.quote.amount_paid, 20)
        self.assertIn("$\xa020.00", self.page().split("Paid so far")[1])
        self.accept_again()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sent", 20))
        self.assertEqual(self.form_of(self.open_pay_page(self.link))["amount"], "10.0")

    def test_the_page_is_drawn_anew_when_the_books_use_a_payment(self):
        def version():
            order = self.quote.sudo()
            return order.env["finance.portal.page"]._get_version(
                order._finance_portal_get_page_sources()
            )

        self.provider.capture_manually = True
        captured = self.pay_earlier_version()._capture(20)
        self.book()
        line = {"name": "Small", "price_unit": 5, "tax_ids": [(5,)]}
        invoice = self.make_invoice(invoice_line_ids=[(0, 0, line)])
        versions = [version()]
        self.match(captured, invoice)
        versions.append(version())
        # By whatever means: nothing else of the payment changes here.
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET amount = amount WHERE credit_move_id = ANY(%s)",
            [captured.payment_id.move_id.line_ids.ids],
        )
        versions.append(version())
        invoice.line_ids.remove_move_reconcile()
        versions.append(version())
        self.assertEqual(len({*versions}), 4)

    def test_one_that_pays_an_invoice_of_the_order_itself_is_paid(self):
        """Such as of a down payment for an order that staff took back to a quote since."""
        transaction = self.pay_earlier_version()
        self.quote.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=self.quote.ids)
        values = {"advance_payment_method": "percentage", "amount": 20}
        wizard.create(values).create_invoices()
        invoice = self.quote.invoice_ids
        invoice.action_post()
        self.match(transaction, invoice)
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (20, 0))
        self.quote.write({"state": "sent", "locked": False})
        self.assertEqual(self.quote.amount_paid, 30)

    def test_what_a_confirmed_order_s_payment_pays_is_told_by_its_invoices(self):
        """Nobody is asked again for what confirmed it; what was used before still isn't paid."""
        used = self.pay_earlier_version()
        self.match(used, self.make_invoice())
        self.accept_again()
        transaction = self.pay(self.link)
        self.book()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sale", 30))
        self.match(transaction, self.make_invoice())
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET create_date = '2999-01-01'"
            " WHERE credit_move_id = ANY(%s)",
            [transaction.payment_id.move_id.line_ids.ids],
        )
        self.assertEqual(self.quote.amount_paid, 30)

    def test_what_went_back_is_taken_off_once(self):
        """Also where staff match the refund, or what they sent back themselves, in the books."""
        refunded = self.pay_earlier_version()
        refund = refunded._refund(10)
        self.book()
        self.assertEqual(self.quote.amount_paid, 20)
        self.match(refunded, refund.payment_id.move_id)
        self.assertEqual(refunded.payment_id._finance_portal_get_credit_left(), 20)
        self.assertEqual(self.quote.amount_paid, 20)
        back = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 5,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        back.action_post()
        self.match(refunded, back.move_id)
        self.assertEqual(self.quote.amount_paid, 15)

    def test_nothing_is_taken_off_beyond_what_was_paid(self):
        """Refunded from other money, and used for an invoice: another payment still counts."""
        refunded = self.pay_earlier_version()
        refunded._refund()
        self.book()
        self.match(refunded, self.make_invoice())
        self.assertEqual(self.quote.amount_paid, 0)
        self.accept_again()
        self.pay(self.link)
        self.assertEqual(self.quote.amount_paid, 30)

    def test_what_was_captured_and_pays_another_invoice_is_not_paid(self):
        self.provider.capture_manually = True
        transaction = self.pay_earlier_version()
        captured = transaction._capture(20)
        self.book()
        self.assertEqual(self.quote.amount_paid, 30, "10 of it is still reserved")
        self.match(captured, self.make_invoice())
        self.assertEqual(self.quote.amount_paid, 10)

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

    def test_what_pays_an_invoice_in_another_currency_counts_in_that_of_the_payment(self):
        transaction = self.pay_earlier_version()
        abroad = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        line = {"name": "Small", "price_unit": 20, "tax_ids": [(5,)]}
        invoice = self.make_invoice(currency_id=abroad.id, invoice_line_ids=[(0, 0, line)])
        self.match(transaction, invoice)
        self.assertEqual((invoice.amount_residual, self.quote.amount_paid), (0, 20))

    def test_what_is_used_is_read_in_the_same_queries_for_many(self):
        def cost(quotes):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(set(quotes.mapped("amount_paid")), {20})
            return self.env.cr.sql_log_count - before

        quotes = self.env["sale.order"]
        line = {"name": "Small", "price_unit": 10, "tax_ids": [(5,)]}
        for _number in range(4):
            self.accept_another()
            transaction = self.pay_earlier_version()
            self.match(transaction, self.make_invoice(invoice_line_ids=[(0, 0, line)]))
            quotes |= self.quote
        cost(quotes[:1])
        self.assertEqual(cost(quotes[:2]), cost(quotes))

    def test_money_in_another_currency_is_not_counted_as_if_it_were_in_this_one(self):
        self.pay_earlier_version()
        abroad = self.setup_other_currency("EUR")
        pricelist = {"name": "Abroad", "currency_id": abroad.id}
        self.quote.pricelist_id = self.env["product.pricelist"].create(pricelist)
        self.assertEqual((self.quote.currency_id, self.quote.amount_paid), (abroad, 0))
        self.accept_again()
        self.assertEqual(self.quote.state, "sent")
        self.assertEqual(self.form_of(self.open_pay_page(self.link))["amount"], "30.0")


@tagged("post_install", "-at_install")
class TestPaidForQuoteByIndex(PlansCase):
    """What became of an order's payments is found by indexes, however many the business has."""

    def setUp(self):
        super().setUp()
        self.provider.capture_manually = True
        values = {"require_payment": True, "prepayment_percent": 0.3}
        self.quote = self.make_quote(user_id=self.seller.id, **values)
        link, page = self.open_quote()
        self.answer(page)
        self.transaction = self.pay(link)
        self.transaction._capture(20)
        self.book()

    def test_the_page_of_an_order_reads_its_payments_by_an_index(self):
        Page, order = self.env["finance.portal.page"], self.quote.sudo()
        plan = self.plans_of(lambda: Page._get_version(order._finance_portal_get_page_sources()))
        for table in (
            "sale_order_transaction_rel",
            "payment_transaction",
            "account_payment",
            "account_move_line",
            "account_partial_reconcile",
        ):
            self.assertRegex(plan, rf"(?m)Index.* on {table}\b|Bitmap Heap Scan on {table}\b")
        self.assertNotIn("Seq Scan", plan)

    def test_what_else_a_payment_pays_is_found_by_an_index(self):
        plan = self.plans_of(self.quote.sudo()._finance_portal_get_used)
        self.assertIn("account_partial_reconcile", plan)
        self.assertNotIn("Seq Scan", plan)
