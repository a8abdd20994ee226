"""Two jobs, a payment or an answer in between, a server that stops: settled by PostgreSQL."""

from contextlib import closing, contextmanager
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


class ReminderConcurrency:
    """Tested with transactions of their own: each reminder leaves once, whatever it is of."""

    allow_inherited_tests_method = True  # the ERP runs a class's own tests only, unless told

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
        self.registry = Registry(get_db_name())
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

    @contextmanager
    def transaction(self):
        """Yield an environment with a transaction of its own, which is rolled back at the end."""
        with closing(self.registry.cursor()) as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})
            cr.rollback()

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


@tagged("post_install", "-at_install")
class TestReminderConcurrency(ReminderConcurrency, BaseCase):
    def make_document(self, env, company, partner):
        today = fields.Date.today()
        line = {"name": "Flour", "price_unit": 100, "tax_ids": [Command.clear()]}
        values = {
            "move_type": "out_invoice",
            "company_id": company.id,
            "partner_id": partner.id,
            "invoice_date": today - timedelta(days=40),
            "invoice_date_due": today - timedelta(days=10),
            "invoice_line_ids": [Command.create(line)],
        }
        move = env["account.move"].with_company(company).create(values)
        move.action_post()
        return move

    def remove_document(self, document):
        document.button_draft()
        document.with_context(force_delete=True).unlink()

    def settle(self, document):
        """As a payment does: it writes what is left to the invoice."""
        document.amount_residual = 0
        document.payment_state = "paid"
        document.flush_recordset()


@tagged("post_install", "-at_install")
class TestQuoteReminderConcurrency(ReminderConcurrency, BaseCase):
    def make_document(self, env, company, partner):
        product = env["product.product"].create({"name": "Oven", "type": "service"})
        values = {
            "company_id": company.id,
            "partner_id": partner.id,
            "validity_date": fields.Date.today() + timedelta(days=2),
            "order_line": [Command.create({"product_id": product.id, "tax_ids": []})],
        }
        quote = env["sale.order"].with_company(company).create(values)
        quote.action_quotation_sent()
        return quote

    def prepare(self, document):
        mail = document.env["mail.mail"].create(
            {
                "model": document._name,
                "res_id": document.id,
                "recipient_ids": [Command.set(document.partner_id.ids)],
                "body_html": "<p/>",
            }
        )
        document._finance_portal_issue_token(document.partner_id, mail)
        # Committed beside this transaction, which doesn't see it.
        document.env.cr.commit()
        mail.unlink()

    def remove_document(self, document):
        product = document.order_line.product_id
        document.finance_link_ids.unlink()
        document._action_cancel()
        document.unlink()
        product.unlink()

    def settle(self, document):
        document.state = "cancel"
        document.flush_recordset()
