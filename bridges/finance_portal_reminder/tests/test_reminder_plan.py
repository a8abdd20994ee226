"""Who is reminded next, of what, and who isn't, with the reason."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.finance_portal.tests.waiting_common import WaitingMixin

from .common import ReminderCase


@tagged("post_install", "-at_install")
class TestReminderPlan(ReminderCase):
    def steps(self, row):
        return {
            self.env[line.res_model].browse(line.res_id): line.step_id.kind for line in row.line_ids
        }

    def test_the_latest_step_that_an_invoice_has_reached(self):
        """Missed steps aren't sent late; before the first one there is nothing."""
        reached = {
            -4: None, -3: "upcoming", 6: "upcoming", 7: "friendly", 20: "friendly",
            21: "firm", 34: "firm", 35: "final", 400: "final",
        }  # fmt: skip
        moves = {days: self.bill(days) for days in reached}
        found = self.steps(self.plan())
        self.assertEqual({days: found.get(move) for days, move in moves.items()}, reached)

    def test_one_email_for_each_recipient_customer_and_currency(self):
        euros = self.setup_other_currency("EUR")
        moves = self.bill(7) | self.bill(21)
        others = [self.bill(7, partner=self.ben), self.bill(7, partner=self.eve)]
        others.append(self.bill(7, currency_id=euros.id))
        plan = self.plan()
        self.assertEqual(len(plan), 4)
        mine = plan.filtered(lambda row: moves[0] in self.documents_of(row))
        self.assertEqual(self.documents_of(mine), moves)
        self.assertEqual((mine.partner_id, mine.customer_id), (self.ada, self.customer))
        self.assertEqual((mine.step_id.kind, mine.amount), ("firm", 200), "the later step's text")
        self.assertEqual(
            [self.plan_of(move).partner_id for move in others], [self.ben, self.eve, self.ada]
        )

    def test_only_open_posted_customer_invoices_of_the_company(self):
        self.bill(7, post=False)
        self.bill(7, move_type="out_refund")
        self.bill(7, move_type="in_invoice")
        self.bill(7).button_cancel()
        self.assertFalse(self.plan())

    def test_other_companies_neither_see_nor_send(self):
        """Multi-company: plans, steps and pauses are each company's own."""
        other = self.setup_other_company(name="Second")["company"]
        other.finance_reminders = True
        move = self.bill(7)
        self.customer.with_company(other).finance_no_reminders = True
        self.Reminder._refresh(other)
        row = self.plan_of(move)
        self.assertEqual((row.state, row.company_id), ("planned", self.company))
        self.assertFalse(
            self.Reminder.with_user(self.billing).search([("company_id", "=", other.id)])
        )
        self.assertEqual(len(self.Step.search([("company_id", "=", other.id)])), 6)
        stranger = self.make_user("stranger", "account.group_account_invoice")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self.Reminder.with_user(stranger).search([]))

    def test_off_unless_somebody_turns_it_on(self):
        fresh = self.env["res.company"].create({"name": "Third"})
        self.assertFalse(fresh.finance_reminders)
        self.company.finance_reminders = False
        move = self.bill(7)
        row = self.plan_of(move)
        self.assertIn("Reminders are turned off", row.reason)
        self.remind(row)
        self.assertEqual(row.state, "planned")
        self.assertFalse(self.sent)

    # === WHEN === #

    def test_the_hour_is_the_customers_own(self):
        self.customer.tz = "Asia/Tokyo"
        now = fields.Datetime.now().replace(hour=12)
        moment, day = self.Reminder._get_slot(self.company, self.customer, now)
        self.assertEqual((moment.hour, day), (0, now.date() + timedelta(days=1)))
        self.set_zones("Mars/Base", company="UTC")
        moment, _day = self.Reminder._get_slot(self.company, self.customer, now)
        self.assertEqual(moment.hour, 9, "the company's, where the machine knows no such zone")

    def test_not_on_weekends(self):
        self.company.finance_reminder_weekdays_only = True
        friday = fields.Datetime.to_datetime("2026-11-27 10:00:00")
        moment, _day = self.Reminder._get_slot(self.company, self.customer, friday)
        self.assertEqual(str(moment), "2026-11-30 09:00:00")

    def test_another_hour_sends_nothing_at_once(self):
        """Turning it on, or another hour, plans anew for an hour that is still to come."""
        row = self.plan_of(self.bill(7))
        row.send_at = fields.Datetime.now() - timedelta(minutes=5)
        self.company.finance_reminder_hour = 10
        self.run_job()
        self.assertEqual(row.state, "planned")
        self.assertGreater(row.send_at, fields.Datetime.now())

    def test_a_look_at_the_plan_puts_nothing_off(self):
        row = self.come_due(self.plan_of(self.bill(7)))
        moment = row.send_at
        self.plan()
        self.assertEqual(row.send_at, moment)

    def test_what_is_hours_late_waits_for_the_next_time(self):
        row = self.plan_of(self.bill(7))
        row.send_at = fields.Datetime.now() - timedelta(hours=5)
        self.run_job()
        self.assertEqual(row.state, "planned")
        self.assertGreater(row.send_at, fields.Datetime.now())

    # === WHY NOT === #

    def reason(self, move):
        row = self.plan_of(move)
        self.assertEqual(row.state, "held")
        self.assertEqual(set(row.line_ids.mapped("state")), {"held"})
        return row.reason

    def test_each_reason_is_a_sentence(self):
        until = self.slot_day + timedelta(days=3)
        date = self.env["finance.portal.page"]._format_day(until)
        no_address = self.make_contact("Nils", parent=False)
        no_address.email = False
        gone = self.make_contact("Gwen", parent=False, email="gwen@gone.example.com")
        paused = self.make_contact("Paul", parent=False, email="paul@mill.example.com")
        paused.write(
            {
                "finance_no_reminders": True,
                "finance_no_reminders_until": until,
                "finance_no_reminders_note": "we talk to them",
            }
        )
        stopped = self.make_contact("Sue", parent=False, email="sue@mill.example.com")
        stopped.finance_no_reminders = True
        own = self.make_contact("Ivy", parent=False, email="ivy@mill.example.com")
        pause = {"finance_no_reminders": True}
        cases = {
            "Nils has no email address. Open the contact and enter one.": self.bill(7, no_address),
            "Gwen is archived, so nobody would get it. Unarchive the contact, or choose another"
            " one.": self.bill(7, gone),
            f"Customer paused until {date}: we talk to them": self.bill(7, paused),
            "Customer paused": self.bill(7, stopped),
            f"Paused until {date}: wrong price": self.bill(7, own),
        }
        gone.active = False
        cases[f"Paused until {date}: wrong price"].write(
            {
                **pause,
                "finance_no_reminders_until": until,
                "finance_no_reminders_note": "wrong price",
            }
        )
        blocked = self.bill(7, partner=self.eve)
        blocked.action_toggle_block_payment()
        cases["Payment of this invoice is blocked."] = blocked
        taken_back = self.bill(7, self.make_contact("Tom", parent=False))
        self.issue(taken_back, partner=taken_back.partner_id)
        taken_back.sudo().finance_link_ids._revoke("staff")
        cases["Its link was revoked. Send the invoice again to share it."] = taken_back
        for sentence, move in cases.items():
            with self.subTest(sentence):
                self.assertEqual(self.reason(move), sentence)

    def test_a_pause_ends(self):
        move = self.bill(7)
        last = {"finance_no_reminders": True, "finance_no_reminders_until": self.slot_day}
        for record in (move, self.customer):
            record.write({**last})
            self.assertIn("aused until", self.reason(move))
            record.finance_no_reminders_until = self.slot_day - timedelta(days=1)
            self.assertEqual(self.plan_of(move).state, "planned")

    def test_one_paused_invoice_leaves_the_others(self):
        paused, other = self.bill(7), self.bill(9)
        paused.write({"finance_no_reminders": True, "finance_no_reminders_note": "broken"})
        row = self.plan_of(other)
        self.assertEqual(row.state, "planned")
        self.assertEqual(row.reason, f"{paused.name}: Paused: broken")
        self.assertEqual(row.amount, 100)
        self.remind(row)
        self.assertEqual(self.documents_of(row, "sent"), other)
        self.assertEqual(len(self.tokens_in(self.sent[self.ada.email])), 1)

    def test_an_address_that_bounced_is_left_out_until_it_is_corrected(self):
        move = self.bill(7)
        self.remind(self.plan_of(move))
        link = self.Link.search([("res_id", "=", move.id), ("res_model", "=", "account.move")])
        notification = (
            self.env["mail.notification"]
            .sudo()
            .search([("mail_message_id", "=", link.sudo().mail_message_id)])
        )
        notification.write({"notification_status": "bounce", "failure_type": "mail_bounce"})
        other = self.bill(8)
        self.assertEqual(
            self.reason(other),
            f"The last email to {self.ada.email} bounced. Correct the address on the contact.",
        )
        self.ada.email = "ada.new@bakery.example.com"
        self.assertEqual(self.plan_of(other).state, "planned")

    def test_money_that_nobody_matched_yet(self):
        move = self.bill(7)
        payment = self.env["account.payment"].create(
            {"amount": 60, "partner_id": self.customer.id, "payment_type": "inbound"}
        )
        payment.payment_method_line_id.payment_account_id = self.company_data[
            "default_account_assets"
        ]
        payment.action_post()
        self.assertEqual(self.plan_of(move).state, "planned", "a part of it doesn't cover it")
        self.bill(7, move_type="out_refund", amount=40)
        self.assertIn("$\xa0100.00 aren't matched yet and cover this.", self.reason(move))

    def test_a_message_with_an_error_stops_only_who_gets_it(self):
        broken, fine = self.bill(7), self.bill(21, partner=self.eve)
        self.break_template(self.step("friendly").template_id)
        self.assertRegex(self.reason(broken), "^The message can't be rendered: .*nothing_like_this")
        self.remind(self.plan())
        self.assertEqual(set(self.sent), {self.eve.email})
        self.assertEqual(self.plan_of(broken).state, "held")
        self.assertTrue(self.notes(fine))

    # === WHAT IT COSTS === #

    def count_queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        return self.env.cr.sql_log_count - before

    def test_the_plan_takes_the_same_queries_for_many_customers(self):
        partners = [
            self.make_contact(f"P{number}", parent=False, email=f"p{number}@many.example.com")
            for number in range(8)
        ]
        moves = self.env["account.move"].union(*(self.bill(7, partner=one) for one in partners))
        now = fields.Datetime.now()

        def make(some):
            return lambda: self.Reminder._make_plans(self.company, some, now, {})

        make(moves)()
        few, many = (self.count_queries(make(some)) for some in (moves[:2], moves))
        self.assertLessEqual(many, few)


