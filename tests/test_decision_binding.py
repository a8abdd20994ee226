"""Acceptances stay bound to what was seen, whatever other apps do (sections 5 and 13)."""

import json
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.mail.models import mail_thread

from .binding_common import BindingCase

SORRY = "This quote can&#39;t be accepted online right now. Please contact us."


@tagged("post_install", "-at_install")
class TestDecisionBinding(BindingCase):
    # === AN APP THAT CHANGES THE ORDER ONLY WHILE IT IS CONFIRMED === #

    def test_a_price_that_confirming_changes_is_not_accepted(self):
        self.while_confirming(self.reprice(120))
        link, page = self.open_quote()
        before = self.everything()
        self.assertRefused(self.answer(page), SORRY)
        self.assertEqual(self.everything(), before)
        self.assertEqual(self.kinds(link), ["refused"])
        self.assertEqual(self.Event.search([], limit=1, order="id desc").reason, "unsettled")

    def test_whatever_else_confirming_changes_is_not_accepted_either(self):
        changes = {
            "name": lambda order: order.order_line.write({"name": "Stove"}),
            "note": lambda order: order.write({"note": "<p>No refunds</p>"}),
            "term": lambda order: order.write({"prepayment_percent": 0.5, "require_payment": True}),
            "line": lambda order: order.write(
                {"order_line": [Command.create({"product_id": self.product_a.id})]}
            ),
            "without Odoo noticing": lambda order: order.env.cr.execute(
                "UPDATE sale_order SET amount_total = 101 WHERE id = %s", [order.id]
            ),
            "at the end": lambda order: order.env.cr.precommit.add(
                lambda: order.order_line.write({"price_unit": 99})
            ),
        }
        for name, change in changes.items():
            with self.subTest(change=name):
                quote = self.quote = self.make_quote(user_id=self.seller.id)
                _link, page = self.open_quote(quote)
                before = self.everything()
                with self.confirming(change):
                    self.assertRefused(self.answer(page), SORRY)
                self.assertEqual(self.everything(), before)

    def test_staff_hear_of_it_once_for_each_version(self):
        self.while_confirming(self.reprice(120))
        _link, page = self.open_quote()
        for _attempt in range(3):
            self.answer(page)
        self.assertEqual(len(self.told()), 1)
        self.assertEqual(self.todos().user_id, self.seller)
        text = self.told().body.replace("&nbsp;", " ")
        self.assertIn("Oven: Unit price: $ 100.00 → $ 120.00", text)
        self.assertIn("Total: $ 100.00 → $ 120.00", text)
        self.quote.order_line.price_unit = 110
        _link, page = self.open_quote()
        self.answer(page)
        self.assertEqual((len(self.told()), len(self.todos())), (2, 2))

    def test_staff_without_a_salesperson_read_it_in_the_chatter(self):
        self.quote.user_id = False
        self.while_confirming(self.reprice(120))
        _link, page = self.open_quote()
        for _attempt in range(2):
            self.assertRefused(self.answer(page), SORRY)
        self.assertEqual(len(self.told()), 1)

    def test_what_an_app_refuses_to_confirm_is_not_accepted_either(self):
        def refuse(_order):
            raise UserError(self.env._("Every event needs a date."))

        self.while_confirming(refuse)
        _link, page = self.open_quote()
        before = self.everything()
        refused = self.answer(page)
        self.assertRefused(refused, SORRY)
        self.assertNotIn("Every event", refused.text)
        self.assertEqual(self.everything(), before)
        self.assertIn("Every event needs a date.", self.told().body)

    def test_it_is_accepted_once_the_app_leaves_it_alone(self):
        """The page says "right now": an earlier refusal doesn't block acceptance."""
        with patch.object(type(self.quote), "_finance_portal_get_result", lambda *_args: {
            "head": {}, "lines": [],
        }):  # fmt: skip
            _link, page = self.open_quote()
            self.assertRefused(self.answer(page), SORRY)
        self.assertIn("Accepted by Ada Baker", self.answer(page).text)
        self.assertOrderedAsAgreed(100)

    def test_a_quote_that_confirming_changes_can_be_declined(self):
        Order = self.env.registry["sale.order"]
        native = Order._action_cancel

        def cancel(orders):
            orders.order_line.price_unit = 0  # as an app does that takes its lines back
            return native(orders)

        self.patch(Order, "_action_cancel", cancel)
        _link, page = self.open_quote()
        self.answer(page, "decline")
        self.assertEqual((self.quote.state, self.decisions().kind), ("cancel", "declined"))

    def test_no_email_leaves_before_it_is_sure_that_the_order_stands(self):
        """A sent email can't be undone, for example one with a coupon code."""
        held = []
        Mail = self.env.registry["mail.mail"]
        self.patch(Mail, "send_after_commit", lambda mails: held.append(mails.env.context))
        self.while_confirming(
            lambda order: order.env["mail.mail"].sudo().create(
                {"email_to": "ada@bakery.example.com", "body_html": "Your coupon"}
            ).send()
        )  # fmt: skip
        _link, page = self.open_quote()
        with self.mock_mail_gateway():
            self.answer(page)
            self.assertFalse(self._mails)
        self.assertEqual(self.quote.state, "sale")
        self.assertFalse(held[0]["finance_portal_mail_once_stored"], "then it does leave")

    def test_whoever_waits_for_an_email_gets_their_answer(self):
        """Odoo cannot call a function of theirs after the transaction, so the email leaves now."""
        sent = []
        mail = self.env["mail.mail"].create({"email_to": "ada@bakery.example.com"})
        with self.mock_mail_gateway():
            mail.with_context(finance_portal_mail_once_stored=True).send(
                post_send_callback=sent.extend
            )
        self.assertIn(mail.id, sent)

    def test_phones_of_staff_hear_of_what_was_accepted_and_of_nothing_else(self):
        """A push leaves at once, so whoever is told of an answer is told once it stands."""
        self.seller.notification_type = "inbox"
        self.env["mail.push.device"].get_web_push_vapid_public_key()
        self.env["mail.push.device"].create(
            {"partner_id": self.seller.partner_id.id, "endpoint": "https://x.test", "keys": "{}"}
        )
        pushed = []
        self.patch(
            mail_thread, "push_to_end_point", lambda **values: pushed.append(values["payload"])
        )
        _link, page = self.open_quote()
        with self.confirming(self.reprice(120)):
            self.assertRefused(self.answer(page), SORRY)
        self.assertFalse([one for one in pushed if "accepted by Ada Baker" in one])
        self.answer(page)
        self.assertEqual(self.quote.state, "sale")
        self.assertEqual(len([one for one in pushed if "accepted by Ada Baker" in one]), 1)

    # === AN APP THAT WORKS IT OUT BEFORE AS WELL === #

    def test_what_will_be_ordered_is_shown_and_then_accepted(self):
        self.refreshed_by(self.reprice(120))
        link, page = self.open_quote()
        refused = self.answer(page)
        self.assertRefused(refused, "changed while you were reading. Nothing was accepted.")
        for text in ("Oven: Unit price", "100.00", "120.00"):
            self.assertIn(text, refused.text)
        self.assertNotIn(SORRY, refused.text)
        self.assertEqual(self.quote.amount_total, 120, "kept, or it would change each time")
        self.assertFalse(self.told() or self.todos())
        self.assertEqual(self.kinds(link), ["refused"])
        self.assertIn("Accepted by Ada Baker", self.accept_what(refused).text)
        self.assertOrderedAsAgreed(120)

    def test_what_a_signed_in_customer_accepts_is_bound_as_well(self):
        def reprice(order):
            self.reprice(120)(order)
            order.env.invalidate_all()  # as deleting a line does: what lives in memory is gone

        self.refreshed_by(reprice)
        self.sign_in()
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.quote)}"
        refused = self.answer(self.visit(path))
        self.assertRefused(refused, "changed while you were reading. Nothing was accepted.")
        self.accept_what(refused)
        self.assertOrderedAsAgreed(120)
        self.assertEqual(self.decisions().partner_id, self.ada)

    def test_what_confirming_changes_is_refused_to_a_signed_in_customer(self):
        self.while_confirming(self.reprice(120))
        self.sign_in()
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.quote)}"
        self.assertRefused(self.answer(self.visit(path)), SORRY)
        self.assertEqual(len(self.told()), 1)

    def test_looking_works_nothing_out(self):
        self.refreshed_by(self.reprice(120))
        _link, page = self.open_quote()
        self.visit(page.url)
        self.assertEqual((self.refreshed, self.quote.amount_total), (0, 100))

    def test_lines_that_are_made_anew_and_say_the_same_are_no_change(self):
        def remake(order):
            line = order.order_line
            order.order_line = [Command.create(line.copy_data()[0])]
            line.unlink()

        self.refreshed_by(lambda order: order.state == "sent" and remake(order))
        _link, page = self.open_quote()
        self.assertIn("Accepted by Ada Baker", self.answer(page).text)
        self.assertOrderedAsAgreed(100)

    def test_lines_in_another_order_are_shown_and_then_accepted(self):
        """Odoo remembers the lines of an order in the order they were read in."""
        service = {"product_id": self.product_a.id, "price_unit": 50}
        self.quote = self.make_quote(
            lines=[{**service, "name": "Discount"}, {**service, "name": "Oven"}]
        )
        first, states = self.quote.order_line[0], []

        def last(order):
            states.append(order.state)
            first.with_env(order.env).sequence = 99

        self.refreshed_by(last)
        _link, page = self.open_quote()
        refused = self.answer(page)
        self.assertRefused(refused, "changed while you were reading. Nothing was accepted.")
        self.assertIn("Order of the lines", refused.text)
        self.assertNotIn("sale", states, "seen before anything was confirmed")
        self.accept_what(refused)
        self.assertOrderedAsAgreed(100)

    def test_what_settles_in_the_second_round_is_shown_at_once(self):
        def climb(order):
            self.reprice(min(order.order_line.price_unit + 10, 120))(order)

        self.refreshed_by(climb)
        _link, page = self.open_quote()
        refused = self.answer(page)
        self.assertIn("120.00", refused.text)
        self.accept_what(refused)
        self.assertOrderedAsAgreed(120)

    def test_what_never_settles_is_left_as_it_is(self):
        self.refreshed_by(lambda order: self.reprice(order.order_line.price_unit + 1)(order))
        _link, page = self.open_quote()
        before = self.everything()
        for _attempt in range(2):
            self.assertRefused(self.answer(page), SORRY)
        self.assertEqual(self.everything(), before)
        self.assertEqual(len(self.told()), 1)
        self.assertIn("The lines change each time", self.told().body)

    def test_what_cannot_be_worked_out_is_not_accepted(self):
        def fail(order):
            self.reprice(120)(order)
            raise UserError(self.env._("One or more rewards are invalid."))

        self.refreshed_by(fail)
        _link, page = self.open_quote()
        before = self.everything()
        self.assertRefused(self.answer(page), SORRY)
        self.assertEqual(self.everything(), before)
        self.assertIn("rewards are invalid", self.told().body)

    def test_the_total_after_a_choice_is_the_one_that_is_ordered(self):
        """A 10% discount on everything, in a line that an app maintains."""
        if "is_optional" not in self.env["sale.order.line"]._fields:
            self.skipTest("needs quotation templates")

        def discount(order):
            own = order.order_line.filtered(lambda line: line.name == "Discount")
            rest = order.order_line - own
            own.price_unit = -sum(rest.mapped("price_subtotal")) / 10

        # Odoo asks the product for its price when the quantity changes.
        oven, tray = self.env["product.product"].create(
            [{"name": "Oven", "list_price": 100}, {"name": "Tray", "list_price": 10}]
        )
        lines = [
            {"product_id": oven.id, "price_unit": 100},
            {"product_id": oven.id, "name": "Discount", "price_unit": -14},
            {"name": "Extras", "display_type": "line_section", "is_optional": True},
            {"product_id": tray.id, "price_unit": 10, "product_uom_qty": 4},
        ]
        self.refreshed_by(discount)
        for quantity, total in ((2, 108), (9, 171)):
            for kind in ("options", "accept"):
                with self.subTest(quantity=quantity, kind=kind):
                    self.quote = self.make_quote(lines=lines)
                    self.become_stranger()
                    _link, page = self.open_quote(self.quote)
                    field = f"option_{self.quote.order_line[-1].id}"
                    page = self.answer(page, kind, **{field: str(quantity)})
                    self.assertEqual((page.status_code, self.quote.amount_total), (200, total))
                    self.assertIn(f"{total}.00", page.text)
                    self.answer(page)
                    self.assertOrderedAsAgreed(total)

    def test_the_second_look_takes_as_many_queries_for_many_lines(self):
        def queries(count):
            lines = [{"product_id": self.product_a.id, "name": f"Tray {n}"} for n in range(count)]
            quote = self.make_quote(lines=lines)
            agreed = quote._finance_portal_get_terms()
            quote._finance_portal_check_result(agreed)  # what is read once for all
            self.env.flush_all()
            before = self.cr.sql_log_count
            quote._finance_portal_check_result(agreed)
            return self.cr.sql_log_count - before

        few = queries(1)
        self.assertLessEqual(few, 10)
        self.assertEqual(queries(30), few)

    # === WHAT IS NO CHANGE === #

    def test_an_order_may_bring_files_that_its_quote_does_not_have(self):
        product = self.quote.order_line.product_id
        for name, shown in (("Plan", "quotation"), ("Warranty", "sale_order")):
            self.env["product.document"].create(
                {
                    "name": f"{name}.pdf",
                    "raw": name.encode(),
                    "res_model": "product.template",
                    "res_id": product.product_tmpl_id.id,
                    "attached_on_sale": shown,
                }
            )
        _link, page = self.open_quote()
        self.assertIn("Plan.pdf", page.text)
        self.assertNotIn("Warranty.pdf", page.text)
        after = self.answer(page)
        self.assertEqual(self.quote.state, "sale")
        self.assertIn("Warranty.pdf", after.text)

    def test_a_file_that_confirming_takes_away_is_a_change(self):
        document = self.env["product.document"].create(
            {
                "name": "Plan.pdf",
                "raw": b"Plan",
                "res_model": "product.template",
                "res_id": self.quote.order_line.product_template_id.id,
                "attached_on_sale": "quotation",
            }
        )
        self.while_confirming(lambda order: document.with_env(order.env).unlink())
        _link, page = self.open_quote()
        self.assertRefused(self.answer(page), SORRY)

    def test_a_prepayment_is_agreed_on_as_it_will_be_ordered(self):
        self.quote.write({"require_payment": True, "prepayment_percent": 0.5})
        self.refreshed_by(self.reprice(120))
        _link, page = self.open_quote()
        refused = self.answer(page)
        self.assertRefused(refused, "changed while you were reading. Nothing was accepted.")
        page = self.accept_what(refused)
        self.assertIn("The order is confirmed once", page.text)
        self.assertEqual(json.loads(self.decisions().terms)["head"]["total"], "120.00")

    def test_whoever_paid_enough_is_not_told_that_the_order_is_confirmed(self):
        self.quote.write({"require_payment": True, "prepayment_percent": 0.5})
        _link, page = self.open_quote()
        self.answer(page)
        Order = type(self.quote)
        with patch.object(Order, "_is_confirmation_amount_reached", lambda _order: True):
            page = self.visit(page.url)
        self.assertIn("isn&#39;t confirmed yet.", page.text)
        self.assertNotIn("Your order is confirmed.", page.text)
