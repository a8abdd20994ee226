"""Online payments that are under way keep reminders back; what comes to nothing does not."""

from datetime import UTC, datetime, timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import ReminderCase


@tagged("post_install", "-at_install")
class TestReminderOnline(ReminderCase):
    """One truth about money: a payment counts here as long as it does on the invoice's page."""

    def begin(self, moves, days=0, code="none", **values):
        """Return a payment of invoices that began some days ago, and waits."""
        provider = self.env["payment.provider"].sudo().create({"name": "Till", "code": "none"})
        # Past the ORM: the app for bank transfers, whose code this is, need not be installed.
        provider.flush_recordset()
        self.env.cr.execute(
            "UPDATE payment_provider SET code = %s WHERE id = %s", [code, provider.id]
        )
        provider.invalidate_recordset()
        payment = self.env["payment.transaction"].sudo().create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": f"payment of {moves[0].name}",
                "amount": sum(moves.mapped("amount_total")),
                "currency_id": moves.currency_id.id,
                "partner_id": moves.partner_id.id,
                "invoice_ids": [Command.set(moves.ids)],
                "operation": "online_redirect",
                "state": "pending",
                **values,
            }
        )  # fmt: skip
        payment.flush_recordset()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            # To the microsecond: what is booked before it in the same second came before it.
            [datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days), payment.id],
        )
        payment.invalidate_recordset()
        return payment

    def pay(self, move, amount):
        """Book what came by bank."""
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        register.create({"amount": amount}).action_create_payments()

    def assertPlanned(self, move, amount):
        row = self.plan_of(move)
        self.assertEqual((row.state, row.amount), ("planned", amount), row.reason)

    def assertHeld(self, move):
        row = self.plan_of(move)
        self.assertEqual(row.state, "held")
        self.assertIn("is being processed", row.reason)

    def test_what_is_under_way_counts(self):
        for code in ("none", "custom"):
            with self.subTest(code=code):
                move = self.bill(7)
                self.begin(move, code=code)
                self.assertHeld(move)

    def test_a_promise_to_transfer_the_money_keeps_reminders_away_for_a_week(self):
        """A click costs nothing, and nobody reports that the money never came."""
        move = self.bill(7)
        payment = self.begin(move, days=6, code="custom")
        self.assertHeld(move)
        payment.unlink()
        self.begin(move, days=8, code="custom")
        self.assertPlanned(move, 100)

    def test_a_promise_that_is_given_up_and_made_again_counts_from_the_first_one(self):
        """Else a click a week would keep reminders away for good."""
        move = self.bill(7)
        first = self.begin(move, days=8, code="custom")
        first.finance_given_up = fields.Datetime.now()
        self.begin(move, days=1, code="custom", reference="again")
        self.assertPlanned(move, 100)

    def test_a_promise_that_was_kept_is_believed_the_next_time(self):
        move = self.bill(7)
        self.begin(move, days=8, code="custom", amount=60)
        self.pay(move, 60)
        self.begin(move, code="custom", reference="the rest", amount=40)
        self.assertHeld(move)

    def test_what_a_provider_reports_on_counts_however_long_it_takes(self):
        move = self.bill(7)
        self.begin(move, days=20)
        self.assertHeld(move)

    def test_what_the_customer_gave_up_is_none(self):
        move = self.bill(7)
        payment = self.begin(move)
        payment.finance_given_up = fields.Datetime.now()
        self.assertPlanned(move, 100)
        # Past the ORM, which asks whether this provider does so: it arrived after all.
        payment.flush_recordset()
        self.env.cr.execute(
            "UPDATE payment_transaction SET state = 'authorized' WHERE id = %s", [payment.id]
        )
        payment.invalidate_recordset()
        self.assertHeld(move)

    def test_what_was_paid_another_way_is_none(self):
        """A part of it came by bank: nobody waits for more than is left."""
        move = self.bill(7)
        self.begin(move, code="custom")
        self.pay(move, 60)
        self.assertPlanned(move, 40)
