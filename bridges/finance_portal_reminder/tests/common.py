"""A company that reminds its customers, invoices that are due, and quotes."""

from datetime import datetime, time, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command

from odoo.addons.finance_portal.tests.common import FinancePortalCase
from odoo.addons.finance_portal.tests.test_sharing_status import SharingCase

JOB = "finance_portal_reminder.ir_cron_send_reminders"


class ReminderCase(FinancePortalCase):
    """Reminders are on, every day at nine; nothing is due yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice.button_draft()
        cls.invoice.button_cancel()
        cls.Reminder = cls.env["finance.portal.reminder"]
        cls.Step = cls.env["finance.portal.reminder.step"]
        cls.Step._create_defaults(cls.company)
        cls.company.write(
            {
                "finance_reminders": True,
                "finance_reminder_hour": 9,
                "finance_reminder_weekdays_only": False,
            }
        )
        cls.company.partner_id.tz = "UTC"
        cls.billing = cls.make_user("reminding", "account.group_account_invoice")
        _moment, cls.slot_day = cls.Reminder._get_slot(
            cls.company, cls.customer, fields.Datetime.now()
        )

    @classmethod
    def bill(cls, days, partner=None, amount=100, **values):
        """Return an invoice that is due ``days`` before the next slot's day."""
        due = cls.slot_day - timedelta(days=days)
        line = {"name": "Bread", "price_unit": amount, "tax_ids": [Command.clear()]}
        return cls.make_invoice(
            partner=partner,
            **{
                "invoice_date": due - timedelta(days=30),
                "invoice_date_due": due,
                "invoice_line_ids": [Command.create(line)],
                **values,
            },
        )

    @classmethod
    def step(cls, kind):
        """Return a usual step: of invoices by its tone, of quotes by what it counts from."""
        name = "kind" if kind in dict(cls.Step._fields["kind"].selection) else "basis"
        steps = cls.Step.search([("company_id", "=", cls.company.id), (name, "=", kind)])
        return steps.filtered(lambda step: name == "basis" or step.basis == "due")

    def plan(self):
        """Plan anew; return what goes out next, or is held back."""
        self.Reminder._refresh(self.company)
        return self.Reminder.sudo().search(self.Reminder._get_next_domain(self.company))

    def plan_of(self, document):
        """Return the row of the plan that a document is in."""
        rows = self.plan().filtered(lambda row: row.res_model == document._name)
        return rows.filtered(lambda row: document in self.documents_of(row))

    def documents_of(self, row, *states):
        """Return the documents of a row of the plan, those of its lines with these states."""
        lines = row.line_ids.filtered(lambda line: not states or line.state in states)
        return self.env[row.res_model].browse(lines.mapped("res_id"))

    def come_due(self, rows=None):
        """Let the moment come for which reminders are planned."""
        rows = self.plan() if rows is None else rows
        rows.send_at = fields.Datetime.now() - timedelta(minutes=1)
        return rows

    def run_job(self, xmlid=JOB):
        with self.enter_registry_test_mode():
            self.env.ref(xmlid).method_direct_trigger()

    def remind(self, rows=None):
        """Send what is planned, as if its moment had come; what leaves is in ``sent``."""
        rows = self.come_due(rows)
        self.run_job()
        self.run_queue()
        return rows.exists()

    def run_queue(self):
        with self.mock_mail_gateway():
            self.run_job("mail.ir_cron_mail_scheduler_action")

    def next_round(self, days):
        """Let days pass, as far as reminders can tell."""
        self.Reminder.flush_model()
        model, delay = type(self.Reminder), timedelta(days=days)
        original = model._get_slot

        def later(records, company, customer, now):
            moment, day = original(records, company, customer, now)
            return moment, day + delay

        return patch.object(model, "_get_slot", later)

    def break_template(self, template, text="<p><t t-out='object.nothing_like_this'/></p>"):
        """Store a text with an error, past the check that Odoo makes of it."""
        template.flush_recordset()
        for code, _name in self.env["res.lang"].get_installed():
            self.env.cr.execute(
                "UPDATE mail_template SET body_html = body_html || jsonb_build_object(%s, %s)"
                " WHERE id = %s",
                [code, text, template.id],
            )
        template.invalidate_recordset()

    def notes(self, document):
        """Return what the chatter of a document says of reminders."""
        return [
            str(message.body)
            for message in document.message_ids
            if "Reminder sent" in (message.body or "")
        ]


class QuoteReminderCase(ReminderCase, SharingCase):
    """Quotes that were sent by Send to Customer, and who opened them."""

    def offer(self, days=3, valid=None, partner=None, **values):
        """Return a quote that was sent ``days`` before the next slot's day.

        :param int valid: days from then to its last day; it has none unless given
        """
        until = valid is not None and self.slot_day + timedelta(days=valid)
        quote = self.make_quote(partner, validity_date=until, **values)
        sent_at = datetime.combine(self.slot_day - timedelta(days=days), time(6))
        ago = fields.Datetime.now() - sent_at
        self.issue_ago(quote, partner, seconds=ago.total_seconds())
        return quote

    def open(self, quote):
        """Have a person look at a quote."""
        self.view(quote.sudo().finance_link_ids)

    def decide(self, quote, kind):
        """Have the customer answer a quote, without carrying it out."""
        link, terms = quote.sudo().finance_link_ids, quote._finance_portal_get_terms()
        self.env["finance.portal.decision"]._keep(link, kind, terms, None, {"name": "Ada"})
