"""What of a prepayment counts once it was invoiced, and staff made a credit note of that."""

from odoo.tests import tagged

from .paid_quote_common import PaidQuoteCase


@tagged("post_install", "-at_install")
class TestCreditedPrepayment(PaidQuoteCase):
    def credit_an_invoiced_prepayment(self):
        """Return a prepayment, its invoice and the credit note of an order that was taken back."""
        transaction = self.pay_earlier_version()
        self.quote.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=self.quote.ids)
        wizard.create({"advance_payment_method": "percentage", "amount": 30}).create_invoices()
        invoice = self.quote.invoice_ids
        invoice.action_post()
        self.match(transaction, invoice)
        note = invoice._reverse_moves([{"invoice_date": invoice.invoice_date}])
        note.action_post()
        self.quote.write({"state": "sent", "locked": False})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((note.amount_residual, self.quote.amount_paid), (30, 30))
        return transaction, invoice, note

    def test_a_prepayment_whose_credit_note_is_paid_out_or_used_is_not_paid(self):
        """Whoever got it back, or paid another invoice with it, makes it again."""

        def pay_out(_transaction, note):
            self.register(note, note.amount_residual)

        def use(_transaction, note):
            self.match_entries(note, self.make_invoice())

        def refund(transaction, note):
            transaction._refund()
            self.book()
            self.match_entries(note, transaction.child_transaction_ids.payment_id.move_id)

        for give in (pay_out, use, refund):
            with self.subTest(give.__name__):
                self.accept_another()
                transaction, _invoice, note = self.credit_an_invoiced_prepayment()
                self.assertIn("Paid so far", self.page())
                give(transaction, note)
                self.assertEqual((note.amount_residual, self.quote.amount_paid), (0, 0))
                self.assertNotIn("Paid so far", self.page())
                self.accept_again()
                self.assertEqual(self.quote.state, "sent")
                self.pay(self.link)
                self.book()
                self.assertEqual((self.quote.state, self.quote.amount_paid), ("sale", 30))

    def test_what_a_credit_note_gives_back_of_other_money_leaves_the_prepayment(self):
        transaction, invoice, note = self.credit_an_invoiced_prepayment()
        invoice.line_ids.remove_move_reconcile()
        self.register(invoice, 30)
        self.register(note, 30)
        self.assertEqual((invoice.amount_residual, note.amount_residual), (0, 0))
        self.assertEqual(transaction.payment_id._finance_portal_get_credit_left(), 30)
        self.assertEqual(self.quote.amount_paid, 30)

    def test_what_a_confirmed_order_s_credit_note_gives_back_is_told_by_its_invoices(self):
        """Nobody is asked again for what confirmed it."""
        _transaction, _invoice, note = self.credit_an_invoiced_prepayment()
        self.quote.action_confirm()
        self.register(note, 30)
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET create_date = '2999-01-01'"
            " WHERE credit_move_id = ANY(%s)",
            [note.line_ids.ids],
        )
        self.env.invalidate_all()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sale", 30))

    def test_what_was_credited_is_found_by_an_index(self):
        self.credit_an_invoiced_prepayment()
        plan = self.plans_of(self.quote.sudo()._finance_portal_get_credited)
        self.assertIn("account_partial_reconcile", plan)
        self.assertNotIn("Seq Scan", plan)
