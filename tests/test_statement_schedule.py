"""Statements on a schedule: who gets one, when, and exactly once."""

from unittest.mock import patch

import psycopg2
from freezegun import freeze_time
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.statement import statement_run
from .issued_statement_common import OwingCase
from .transactions_common import TransactionsCase

JOB = "finance_portal.ir_cron_statements"
RUN = "finance.portal.statement.run"
WORK_OFF = "odoo.addons.finance_portal.work_off"


class ScheduleCase(OwingCase):
    """A company whose statements are sent on a schedule, and the job that starts them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Of this company alone: others have customers, too.
        cls.company.partner_id.tz = "Europe/Berlin"
        cls.Issued = cls.env["finance.portal.issued.statement"]

    def plan(self, **values):
        self.company.write({f"finance_portal_statement_{key}": one for key, one in values.items()})

    def plan_for(self, partner, **values):
        partner.with_company(self.company).write(
            {f"finance_portal_statement_{key}": one for key, one in values.items()}
        )

    def start(self, moment):
        """Run the job at a moment (UTC)."""
        with freeze_time(moment):
            self.run_job(JOB)

    def batches(self):
        domain = [("company_id", "=", self.company.id), ("name", "like", "Scheduled statements")]
        return self.Batch.sudo().search(domain)

    def started(self):
        """Return the names of who gets a statement."""
        lines = self.batches().line_ids.filtered(lambda line: line.state != "skipped")
        statements = self.Issued.browse(lines.mapped("res_id"))
        return sorted(statements.customer_id.mapped("name"))

    def skipped(self):
        lines = self.batches().line_ids.filtered(lambda line: line.state == "skipped")
        return {line.document_name: line.reason for line in lines}


@tagged("post_install", "-at_install")
class TestStatementSchedule(ScheduleCase):
    # === WHEN === #

    def test_nothing_is_sent_unless_somebody_wants_it(self):
        self.start("2026-06-30 10:00:00")
        self.assertFalse(self.batches())
        self.assertFalse(self.env[RUN].sudo().search([("company_id", "=", self.company.id)]))

    def test_monthly_on_the_last_day_where_the_month_is_shorter(self):
        self.plan(every="monthly", day=31)
        self.start("2026-06-29 10:00:00")
        self.assertFalse(self.started())
        self.start("2026-06-30 10:00:00")
        self.assertEqual(self.started(), ["Late", "Small", "Soon"])

    def test_weekly_in_the_morning_where_the_company_is(self):
        self.plan(every="weekly", weekday="1")  # the 30th is a Tuesday
        self.start("2026-06-30 05:59:00")
        self.assertFalse(self.started())
        self.start("2026-06-30 06:00:00")
        self.assertEqual(self.started(), ["Late", "Small", "Soon"])

    def test_a_day_that_was_missed_is_made_up_for(self):
        self.plan(every="monthly", day=29)
        self.start("2026-06-28 10:00:00")
        self.start("2026-07-01 10:00:00")
        self.assertEqual(self.started(), ["Late", "Small", "Soon"])
        self.start("2026-07-02 10:00:00")
        self.assertEqual(len(self.batches()), 1)

    # === WHO, AND WHO NOT AND WHY === #

    def test_who_gets_none_is_listed_with_the_reason(self):
        self.plan(every="monthly", day=30, when="overdue")
        self.plan_for(self.nothing, every="monthly", day=30)
        self.start("2026-06-30 10:00:00")
        self.assertEqual(self.started(), ["Late", "Small"])
        self.assertEqual(
            self.skipped(),
            {
                "Soon": "Nothing is overdue.",
                "Credit": "The balance is in the customer's favor.",
                "Mute": "Mute has no email address. Open the contact and enter one.",
                "Nothing": "Nothing outstanding.",
            },
        )

    @mute_logger(WORK_OFF)
    def test_who_can_get_none_keeps_it_from_nobody_else(self):
        """Such as a customer whom a colleague kept to another company, though they owe this one."""
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        self.late.company_id = other
        self.plan(every="monthly", day=30)
        self.start("2026-06-30 10:00:00")
        self.assertEqual(self.started(), ["Small", "Soon"])
        self.assertIn("Late", self.skipped())
        self.assertIn("compan", self.skipped()["Late"])

    @mute_logger(WORK_OFF)
    def test_what_fails_in_one_company_keeps_it_from_no_other(self):
        first = self.env["res.company"].sudo().create({"name": "First", "sequence": -1})
        advance = type(self.env[RUN])._advance

        def fail(run, company_id):
            if company_id == first.id:
                raise ZeroDivisionError
            return advance(run, company_id)

        self.plan(every="monthly", day=30)
        with patch.object(type(self.env[RUN]), "_advance", fail):
            self.start("2026-06-30 10:00:00")
        self.assertEqual(self.started(), ["Late", "Small", "Soon"])

    def test_a_list_without_statements_tells_why(self):
        self.plan_for(self.mute, every="monthly", day=30)
        self.start("2026-06-30 10:00:00")
        self.assertFalse(self.started())
        self.assertEqual(list(self.skipped()), ["Mute"])

    def test_a_customers_own_schedule_wins(self):
        self.plan(every="monthly", day=30)
        self.plan_for(self.late, every="never")
        self.plan_for(self.soon, every="weekly", weekday="4")
        self.plan_for(self.small, every="weekly", weekday="1", when="overdue")
        self.start("2026-06-30 10:00:00")
        self.assertEqual(self.started(), ["Small"])
        self.start("2026-07-03 10:00:00")
        self.assertEqual(self.started(), ["Small", "Soon"])

    def test_what_a_customer_leaves_empty_is_as_the_company_has_it(self):
        self.plan(every="never", day=30, when="overdue")
        self.plan_for(self.late, every="monthly")
        self.plan_for(self.soon, every="monthly")
        self.start("2026-06-30 10:00:00")
        self.assertEqual(self.started(), ["Late"])
        self.assertEqual(self.skipped(), {"Soon": "Nothing is overdue."})

    def test_another_company_has_its_own(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        sister.write({"finance_portal_statement_every": "weekly"})
        self.late.with_company(sister).finance_portal_statement_every = "monthly"
        self.start("2026-06-29 10:00:00")
        self.assertFalse(self.batches())

    def test_nobody_is_chosen_whom_staff_limited(self):
        """Who may see their own documents only isn't mailed by itself what colleagues owe."""
        contact = self.make_contact("Payables", self.late, type="invoice")
        self.assertEqual(self.late._finance_portal_get_statement_contact(), contact)
        boss = self.make_user("boss", "finance_portal.group_finance_portal_manager")
        dialog = self.env["finance.portal.enable"].with_user(boss)
        dialog.create({"partner_id": contact.id, "own_documents": True}).action_enable()
        self.plan_for(self.late, every="monthly", day=30)
        self.start("2026-06-30 10:00:00")
        statement = self.Issued.search([("customer_id", "=", self.late.id)])
        self.assertEqual(statement.partner_id, self.late)
        by_hand = contact._finance_portal_get_statement_contact()
        self.assertEqual(by_hand, contact, "staff may choose them")
        contact._finance_portal_get_account()._limit(False)
        self.assertEqual(self.late._finance_portal_get_statement_contact(), contact)

    # === SENT, ONCE === #

    def test_they_leave_by_the_bulk_engine(self):
        self.plan(every="monthly", day=30)
        seller = self.make_user("seller", "account.group_account_invoice")
        self.late.with_context(mail_auto_subscribe_no_notify=True).user_id = seller
        self.start("2026-06-30 10:00:00")
        self.run_job()
        self.run_queue()
        self.assertEqual(set(self.sent), {self.late.email, self.small.email, self.soon.email})
        self.assertEqual(len(self.tokens_in(self.sent[self.late.email])), 1)
        self.assertEqual(self.batches().mapped("state"), ["done"])
        statements = self.Issued.search([("customer_id", "in", self.all.ids)])
        self.assertEqual(set(statements.mapped("state")), {"sent"})
        self.assertEqual(statements.user_id, seller, "the others have no salesperson")
        for mail in self._mails:
            self.assertEqual(len(mail["attachments"]), 1)

    def test_once_a_day_however_often_the_job_runs(self):
        self.plan(every="monthly", day=30)
        for hour in (10, 11, 12):
            self.start(f"2026-06-30 {hour}:00:00")
        self.assertEqual(len(self.batches()), 1)
        self.assertEqual(self.started(), ["Late", "Small", "Soon"])

    def test_after_a_crash_it_goes_on_where_it_was(self):
        self.plan(every="monthly", day=30)
        Run, begin = self.env[RUN].sudo(), type(self.Issued)._start_scheduled

        def crash(statements, *args):
            begin(statements, *args)
            raise RuntimeError("killed")

        with patch.object(statement_run, "CHUNK", 2), freeze_time("2026-06-30 10:00:00"):
            self.assertTrue(Run._advance(self.company.id))
            first = self.started()
            with (
                patch.object(type(self.Issued), "_start_scheduled", crash),
                self.assertRaises(RuntimeError),
                self.env.cr.savepoint(),
            ):
                Run._advance(self.company.id)
            self.env.invalidate_all()
            self.assertEqual(self.started(), first, "nothing of what was killed")
            while Run._advance(self.company.id):
                pass
        self.assertEqual(self.started(), ["Late", "Small", "Soon"])
        self.assertEqual(len(self.skipped()), 2)

    def test_what_is_started_counts_though_the_time_is_over(self):
        self.plan(every="monthly", day=30)
        told = []

        def out_of_time(_cron, processed=0, **_rest):
            told.append(processed)
            return 0

        with (
            patch.object(statement_run, "CHUNK", 2),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", out_of_time),
            patch.object(self.env.cr, "commit"),
            freeze_time("2026-06-30 10:00:00"),
        ):
            self.env[RUN].sudo()._cron_start()
        self.assertEqual(told, [2], "the scheduler sees that there is something to come back for")

    def test_the_database_knows_a_customer_and_a_day_once(self):
        one, other = self.Issued.create([{"partner_id": self.late.id}] * 2)
        one.sudo().schedule_key = "1/2/2026-06-30"
        with self.refused_by_database(psycopg2.errors.UniqueViolation):
            other.sudo().schedule_key = "1/2/2026-06-30"
            self.env.flush_all()

    def test_nobody_sets_the_key(self):
        one = self.Issued.create({"partner_id": self.late.id, "schedule_key": "1/2/2026-06-30"})
        self.assertFalse(one.sudo().schedule_key)

    # === SETTINGS === #

    def test_days_that_no_month_has_are_refused(self):
        for day in (0, 32):
            with self.refused_by_database():
                self.plan(day=day)
                self.env.flush_all()
        with self.assertRaises(ValidationError):
            self.plan_for(self.late, day=32)

    def test_the_tab_has_the_customers_own(self):
        manager = self.make_user(
            "manager", "finance_portal.group_finance_portal_manager", "base.group_partner_manager"
        )
        with Form(self.late.with_user(manager).with_company(self.company)) as form:
            form.finance_portal_statement_every = "monthly"
            form.finance_portal_statement_day = 15
        self.assertTrue(
            self.late.with_company(self.company)._finance_portal_is_statement_due(
                [fields.Date.to_date("2026-06-15")]
            )
        )


@tagged("post_install", "-at_install")
class TestTwoJobs(TransactionsCase):
    """Who comes second starts over, and finds that the first has done it."""

    def setUp(self):
        super().setUp()
        self.today = fields.Date.to_date("2001-01-01")
        self.addCleanup(self.remove)

    def remove(self):
        with self.transaction() as env:
            env[RUN].search([("date", "=", self.today)]).unlink()
            env.cr.commit()

    def test_two_jobs_at_the_same_moment_do_each_day_once(self):
        with self.transaction() as one, self.transaction() as two:
            first, second = one.ref("base.main_company"), two.ref("base.main_company")
            run, _days = one[RUN]._get_run(first, self.today)
            run.is_done = True
            one.cr.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                two[RUN]._get_run(second, self.today)
            two.cr.rollback()
            again, _days = two[RUN]._get_run(second, self.today)
            self.assertTrue(again.is_done)
