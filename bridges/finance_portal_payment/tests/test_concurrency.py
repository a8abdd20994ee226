"""Two payments of one document: settled by PostgreSQL, so tested with transactions of their own."""

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.tests import tagged

from odoo.addons.finance_portal.tests.transactions_common import TransactionsCase


@tagged("post_install", "-at_install")
class TestPaymentConcurrency(TransactionsCase):
    """Whoever starts second, or meets a change, starts over and sees what was first."""

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            partner = env["res.partner"].create({"name": "Bakery"})
            product = env["product.product"].create({"name": "Oven", "type": "service"})
            line = {"product_id": product.id, "price_unit": 100, "tax_ids": [Command.clear()]}
            order = env["sale.order"].create(
                {"partner_id": partner.id, "order_line": [Command.create(line)]}
            )
            order.action_quotation_sent()
            self.order_id = order.id
            self.addCleanup(self.remove, partner.id, product.product_tmpl_id.id)
            env.cr.commit()

    def remove(self, partner_id, product_id):
        """Remove what other transactions had to see."""
        with self.transaction() as env:
            order = env["sale.order"].browse(self.order_id)
            transactions = order.transaction_ids
            order._action_cancel()
            order.unlink()
            transactions.unlink()
            env["product.template"].browse(product_id).unlink()
            env["res.partner"].browse(partner_id).unlink()
            env.cr.commit()

    def look(self, env):
        """Return the quote, read as a visitor's request begins."""
        order = env["sale.order"].browse(self.order_id)
        self.assertFalse(order._finance_portal_get_attempt())
        return order

    def start(self, order):
        """Write a payment, as a start does under the lock."""
        order._finance_portal_lock_payments()
        provider = order.env["payment.provider"].search([("code", "=", "demo")], limit=1)
        return order.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": order.env.ref("payment_demo.payment_method_demo").id,
                "amount": 100.0,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(order.ids)],
                "finance_page": "page",
            }
        )

    def test_of_two_payments_the_second_starts_over_and_sees_the_first(self):
        with self.transaction() as one, self.transaction() as two:
            first, second = self.look(one), self.look(two)
            self.start(first)
            one.cr.commit()
            with self.assertRaises(SerializationFailure):
                second._finance_portal_lock_payments()
        with self.transaction() as again:
            order = again["sale.order"].browse(self.order_id)
            order._finance_portal_lock_payments()
            self.assertTrue(order._finance_portal_get_attempt())

    def test_a_payment_that_failed_to_start_holds_up_nobody(self):
        with self.transaction() as one, self.transaction() as two:
            first, second = self.look(one), self.look(two)
            self.start(first)
            one.cr.rollback()
            second._finance_portal_lock_payments()
            self.assertFalse(second._finance_portal_get_attempt())

    def test_money_and_a_change_of_the_quote_do_not_overlap(self):
        with self.transaction() as env:
            number = self.start(env["sale.order"].browse(self.order_id)).id
            env.cr.commit()
        with self.transaction() as job, self.transaction() as staff:
            arrived = job["payment.transaction"].browse(number)
            self.assertTrue(arrived.sale_order_ids.order_line.name)
            staff["sale.order"].browse(self.order_id).order_line.name = "Oven, used"
            staff.cr.commit()
            with self.assertRaises(SerializationFailure):
                arrived._check_amount_and_confirm_order()

    def test_payments_of_several_wait_for_one_another_in_one_order(self):
        """Whichever is chosen first: who comes second starts over, and no two block each other."""
        with self.transaction() as env:
            other = env["sale.order"].browse(self.order_id).copy()
            number = other.id
            env.cr.commit()
        self.addCleanup(self.remove_order, number)
        with self.transaction() as one, self.transaction() as two:
            first = one["sale.order"].browse([self.order_id, number])
            second = two["sale.order"].browse([number, self.order_id])
            self.assertEqual(len(second.mapped("name")), 2)
            first._finance_portal_lock_payments()
            one.cr.commit()
            with self.assertRaises(SerializationFailure):
                second._finance_portal_lock_payments()

    def remove_order(self, number):
        with self.transaction() as env:
            env["sale.order"].browse(number).unlink()
            env.cr.commit()
