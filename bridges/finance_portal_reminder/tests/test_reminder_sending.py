"""Each step once, whatever happens while it is sent."""

from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ReminderCase


@tagged("post_install", "-at_install")
class TestReminderSending(ReminderCase):
    def pay(self, move):
        context = {"active_model": "account.move", "active_ids": move.ids}
        self.env["account.payment.register"].with_context(**context).create({})._create_payments()

    def test_it_is_written_down_everywhere(self):
        moves = self.bill(9) | self.bill(7)
        row = self.remind()
        self.assertEqual((row.state, row.email), ("sent", self.ada.email))
        self.assertEqual(set(row.line_ids.mapped("state")), {"sent"})
        for move in moves:
            [note] = self.notes(move)
            self.assertIn("ada@bakery.example.com", note)
            self.assertIn("7 days after the due date", note)
            events = self.Event.search(
                [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
            )
            reminded = events.filtered(lambda event: event.kind == "reminded")
            self.assertEqual((len(reminded), reminded.partner_id), (1, self.ada))
            self.assertEqual(len(events.filtered(lambda event: event.kind == "sent")), 1)

    def test_each_note_is_in_the_language_of_who_looks_after_the_document(self):
        self.env["res.lang"]._activate_lang("de_DE")
        moves = self.bill(9) | self.bill(7)
        for move, lang in zip(moves, ("en_US", "de_DE"), strict=True):
            move.invoice_user_id = self.make_user(f"seller_{lang}", "account.group_account_invoice")
            move.invoice_user_id.lang = lang
        self.remind()
        for move, words in zip(moves, ("after the due date", "nach dem Fälligkeits"), strict=True):
            [note] = [str(one.body) for one in move.message_ids if self.ada.email in one.body]
            self.assertIn(words, note)

    def test_no_step_twice(self):
        """Not by another run, nor once the step is moved to another day."""
        move = self.bill(7)
        self.remind()
        self.assertEqual(len(self.notes(move)), 1)
        self.assertFalse(self.plan_of(move))
        self.run_job()
        self.step("friendly").days = 6
        self.assertFalse(self.plan_of(move))
        with self.next_round(5):
            self.assertFalse(self.plan_of(move))
        self.assertEqual(len(self.notes(move)), 1)

    def test_the_next_step_follows(self):
        move = self.bill(7)
        self.remind()
        with self.next_round(14):
            row = self.plan_of(move)
            self.assertEqual(row.step_id.kind, "firm")
            self.remind(row)
        self.assertEqual(len(self.notes(move)), 2)

    def test_a_step_in_between_is_not_sent_after_a_later_one(self):
        move = self.bill(21)
        self.remind()
        self.Step.create({"company_id": self.company.id, "days": 14, "kind": "friendly"})
        self.assertFalse(self.plan_of(move))

    def test_the_database_refuses_a_step_twice(self):
        move = self.bill(7)
        row = self.remind()
        with self.refused_by_database(psycopg2.errors.UniqueViolation):
            line = row.line_ids.sudo().copy({"reminder_id": row.id, "state": "sent"})
            line.flush_recordset()
        self.assertEqual(len(self.notes(move)), 1)

    def test_paid_in_the_meantime(self):
        paid, other = self.bill(7), self.bill(7, partner=self.eve)
        rows = self.come_due()
        self.pay(paid)
        self.remind(rows)
        self.assertEqual(set(self.sent), {self.eve.email})
        self.assertFalse(self.plan_of(paid))
        self.assertFalse(self.notes(paid))
        self.assertTrue(self.notes(other))

    def test_one_of_two_paid_in_the_meantime(self):
        paid, other = self.bill(9), self.bill(7)
        rows = self.come_due()
        self.pay(paid)
        self.remind(rows)
        self.assertEqual(self.documents_of(rows, "sent"), other)
        self.assertEqual(len(self.tokens_in(self.sent[self.ada.email])), 1)

    def test_paused_in_the_meantime(self):
        move = self.bill(7)
        row = self.come_due()
        move.finance_no_reminders = True
        self.remind(row)
        self.assertEqual((row.state, row.reason), ("held", "Paused"))
        self.assertFalse(self.sent)

    def test_an_unexpected_error_stops_only_that_customer(self):
        move, other = self.bill(7), self.bill(7, partner=self.eve)
        rows, model = self.come_due(), type(self.Reminder)
        original = model._mail

        def fail(reminder, *texts):
            if reminder.partner_id == self.ada:
                raise ValueError("boom")
            return original(reminder, *texts)

        with (
            patch.object(model, "_mail", fail),
            mute_logger("odoo.addons.finance_portal_reminder.models.reminder_sending"),
        ):
            self.remind(rows)
        row = rows.filtered(lambda one: one.partner_id == self.ada)
        self.assertEqual(row.state, "held")
        self.assertIn("Something went wrong.", row.reason)
        self.assertFalse(self.notes(move))
        self.assertTrue(self.notes(other))

    def test_address_and_text_go_with_the_activity_of_their_time(self):
        """Retention; what was done stays, so that no step is sent twice."""
        old = self.bill(7)
        self.bill(7, partner=self.eve)
        rows = self.remind()
        skipped = self.plan_of(self.bill(7, partner=self.ben))
        skipped.write({"subject": "About June"})
        skipped.action_skip()
        forgotten = rows.filtered(lambda row: row.partner_id == self.ada)
        kept = rows - forgotten
        self.company.finance_portal_event_months = 2
        (forgotten | skipped).send_at = fields.Datetime.now() - timedelta(days=70)
        self.run_job("finance_portal.ir_cron_retention")
        for row in forgotten | skipped:
            self.assertFalse(row.email or row.own_subject or row.own_body)
        self.assertFalse(forgotten.subject or forgotten.body)
        self.assertEqual(kept.email, self.eve.email)
        self.assertIn("Hello Eve", kept.body)
        self.assertFalse(self.plan_of(old))
        self.assertFalse(self.plan().filtered(lambda row: row.partner_id == self.ben))

    def test_each_customer_costs_the_same_queries(self):
        def send(*partners):
            moves = [self.bill(7, partner=one) for one in partners]
            rows = self.come_due(self.plan())
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for row in rows:
                row._send()
            self.env.flush_all()
            self.assertTrue(all(self.notes(move) for move in moves))
            return self.env.cr.sql_log_count - before

        contacts = [
            self.make_contact(f"P{number}", parent=False, email=f"p{number}@many.example.com")
            for number in range(7)
        ]
        send(contacts[0])
        one, five = send(contacts[1]), send(*contacts[2:])
        self.assertLessEqual(five, 5 * one)

    def test_further_documents_cost_next_to_nothing(self):
        def send(partner, count):
            moves = [self.bill(7, partner=partner) for _number in range(count)]
            [row] = self.come_due(self.plan())
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            row._send()
            self.env.flush_all()
            taken = self.env.cr.sql_log_count - before
            for move in moves:
                [note] = move.message_ids.filtered(lambda one: "Reminder sent" in one.body)
                self.assertEqual(note.author_id, self.company.partner_id)
                self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
            return taken

        contacts = [
            self.make_contact(f"P{number}", parent=False, email=f"p{number}@many.example.com")
            for number in range(3)
        ]
        send(contacts[0], 2)
        self.assertLessEqual(send(contacts[1], 6) - send(contacts[2], 2), 4)
