"""Money for a customer's document is theirs, though the contact it names left for another one."""

import psycopg2

from odoo.tests import tagged

from .together_common import TogetherCase


@tagged("post_install", "-at_install")
class TestMovedPayer(TogetherCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quote = cls.make_quote(
            user_id=cls.seller.id, require_payment=True, prepayment_percent=0.3
        )

    def leave(self):
        self.ada.parent_id = self.rival
        self.env.flush_all()
        self.env.invalidate_all()

    def assertCustomersMoney(self, transaction, *invoices):
        """Assert that money is booked for the customer, and settles what it was paid for."""
        self.book()
        payment = transaction.payment_id
        self.assertEqual(payment.partner_id.commercial_partner_id, self.customer)
        self.assertEqual(payment.move_id.line_ids.partner_id, self.customer)
        for invoice in invoices:
            self.assertIn(invoice.payment_state, ("paid", "in_payment"))
            self.assertFalse(invoice.activity_ids, "nobody has to look at it")
        scope = self.env["finance.portal.scope"]
        domain = scope._get_domain("account.payment", self.rival, self.company)
        self.assertFalse(self.env["account.payment"].search(domain))

    def test_an_invoice_that_names_who_left_is_settled(self):
        self.leave()
        link, _page = self.enter(self.one, self.ben)
        transaction = self.pay(link)
        self.assertEqual(transaction.partner_id, self.customer)
        self.assertCustomersMoney(transaction, self.one)

    def test_so_are_several(self):
        self.statement.sudo().partner_id = self.ben
        self.leave()
        _link, base = self.open_statement(self.ben)
        for moves in ((self.one, self.two), (self.three,)):
            self.start(self.choose(*moves, base=base))
            transaction = self.transactions(moves[0])
            self.simulate(transaction)
            self.assertCustomersMoney(transaction, *moves)

    def test_so_is_what_was_under_way_when_they_left(self):
        link, _page = self.enter(self.one)
        transaction = self.pay(link, state="pending")
        self.leave()
        self.simulate(transaction)
        self.assertCustomersMoney(transaction, self.one)

    def test_so_is_the_prepayment_of_a_quote(self):
        self.leave()
        _link, page = self.open_quote(partner=self.ben)
        self.answer(page)
        link, _page = self.enter(self.quote, self.ben)
        transaction = self.pay(link)
        self.assertCustomersMoney(transaction)
        self.assertEqual(self.quote.state, "sale")

    def test_so_is_it_where_only_whoever_is_billed_left(self):
        for under_way in (False, True):
            quote = self.make_quote(
                self.ada, require_payment=True, partner_invoice_id=self.ben.id
            )
            _link, page = self.open_quote(quote, self.ada)
            self.answer(page)
            with self.subTest(under_way=under_way):
                if not under_way:
                    self.ben.parent_id = self.rival
                    self.env.flush_all()
                    self.env.invalidate_all()
                link, _page = self.enter(quote, self.ada)
                transaction = self.pay(link, state="pending" if under_way else "done")
                if under_way:
                    self.ben.parent_id = self.rival
                    self.env.flush_all()
                    self.env.invalidate_all()
                    self.simulate(transaction)
                self.assertCustomersMoney(transaction)
            self.ben.parent_id = self.customer


@tagged("post_install", "-at_install")
class TestMovedPayerCorrected(TogetherCase):
    """The payment itself says whose it is, once staff corrected whom its document names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quote = cls.make_quote(
            user_id=cls.seller.id, require_payment=True, prepayment_percent=0.3
        )

    def settle(self):
        self.env.flush_all()
        self.env.invalidate_all()

    def leave(self, contact=None, customer=None):
        (contact or self.ada).parent_id = customer or self.rival
        self.settle()

    def bill_quote_to_ben(self):
        self.quote.partner_invoice_id = self.ben
        self.settle()

    def name_ben_on_quote(self):
        self.quote.partner_id = self.ben
        self.settle()

    def name_ben_on_invoice(self):
        self.one.button_draft()
        self.one.partner_id = self.ben
        self.one.action_post()
        self.settle()

    def begin_on_quote(self, state):
        """Return a prepayment that Ada made, after accepting the quote."""
        _link, page = self.open_quote()
        self.answer(page)
        link, _page = self.enter(self.quote)
        return self.pay(link, state=state)

    def assertBookedForCustomer(self, transaction):
        self.book()
        payment = transaction.payment_id
        self.assertEqual(payment.partner_id, self.customer)
        self.assertEqual(payment.move_id.line_ids.partner_id, self.customer)

    def test_a_payment_of_a_quote_is_shown_and_counts(self):
        """Nobody is offered a second payment meanwhile, and the order is confirmed."""
        for correct in (self.bill_quote_to_ben, self.name_ben_on_quote):
            self.setUpQuote()
            with self.subTest(correct=correct.__name__):
                transaction = self.begin_on_quote("pending")
                told = self.quote.activity_ids  # of the acceptance
                self.leave()
                correct()
                self.become_stranger()
                link, page = self.enter(self.quote, self.ben)
                self.assertIn("is under way", page.text)
                self.assertEqual(self.form_of(page), {}, "nobody pays a second time")
                self.assertIn("being processed", self.open_result(link).text)
                self.simulate(transaction)
                self.assertEqual(self.quote.amount_paid, 30)
                self.assertBookedForCustomer(transaction)
                self.assertEqual((self.quote.state, self.quote.amount_paid), ("sale", 30))
                self.assertEqual(self.quote.activity_ids, told, "nobody has to look at it")

    def setUpQuote(self):
        self.leave(self.ada, self.customer)
        self.quote = self.make_quote(
            user_id=self.seller.id, require_payment=True, prepayment_percent=0.3
        )

    def test_a_payment_of_an_invoice_settles_it(self):
        link, _page = self.enter(self.one)
        transaction = self.pay(link, state="pending")
        self.leave()
        self.name_ben_on_invoice()
        self.become_stranger()
        link, page = self.enter(self.one, self.ben)
        self.assertIn("is under way", page.text)
        self.assertEqual(self.form_of(page), {}, "nobody pays a second time")
        self.simulate(transaction)
        self.assertBookedForCustomer(transaction)
        self.assertIn(self.one.payment_state, ("paid", "in_payment"))
        self.assertFalse(transaction.finance_spared_ids)
        self.assertFalse(self.one.activity_ids, "nobody has to look at it")

    def test_what_is_captured_and_refunded_is_the_same_customers(self):
        """A capture and a refund are transactions of their own, which name who left."""
        self.provider.capture_manually = True
        transaction = self.begin_on_quote("done")
        self.leave()
        self.bill_quote_to_ben()
        captured = transaction._capture(20)
        self.assertBookedForCustomer(captured)
        self.provider.capture_manually = False  # it would only authorize the refund
        refund = captured._refund(5)
        self.assertBookedForCustomer(refund)
        self.assertEqual(refund.payment_id.payment_type, "outbound")
        self.quote.state = "sent"
        self.assertEqual(self.quote.amount_paid, 25)

    def join(self, other):
        """Have the customer become a contact of another one."""
        self.customer.is_company = False
        self.leave(self.customer, other)

    def test_it_goes_along_when_its_customer_joins_another_one(self):
        transaction = self.begin_on_quote("pending")
        self.assertEqual(transaction.finance_customer_id, self.customer)
        self.join(self.rival)
        self.assertEqual(transaction._finance_portal_get_customer(), self.rival)
        self.simulate(transaction)
        self.book()
        self.assertEqual(transaction.payment_id.partner_id, self.rival)
        self.assertEqual(self.quote.amount_paid, 30)

    def test_it_stays_when_who_joined_leaves_again(self):
        """As documents do: what a customer had is whose contact it became."""
        transaction = self.begin_on_quote("pending")
        self.join(self.rival)
        self.customer.parent_id = False
        self.settle()
        self.assertEqual(self.customer.commercial_partner_id, self.customer)
        self.assertEqual(self.quote._finance_portal_get_customer(), self.rival)
        self.assertEqual(transaction._finance_portal_get_customer(), self.rival)

    def test_it_follows_a_merge_of_its_customer_but_not_of_its_contact(self):
        transaction = self.begin_on_quote("pending")
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        dee = self.env["res.partner"].create({"name": "Dee", "parent_id": self.rival.id})
        merge._merge((self.ada | dee).ids, dee, extra_checks=False)
        self.settle()
        self.assertEqual(transaction.partner_id, dee)
        self.assertEqual(transaction._finance_portal_get_customer(), self.customer)
        other = self.env["res.partner"].create({"name": "The Same", "is_company": True})
        merge._merge((self.customer | other).ids, other, extra_checks=False)
        self.settle()
        self.assertEqual(transaction.finance_customer_id, other)
        self.assertEqual(transaction._finance_portal_get_customer(), other)

    def test_who_paid_cannot_be_deleted(self):
        transaction = self.begin_on_quote("pending")
        payer = self.env["res.partner"].create({"name": "Payer"})
        transaction.finance_customer_id = payer
        self.env.flush_all()
        with self.refused_by_database(psycopg2.IntegrityError):
            payer.unlink()

    def test_one_from_before_goes_by_its_documents(self):
        link, _page = self.enter(self.one)
        transaction = self.pay(link, state="pending")
        transaction.finance_customer_id = False
        self.leave()
        self.simulate(transaction)
        self.assertBookedForCustomer(transaction)
        self.assertIn(self.one.payment_state, ("paid", "in_payment"))