@tagged("post_install", "-at_install")
class TestReminderWaiting(ReminderCase, WaitingMixin):
    """Payments that wait for the bank count as paid (one truth about money)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keep_no_entries()

    def test_a_payment_that_is_being_processed(self):
        move = self.bill(7)
        self.record(100, move)
        row = self.plan_of(move)
        today = move._finance_portal_short_day(self.day(0))
        self.assertEqual(row.state, "held")
        self.assertEqual(row.reason, f"A payment made on {today} is being processed.")

    def test_a_part_is_still_reminded_of(self):
        move = self.bill(7)
        self.record(40, move)
        row = self.plan_of(move)
        self.assertEqual((row.state, row.amount), ("planned", 60))

    def test_each_installment_has_its_own_steps(self):
        """Once the first is settled, the second is reminded of from its own due date."""
        term = self.term((30, -40), (70, -22))
        move = self.make_invoice(invoice_date=self.day(0), invoice_payment_term_id=term.id)
        row = self.plan_of(move)
        self.assertEqual((row.line_ids.installment, row.step_id.kind), (1, "final"))
        self.remind(row)
        self.assertFalse(self.plan_of(move))
        self.record(30, move)
        row = self.plan_of(move)
        self.assertEqual((row.line_ids.installment, row.step_id.kind), (2, "firm"))

    @classmethod
    def keep_no_entries(cls):
        """As there; the world's invoice is cancelled already."""
        move = type(cls.env["account.move"])
        cls.startClassPatcher(
            patch.object(move, "_get_invoice_in_payment_state", lambda move: "in_payment")
        )
        cls.bank = cls.company_data["default_journal_bank"]
        lines = cls.bank.inbound_payment_method_line_ids
        (lines | cls.bank.outbound_payment_method_line_ids).payment_account_id = False
