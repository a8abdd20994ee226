"""What waits for the bank is not asked for again, and what was paid online counts once."""

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.finance_portal.tests.page_common import NOW
from odoo.addons.finance_portal.tests.waiting_common import EXPECTED, WaitingMixin

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPayWhatIsLeft(WaitingMixin, PaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.keep_no_entries()

    def offered(self, move):
        """Return the most that Pay now offers for a document."""
        return max((offer.amount for offer in move._finance_portal_get_offers()), default=0)

    def open_balance(self):
        Statement = self.env["finance.portal.statement"]
        balances = Statement._get_open_balances(self.customer, self.company)
        return sum(found["open"] for found in balances)

    def test_pay_now_offers_what_the_page_says(self):
        for name, (amounts, overdue) in EXPECTED.items():
            savepoint = self.env.cr.savepoint()
            with self.subTest(name):
                moves = self.make_situation(name)
                for move, amount in zip(moves, amounts, strict=True):
                    owed = amount if move.move_type == "out_invoice" else 0
                    self.assertEqual(self.offered(move), owed)
                if overdue and overdue < sum(amounts):
                    part = moves[0]._finance_portal_get_offers()[0]
                    self.assertEqual((part.key, part.amount), ("part", overdue))
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def make_order(self):
        """Return a confirmed order of 1000.00, and a payment of 300.00 for it."""
        order = self.make_quote(order_line=[self.priced_line(1000)])
        order.action_confirm()
        return order, self.pay_online(order, 300)

    def pay_online(self, order, amount):
        Transaction = self.env["payment.transaction"].sudo()
        transaction = Transaction.create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": "Prepaid",
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": self.ada.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        transaction._set_done()
        transaction._post_process()
        self.assertTrue(transaction.payment_id)
        self.assertFalse(transaction.payment_id.move_id)
        return transaction

    def priced_line(self, price):
        product = self.env["product.product"].create(
            {"name": "Oven", "type": "consu", "invoice_policy": "order"}
        )
        values = {"product_id": product.id, "price_unit": price, "tax_ids": [Command.clear()]}
        return Command.create(values)

    def test_what_was_prepaid_online_counts_once_for_the_invoice(self):
        order, transaction = self.make_order()
        invoice = order._create_invoices()
        invoice.action_post()
        for linked in (False, True):
            if linked:  # as when staff link it themselves: still the same money
                transaction.payment_id.invoice_ids = [Command.link(invoice.id)]
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(invoice._finance_portal_amount_left(), 700)
            self.assertEqual(self.offered(invoice), 700)
            self.assertEqual(self.open_balance(), 700)
        self.bring(300, invoice)
        self.env.invalidate_all()
        self.assertEqual(self.offered(invoice), 700)
        self.assertEqual(self.open_balance(), 700)

    def test_one_prepayment_of_two_invoices(self):
        order, transaction = self.make_order()
        first = order._create_invoices()
        first.invoice_line_ids.quantity = 0.5
        first.action_post()
        second = order._create_invoices()
        second.action_post()
        self.assertEqual(first.transaction_ids | second.transaction_ids, transaction)
        self.env.flush_all()
        self.env.invalidate_all()
        left = [move._finance_portal_amount_left() for move in (first, second)]
        self.assertEqual((sum(left), self.open_balance()), (700, 700))

    def test_the_page_is_drawn_anew_when_the_bank_line_of_a_prepayment_comes(self):
        order, _transaction = self.make_order()
        invoice = order._create_invoices()
        invoice.action_post()
        page = self.env["finance.portal.page"]

        def rows():
            self.env.flush_all()
            self.env.invalidate_all()
            totals = page._get_document_values(invoice.sudo())["totals"]
            return [row["label"] for row in totals if row["kind"] == "payment"]

        self.assertEqual(len(rows()), 1)
        self.bring(300, invoice)
        self.assertEqual(len(rows()), 1, "once")

    def test_an_order_knows_what_its_invoice_waits_for(self):
        """The order's page and its state count as the invoice's page does."""
        order = self.make_quote(order_line=[self.priced_line(1000)])
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        page = self.env["finance.portal.page"]

        def paid():
            self.env.flush_all()
            self.env.invalidate_all()
            values = page._get_document_values(order.sudo())
            told = [row["amount"] for row in values["totals"] if row["kind"] == "payment"]
            return values["hero"]["states"][1:], told[-1]

        self.assertEqual(paid()[0], [("calm", "Invoiced")])
        payment = self.record(1000, invoice)
        self.assertEqual(paid()[0], [("good", "Paid")])
        payment.amount = 400
        self.assertEqual(paid()[0], [("calm", "Invoiced")])
        self.assertIn("400.00", paid()[1])

    def test_a_prepayment_of_which_a_part_is_paid(self):
        """Section 13: sentence, promise and Pay now name what is left of it."""
        order = self.make_quote(
            order_line=[self.priced_line(1000)], require_payment=True, prepayment_percent=0.3
        )
        self.pay_online(order, 100)
        self.assertEqual(order.state, "sent")
        due = order._finance_portal_get_due_to_confirm()
        sentence = f"The order is confirmed once {order._finance_portal_money(200)} is paid."
        self.assertEqual(due, 200)
        for notes in (
            order._finance_portal_get_status_notes(),
            order._finance_portal_get_promise(),
        ):
            self.assertEqual(notes, [sentence])
