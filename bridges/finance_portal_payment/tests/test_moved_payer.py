"""Money for a customer's document is theirs, though the contact it names left for another one."""

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
