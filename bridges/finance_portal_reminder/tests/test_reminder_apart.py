"""What can't be planned keeps no other customer from being reminded."""

from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import QuoteReminderCase

WORK_OFF = "odoo.addons.finance_portal.work_off"


@tagged("post_install", "-at_install")
class TestReminderApart(QuoteReminderCase):
    def test_days_at_the_ends_of_the_calendar_are_planned(self):
        usual = self.bill(7)
        odd = self.bill(7, partner=self.ben, invoice_date_due=date.min)
        quote = self.offer(days=3)
        quote.validity_date = date.max
        self.assertEqual(self.plan_of(usual).state, "planned")
        self.assertEqual(self.plan_of(odd).step_id, self.step("final"))
        self.assertEqual(self.plan_of(quote).step_id, self.step("unopened"))

    def test_a_step_is_within_some_years(self):
        step = self.step("friendly")
        for days in (-(2**31), -4000, 4000, 2**31 - 1):
            with self.subTest(days), self.refused_by_database():
                step.days = days
                self.env.flush_all()

    def test_a_company_that_was_archived_reminds_nobody(self):
        move = self.bill(7)
        self.come_due()
        self.company.flush_recordset()
        # Past Odoo, which wants users to leave first.
        self.env.cr.execute("UPDATE res_company SET active = FALSE WHERE id = %s", self.company.ids)
        self.company.invalidate_recordset()
        self.run_job()
        self.assertFalse(self.notes(move))

    @mute_logger(WORK_OFF)
    def test_what_fails_in_one_company_keeps_no_other_from_reminding(self):
        values = {"name": "First", "sequence": -1, "finance_reminders": True}
        first = self.env["res.company"].sudo().create(values)
        move, Reminder = self.bill(7), type(self.Reminder)
        refresh = Reminder._refresh_part

        def fail(reminder, company):
            if company == first:
                raise ZeroDivisionError
            return refresh(reminder, company)

        self.come_due()
        with patch.object(Reminder, "_refresh_part", fail):
            self.run_job()
        self.assertEqual(len(self.notes(move)), 1)

    @mute_logger(WORK_OFF)
    def test_nor_one_customer_who_is_planned_anew(self):
        move, Reminder = self.bill(7), type(self.Reminder)
        self.bill(7, partner=self.eve)
        self.plan().is_outdated = True
        refresh = Reminder._refresh_customer

        def fail(reminder, company, customer):
            if customer == self.eve.commercial_partner_id:
                raise ZeroDivisionError
            return refresh(reminder, company, customer)

        self.company.finance_reminders_planned_at = fields.Datetime.now()
        rows = self.Reminder.sudo().search([("company_id", "=", self.company.id)])
        rows.send_at = fields.Datetime.now() - timedelta(minutes=1)
        with patch.object(Reminder, "_refresh_customer", fail):
            self.run_job()
        self.assertEqual(len(self.notes(move)), 1)
