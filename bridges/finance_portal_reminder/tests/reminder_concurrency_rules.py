"""What holds for reminders of every kind, however many jobs and people are at it at once."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tools import mute_logger


class ReminderConcurrencyRules:
    """Each reminder leaves once, whatever it is of."""

    allow_inherited_tests_method = True  # Odoo runs a class's own tests only, unless told

    def make_document(self, env, company, partner):
        """Return a document that its customer is to be reminded of."""
        raise NotImplementedError

    def remove_document(self, document):
        """Remove the document, with what belongs to it alone."""
        raise NotImplementedError

    def settle(self, document):
        """Have somebody settle the document, so that nobody has to be reminded of it."""
        raise NotImplementedError

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            company = env.ref("__test__.company_with_accounts", raise_if_not_found=False)
            company = company or env["account.journal"].search([], limit=1).company_id
            self.company_id = company.id
            env["finance.portal.reminder.step"]._create_defaults(company)
            company.finance_reminders = True
            partner = env["res.partner"].create(
                {"name": "Mill", "email": "office@mill.example.com", "lang": "en_US"}
            )
            document = self.make_document(env, company, partner)
            self.model, self.document_id, self.partner_id = document._name, document.id, partner.id
            env.cr.commit()
            self.addCleanup(self.remove)
        with self.transaction() as env:
            self.prepare(self.get_document(env))
            env["finance.portal.reminder"]._refresh(env["res.company"].browse(self.company_id))
            row = self.find(env)
            row.send_at = fields.Datetime.now() - timedelta(minutes=1)
            env.cr.commit()

    def prepare(self, document):
        """Do what the document needs once it's stored."""

    def get_document(self, env):
        return env[self.model].browse(self.document_id)

    def find(self, env):
        return env["finance.portal.reminder"].search([("customer_id", "=", self.partner_id)])

    def remove(self):
        """Remove what other transactions had to see."""
        with self.transaction() as env:
            env["res.company"].browse(self.company_id).finance_reminders = False
            env["finance.portal.reminder"].search([("company_id", "=", self.company_id)]).unlink()
            env["finance.portal.event"].flush_model()
            document = self.get_document(env)
            document.message_ids.unlink()
            self.remove_document(document)
            env.cr.execute("SET LOCAL finance_portal.retention = 'on'")
            env.cr.execute(
                "DELETE FROM finance_portal_event WHERE partner_id = %s", [self.partner_id]
            )
            env["res.partner"].browse(self.partner_id).unlink()
            env.cr.commit()

    def count(self, env):
        """Return how often the customer was reminded."""
        return env["finance.portal.event"].search_count(
            [("kind", "=", "reminded"), ("partner_id", "=", self.partner_id)]
        )

    def test_two_jobs_at_the_same_minute(self):
        with self.transaction() as one, self.transaction() as two:
            mine, other = self.find(one), self.find(two)
            taken = one["finance.portal.reminder"]._take([])
            self.assertIn(mine, taken)
            self.assertNotIn(other, two["finance.portal.reminder"]._take([]))
            mine._send()
            one.cr.commit()
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                other._send()
        with self.transaction() as again:
            self.assertEqual(self.find(again).state, "sent")
            self.find(again)._send()
            self.assertEqual(self.count(again), 1)

    def test_a_server_that_stops_in_the_middle(self):
        """What was begun is undone as a whole, and done by the next run."""
        with self.transaction() as one:
            self.find(one)._send()
            self.assertEqual(self.count(one), 1)
            one.cr.flush()
            one.cr.rollback()  # as PostgreSQL does when the connection is gone
        with self.transaction() as two:
            self.assertEqual((self.find(two).state, self.count(two)), ("planned", 0))
            self.find(two)._send()
            two.cr.commit()
        with self.transaction() as three:
            self.find(three)._send()
            mails = three["mail.mail"].search([("recipient_ids", "in", self.partner_id)])
            self.assertEqual((self.count(three), len(mails)), (1, 1))

    def test_it_is_settled_while_the_reminder_is_written(self):
        with self.transaction() as job, self.transaction() as other:
            row = self.find(job)
            self.assertEqual(row.state, "planned")
            self.settle(self.get_document(other))
            other.cr.commit()
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                row._send()
        with self.transaction() as again:
            self.find(again)._send()
            again.cr.commit()
        with self.transaction() as after:
            self.assertFalse(self.find(after).filtered(lambda one: one.state == "sent"))
            self.assertEqual(self.count(after), 0)

    def test_whoever_settles_it_waits_for_the_reminder_that_came_first(self):
        with self.transaction() as job, self.transaction() as other:
            self.find(job)._lock_documents()
            other.cr.execute("SET LOCAL lock_timeout = '50ms'")
            with self.assertRaises(Exception) as refused, mute_logger("odoo.sql_db"):
                self.settle(self.get_document(other))
            self.assertEqual(refused.exception.pgcode, "55P03")

    def test_two_who_plan_at_the_same_time(self):
        with self.transaction() as one, self.transaction() as two:
            company = two["res.company"].browse(self.company_id)
            company.read(["name"])
            one["finance.portal.reminder"]._refresh(one["res.company"].browse(self.company_id))
            one.cr.commit()
            with self.assertRaises(SerializationFailure), mute_logger("odoo.sql_db"):
                two["finance.portal.reminder"]._refresh(company)

    def test_a_job_leaves_to_another_what_it_holds(self):
        with self.transaction() as one, self.transaction() as two:
            self.find(one).lock_for_update()
            with patch.object(type(two["ir.cron"]), "_commit_progress", lambda *_a, **_k: 60):
                two["finance.portal.reminder"]._cron_send()
            self.assertEqual((self.find(two).state, self.count(two)), ("planned", 0))
