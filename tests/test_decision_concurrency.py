"""Who comes second starts over: settled by PostgreSQL, so tested with transactions of their own."""

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tests import tagged
from odoo.tools import mute_logger

from .transactions_common import TransactionsCase


@tagged("post_install", "-at_install")
class TestDecisionConcurrency(TransactionsCase):
    """Answers to one quote, and changes of it, never overlap."""

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            partner = env["res.partner"].create(
                {"name": "Bakery", "email": "office@bakery.example.com"}
            )
            product = env["product.product"].create({"name": "Oven", "type": "service"})
            line = {"product_id": product.id, "price_unit": 100, "tax_ids": [Command.clear()]}
            order = env["sale.order"].create(
                {"partner_id": partner.id, "order_line": [Command.create(line)]}
            )
            order.action_quotation_sent()
            self.order_id, self.link_ids = order.id, self.make_links(order, "q", partner).ids
            self.addCleanup(self.remove, partner.id, product.product_tmpl_id.id)
            env.cr.commit()

    def remove(self, partner_id, product_id):
        """Remove what other transactions had to see."""
        with self.transaction() as env:
            env["finance.portal.link"].browse(self.link_ids).unlink()
            order = env["sale.order"].browse(self.order_id)
            order._action_cancel()
            order.unlink()
            env["product.template"].browse(product_id).unlink()
            env["res.partner"].browse(partner_id).unlink()
            env.cr.commit()

    def look(self, env, number=0):
        """Open the quote as a visitor does; return it and the link."""
        link = env["finance.portal.link"].browse(self.link_ids[number])
        link._check_open()
        quote = env["sale.order"].browse(self.order_id)
        quote._finance_portal_get_terms()
        return quote, link

    def test_odoo_retries_what_comes_second(self):
        self.assertIn(SerializationFailure, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)

    def test_of_two_answers_the_second_starts_over(self):
        with self.transaction() as one, self.transaction() as two:
            first, second = self.look(one, 0), self.look(two, 1)
            first[0]._finance_portal_lock(first[1])
            one.cr.commit()
            self.assertStartsOver(*second)
        with self.transaction() as again:
            quote, link = self.look(again, 1)
            quote._finance_portal_lock(link)

    def test_an_answer_that_failed_holds_up_nobody(self):
        with self.transaction() as one, self.transaction() as two:
            first, second = self.look(one, 0), self.look(two, 1)
            first[0]._finance_portal_lock(first[1])
            one.cr.rollback()
            quote, link = second
            quote._finance_portal_lock(link)
            terms = quote._finance_portal_get_terms()
            self.assertFalse(quote._finance_portal_is_settled())
            self.assertFalse(quote._finance_portal_get_decision_obstacle(link, terms))

    def test_an_answer_starts_over_when_staff_were_faster(self):
        changes = {
            "price": lambda quote, _link: quote.order_line.write({"price_unit": 120}),
            "description": lambda quote, _link: quote.order_line.write({"name": "Stove"}),
            "note": lambda quote, _link: quote.write({"note": "<p>No refunds</p>"}),
            "line": lambda quote, _link: quote.write(
                {"order_line": [Command.create({"name": "By night", "display_type": "line_note"})]}
            ),
            "revoked": lambda _quote, link: link._revoke("staff"),
        }
        for name, change in changes.items():
            with (
                self.subTest(change=name),
                self.transaction() as staff,
                self.transaction() as visitor,
            ):
                number = int(name == "revoked")
                quote, link = self.look(visitor, number)
                change(*self.look(staff, number))
                staff.cr.commit()
                self.assertStartsOver(quote, link)

    def test_staff_start_over_when_an_answer_was_faster(self):
        with self.transaction() as visitor, self.transaction() as staff:
            quote, link = self.look(visitor)
            changed, _link = self.look(staff)
            quote._finance_portal_lock(link)
            quote._action_cancel()
            visitor.cr.commit()
            changed.note = "<p>No refunds</p>"
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                staff.flush_all()
