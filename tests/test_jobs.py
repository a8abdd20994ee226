"""Jobs that somebody gets in the way of: nothing is lost, and nothing waits for long."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2 import errorcodes
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .decision_common import DecisionCase


class LostRace(SerializationFailure):
    """What PostgreSQL says to the loser of a race, who has to begin anew."""

    pgcode = errorcodes.SERIALIZATION_FAILURE


# Each job of ours: what it calls, and what it does there for each record.
JOBS = {
    "ir_cron_access_request": ("finance.portal.access.request", "_cron_answer", "_answer"),
    "ir_cron_account_request": ("finance.portal.account.request", "_cron_answer", "_answer"),
    "ir_cron_confirmation_mail": (
        "sale.order", "_cron_finance_portal_confirmation_mail", "_send_order_notification_mail",
    ),
    "ir_cron_enable": ("finance.portal.enabling.line", "_cron_enable", "_take"),
    "ir_cron_receipt": (
        "account.payment", "_cron_finance_portal_receipts", "_finance_portal_settle_receipt",
    ),
    "ir_cron_retention": ("finance.portal.event", "_cron_retention", "_delete_batch"),
    "ir_cron_send_batch": ("finance.portal.batch.line", "_cron_send", "_take"),
    "ir_cron_statements": ("finance.portal.statement.run", "_cron_start", "_advance"),
}  # fmt: skip
# These go through all there is, and come back as a matter of course.
COME_BACK = ("ir_cron_enable", "ir_cron_retention", "ir_cron_send_batch", "ir_cron_statements")


@tagged("post_install", "-at_install")
class TestJobs(DecisionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["finance.portal.access.request"].sudo().create({})
        cls.env["finance.portal.account.request"].sudo().create({"email": "ada@bakery.test"})
        cls.quote.pending_email_template_id = cls.env.ref("sale.mail_template_sale_confirmation")
        cls.env["account.payment"].create({"amount": 40.0, "finance_receipt": "waiting"})

    def run_job(self, name, failures):
        """Run a job in which the first attempts lose a race; return ``(attempts, wakings)``."""
        model, job, inner = JOBS[name]
        Model, attempts = type(self.env[model]), []

        def lose(_records, *_args, **_options):
            attempts.append(1)
            if len(attempts) <= failures:
                raise LostRace
            return 0 if name in COME_BACK else None

        before = self.wakings(name)
        with (
            patch.object(Model, inner, lose),
            patch.object(self.env.cr, "rollback") as rollback,
            patch.object(self.env.cr, "commit"),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_args, **_kw: 60),
            patch("odoo.service.model.time.sleep"),
            mute_logger("odoo.service.model"),
        ):
            getattr(self.env[model].sudo(), job)()
        self.assertGreaterEqual(rollback.call_count, min(failures, 5), "begun anew each time")
        return len(attempts), self.wakings(name) - before

    def wakings(self, name):
        cron = self.env.ref(f"finance_portal.{name}").sudo()
        return self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", cron.id)])

    def test_every_job_is_in_the_table(self):
        own = self.env["ir.model.data"].search(
            [("module", "=", "finance_portal"), ("model", "=", "ir.cron")]
        )
        self.assertEqual(set(own.mapped("name")), set(JOBS))

    def test_who_loses_a_race_tries_again(self):
        for name in JOBS:
            with self.subTest(name):
                attempts, wakings = self.run_job(name, failures=2)
                self.assertGreaterEqual(attempts, 3)
                self.assertFalse(wakings)

    def test_who_loses_each_time_comes_back_in_a_minute(self):
        for name in JOBS.keys() - set(COME_BACK):
            with self.subTest(name):
                model = JOBS[name][0]
                before = self.env[model].sudo().search_count([])
                _attempts, wakings = self.run_job(name, failures=99)
                self.assertEqual(len(wakings), 1)
                wait = wakings.call_at - fields.Datetime.now()
                self.assertLess(abs(wait - timedelta(minutes=1)), timedelta(seconds=30))
                self.assertEqual(self.env[model].sudo().search_count([]), before, "nothing lost")
        self.assertTrue(self.quote.pending_email_template_id)

    @mute_logger("odoo.addons.finance_portal.work_off")
    def test_a_confirmation_that_fails_keeps_no_other_order_waiting(self):
        template = self.env.ref("sale.mail_template_sale_confirmation")
        Order, mailed = type(self.quote), []
        good, bad = self.quote, self.make_quote(partner=self.ben)
        bad.pending_email_template_id = template
        orders = good + bad
        self.assertEqual(orders.search([("id", "in", orders.ids)])[:1], bad, "it comes first")

        def mail(order, *_args, **_options):
            if order == bad:
                raise ZeroDivisionError
            mailed.append(order.id)

        with patch.object(Order, "_send_order_notification_mail", mail):
            self.env.ref("finance_portal.ir_cron_confirmation_mail").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(mailed, good.ids)
        self.assertFalse(good.pending_email_template_id)
        self.assertTrue(bad.pending_email_template_id, "tried again at the next run")

    def test_no_confirmation_of_an_order_that_was_cancelled_meanwhile(self):
        self.quote.action_confirm()
        self.quote.pending_email_template_id = self.env.ref("sale.mail_template_sale_confirmation")
        self.quote._action_cancel()
        with self.mock_mail_gateway():
            self.mail_confirmations()
        self.assertFalse(self.sent.get(self.ada.email))
