"""Very many customers: planning costs the same, and no run of the job grows with them."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.finance_portal_reminder.models import reminder_refresh

from .common import ReminderCase


@tagged("post_install", "-at_install")
class TestReminderScale(ReminderCase):
    def bill_customers(self, count):
        """Return an invoice that has reached a step for each of so many new customers."""
        customers = self.env["res.partner"].create(
            [
                {"name": f"Mill {number}", "email": f"mill{number}@mill.example.com"}
                for number in range(count)
            ]
        )
        invoices = self.env["account.move"]
        for customer in customers:
            invoices |= self.bill(7, partner=customer)
        return invoices

    def count_queries(self):
        """Return how many queries planning takes."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.Reminder._refresh(self.company)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def planned(self):
        """Return the invoices in the plan as it is stored."""
        rows = self.Reminder.search(self.Reminder._get_next_domain(self.company))
        return self.env["account.move"].browse(rows.line_ids.mapped("res_id"))

    @contextmanager
    def hurried(self):
        """Have the job look at one customer at a time, and be out of time after each step."""
        cron = type(self.env["ir.cron"])
        with (
            patch.object(reminder_refresh, "CHUNK", 1),
            patch.object(cron, "_commit_progress", return_value=0) as progress,
        ):
            yield progress

    def test_planning_takes_the_same_queries_for_many_customers(self):
        """The first time, when each gets a row, and again."""
        self.bill_customers(2)
        self.count_queries()  # fills what all plans share
        costs = []
        for count in (2, 8):
            self.bill_customers(count)
            costs.append((self.count_queries(), self.count_queries()))
        for many, few in zip(costs[1], costs[0], strict=True):
            self.assertLessEqual(many, few)

    def test_the_job_plans_part_by_part(self):
        """A run ends when its time is over, and the next one goes on from there."""
        invoices = self.bill_customers(3)
        self.Reminder._forget_times(self.company)
        with self.hurried() as progress:
            for done in (1, 2, 3):
                self.run_job()
                self.assertEqual(self.planned(), invoices[:done])
                # The scheduler comes back at once for what remains.
                self.assertTrue(progress.call_args.kwargs["remaining"])
            self.run_job()  # finds that there are no more
        self.assertTrue(self.company.finance_reminders_planned_at)
        self.assertFalse(self.company.finance_reminders_planned_up_to)

    def test_each_part_deletes_what_is_not_due_any_more(self):
        """Of its own customers, and of nobody else."""
        first, second, third = self.bill_customers(3)
        self.plan()
        for paid in (first, third):
            paid.finance_no_reminders = False
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=paid.ids
            ).create({})._create_payments()
        self.Reminder._forget_times(self.company)
        with self.hurried():
            self.run_job()
            self.assertEqual(self.planned(), second | third)
            self.run_job()
        self.assertEqual(self.planned(), second)

    def test_whoever_looks_at_the_plan_does_not_start_it_over(self):
        """Else it would never be ready where it takes longer than staff go without looking."""
        invoices = self.bill_customers(3)
        self.Reminder._forget_times(self.company)
        with self.hurried(), patch.object(reminder_refresh, "MAX_AT_ONCE", 1):
            for done in (1, 2, 3):
                self.Reminder.with_user(self.billing).action_open()
                self.run_job()
                self.assertEqual(self.planned(), invoices[:done])

    def test_other_hours_start_it_over(self):
        """What was planned for an hour of before must not leave at it."""
        self.bill_customers(3)
        self.Reminder._forget_times(self.company)
        with self.hurried():
            self.run_job()
            self.run_job()
            self.company.finance_reminder_hour = 15
            rows = self.Reminder.search(self.Reminder._get_next_domain(self.company))
            self.assertFalse(any(rows.mapped("send_at")))
            for _run in range(3):
                self.run_job()
        rows = self.Reminder.search(self.Reminder._get_next_domain(self.company))
        self.assertEqual([bool(row.send_at) for row in rows], [True] * 3)
