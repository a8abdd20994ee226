"""Quotes that an app changes while they are confirmed, and what must come of it."""

import json
from unittest.mock import patch

from .account_common import AccountCase
from .decision_common import DecisionCase


class BindingCase(DecisionCase, AccountCase):
    """A quote of 100.00, and apps that work out its price anew."""

    def confirming(self, work):
        """Have an app do something to an order in the middle of its confirmation, in a block."""
        Order = self.env.registry["sale.order"]
        native = Order._action_confirm

        def confirm(orders):
            result = native(orders)
            work(orders)
            return result

        return patch.object(Order, "_action_confirm", confirm)

    def while_confirming(self, work):
        """Have an app do so from now on."""
        self.enterContext(self.confirming(work))

    def refreshed_by(self, work):
        """Have an app work out an order anew by a method that can be called before, as it does."""

        def refresh(order):
            self.refreshed += 1
            work(order)

        self.refreshed = 0
        Order = self.env.registry["sale.order"]
        self.enterContext(patch.object(Order, "_update_programs_and_rewards", refresh, create=True))
        self.while_confirming(work)

    def reprice(self, price):
        """Return what an app does that puts its own price in."""

        def work(order):
            order.order_line.filtered(lambda line: line.price_unit != price).price_unit = price

        return work

    def everything(self):
        """Return what an answer that was not taken leaves as it was."""
        self.env.flush_all()
        counted = ("finance.portal.decision", "ir.cron.trigger", "account.move")
        to_seller = [("recipient_ids", "=", self.seller.partner_id.id)]  # of a to-do
        return {
            **{model: self.env[model].sudo().search_count([]) for model in counted},
            "mails": self.env["mail.mail"].sudo().search_count(["!", *to_seller]),
            "order": self.quote.read(["state", "amount_total", "pending_email_template_id"]),
            "lines": self.quote.order_line.read(["price_unit", "product_uom_qty", "name"]),
        }

    def todos(self):
        return self.quote.activity_ids.filtered(
            lambda one: "be accepted online" in (one.summary or "")
        )

    def told(self):
        """Return what the chatter says of answers that could not be taken."""
        return self.quote.message_ids.filtered(
            lambda one: "be accepted online" in (one.body or "")
        )

    def assertRefused(self, answer, words):
        """Assert that nothing was accepted, in these words, and nothing has to be typed again."""
        self.assertEqual(answer.status_code, 409)
        self.assertStrictHeaders(answer)
        self.assertIn(words, answer.text)
        self.assertIn('value="Ada Baker"', answer.text)
        self.assertEqual(self.quote.state, "sent")
        self.assertFalse(self.decisions())

    def accept_what(self, page):
        """Press Accept on a page that told of a change; return where that leads."""
        page.url = page.url.removesuffix("/accept")
        return self.answer(page)

    def assertOrderedAsAgreed(self, total):
        """Assert that order and evidence have one total."""
        self.assertRecordValues(self.quote, [{"state": "sale", "amount_total": total}])
        agreed = json.loads(self.decisions()[0].terms)
        self.assertEqual(float(agreed["head"]["total"]), total)
