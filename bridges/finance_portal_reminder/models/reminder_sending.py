import logging
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.service.model import retrying
from odoo.tools import SQL

from odoo.addons.finance_portal.const import AUTOMATIC
from odoo.addons.finance_portal.work_off import work_off_queue, work_or_fail

from .reminder_refresh import MAX_DELAY

_logger = logging.getLogger(__name__)

LAYOUT = "mail.mail_notification_layout"


class FinancePortalReminder(models.Model):
    """The job that sends what is planned.

    Each reminder is one transaction: its email in the queue, what is written down of it, and
    its steps, of which the database allows each once. A crash leaves all of it or nothing.
    """

    _inherit = "finance.portal.reminder"

    @api.model
    def _cron_send(self):
        """Plan where that is due, then send what is due, until the scheduler's time is over."""
        if not self._refresh_old():
            return
        due, busy = self.search_count(self._get_due_domain()), []

        def send(reminder):
            # Somebody works on these documents right now. The next run comes back for it.
            if not work_or_fail(self.env, reminder._send, reminder._hold_failed):
                busy.append(reminder.id)

        work_off_queue(self.env, due, partial(self._take, busy), send)

    @api.model
    def _get_due_domain(self):
        return [
            ("state", "=", "planned"),
            ("send_at", "<=", fields.Datetime.now()),
            ("company_id.finance_reminders", "=", True),
            ("company_id.active", "=", True),
        ]

    @api.model
    def _take(self, busy):
        """Return the next reminder that is due and nobody else holds, and hold it."""
        domain = [*self._get_due_domain(), ("id", "not in", busy)]
        return self.search(domain, order="send_at, id", limit=20).try_lock_for_update(limit=1)

    def _hold_failed(self, error):
        """Hold back what can't be sent; whatever is wrong with it stops no other."""
        _logger.error("Could not send reminder %s", self.id, exc_info=error)
        reason = self.env._(
            "Something went wrong. An administrator can find the cause in the server's log."
        )
        retrying(partial(self._hold, reason), self.env)

    def _send(self):
        """Look again at what is open, under lock, and queue the email."""
        reminder = self._as_system(self.company_id).browse(self.id).with_user(SUPERUSER_ID)
        # Whoever sent or skipped it meanwhile has been faster.
        reminder = reminder.try_lock_for_update().filtered_domain(self._get_due_domain())
        if not reminder:
            return
        if fields.Datetime.now() - reminder.send_at > MAX_DELAY:
            reminder._postpone()
            return
        reminder._lock_documents()
        if not reminder._plan_again():
            return
        if problem := reminder._get_text_problem():
            reminder._hold(problem)
        else:
            reminder._mail(reminder._render_subject(), reminder._render_body())

    def _lock_documents(self):
        """Hold the documents: a payment that is booked now waits, or had been here before."""
        documents = self._get_documents(self.line_ids)
        self.env.cr.execute(
            SQL(
                "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                SQL.identifier(documents._table),
                documents.ids,
            )
        )
        documents.invalidate_recordset()

    def _plan_again(self):
        """Work out once more what is open and due; return whether anything leaves."""
        model = self.env[self.res_model]
        documents = model.search(
            self._get_open_domain(self.company_id, model)
            & model._finance_portal_get_customer_domain(self.customer_id)
            & Domain("currency_id", "=", self.currency_id.id)
        )
        slots = {self.customer_id: (self.send_at, self.day)}
        plans = self._make_plans(self.company_id, documents, fields.Datetime.now(), slots)
        own = (self.customer_id.id, self.partner_id.id, self.currency_id.id, self.res_model)
        plan = next((plan for plan in plans if plan.key == own), None)
        if plan is None:
            self.unlink()  # such as paid, or given to somebody else
            return False
        self._update(self._prepare_values(self.company_id, plan))
        return self.state == "planned"

    def _postpone(self):
        """Plan a reminder for the customer's next slot, since its own has passed."""
        now = fields.Datetime.now()
        self.send_at, self.day = self._get_slot(self.company_id, self.customer_id, now)

    def _hold(self, reason):
        """Hold a reminder back."""
        reminder = self.exists()
        reminder.line_ids.filtered(lambda line: line.state == "planned").state = "held"
        reminder.write({"state": "held", "reason": reason})

    # === THE EMAIL === #

    def _mail(self, subject, body):
        """Queue the email, and write down everywhere that it was sent."""
        lines = self.line_ids.filtered(lambda line: line.state == "planned")
        lines.state = "sent"
        lang = self._get_lang()
        own = self.with_context(lang=lang)
        documents = self._get_documents(lines).with_context(lang=lang)
        company = self.company_id
        # An email about one document is that document's; one about several is none of theirs.
        thread = documents if len(documents) == 1 else self.partner_id
        thread = thread.with_context(
            lang=lang, finance_portal_mail_lang=lang, finance_portal_mails_contacts=True
        )
        message = thread.message_notify(
            partner_ids=self.partner_id.ids,
            subject=subject,
            body=body,
            author_id=company.partner_id.id,
            email_from=company.email_formatted,
            email_layout_xmlid=LAYOUT,
            model_description=documents[0]._finance_portal_get_kind_name(),
            finance_portal_content=own._make_content(documents, sum(lines.mapped("amount"))),
            force_email_company=company,
            force_email_lang=lang,
            mail_auto_delete=True,
            mail_headers={**AUTOMATIC},
            # The queue is woken instead: nothing leaves before this is committed.
            force_send=False,
        )
        values = {"own_subject": subject, "own_body": body, "mail_message_id": message.id}
        self.write({**values, "state": "sent", "reason": False, "email": self.partner_id.email})
        self._note(lines, documents)
        self.env["mail.mail"]._finance_portal_wake_queue()

    def _note(self, lines, documents):
        """Write down that a customer was reminded, in all chatters and the activity at once."""
        notes = {
            document.id: self._get_note(line, document)
            for line, document in zip(lines, documents, strict=True)
        }
        documents._message_log_batch(notes, author_id=self.company_id.partner_id.id)
        self.env["finance.portal.event"]._record(
            "reminded",
            document=documents,
            partner_id=self.partner_id.id,
            email=self.partner_id.email,
            verdict="system",
            ip=False,
            agent=False,
            reason=False,
        )

    def _get_note(self, line, document):
        """Return the line in a document's chatter, in the language of who is responsible for it."""
        Page, company = self.env["finance.portal.page"], self.company_id
        responsible = document._finance_portal_get_responsible()
        lang = Page._get_installed_lang(responsible.lang, company.partner_id.lang)
        return document.with_context(lang=lang).env._(
            "Reminder sent to %(name)s (%(step)s).",
            name=self.partner_id.email_formatted or self.partner_id.display_name,
            step=line.with_context(lang=lang).step_name,
        )
