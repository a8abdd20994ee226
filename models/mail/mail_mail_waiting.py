import smtplib
import sys
from datetime import timedelta

from odoo import api, fields, models

from ...tools.masking import mask_value
from ...tools.smtp_refusal import get_next_try, is_temporary

# After that, staff have to look: the reason has not gone away by itself.
MAX_WAIT = timedelta(hours=48)
QUEUE_JOB = "mail.ir_cron_mail_scheduler_action"


class MailMail(models.Model):
    """Emails with a secret of ours wait when they can't be delivered now.

    Odoo gives up at the first refusal, though many mail servers refuse whoever they don't know
    yet and take the same email some minutes later.
    """

    _inherit = "mail.mail"

    finance_portal_refused_at = fields.Datetime(
        "Refused Since",
        readonly=True,
        copy=False,
        help="When the mail server first asked to try again later.",
    )

    def _finance_portal_is_kept(self):
        """Return whether the email waits when it can't be delivered now."""
        is_about_documents = self._finance_portal_is_about_documents()
        return is_about_documents or self._finance_portal_get_account_link()

    def mark_outgoing(self):
        """Let an email that somebody tries again wait as long as a new one."""
        again = self.filtered("finance_portal_refused_at")
        again.write({"finance_portal_refused_at": False, "scheduled_date": False})
        return super().mark_outgoing()

    def _send(self, auto_commit=False, raise_exception=False, *args, **kwargs):
        """Keep an email with a secret of ours queued when the mail server hangs up on us.

        Odoo lets that error reach whoever pressed Send, though the document was sent as
        far as they can tell; here the document says "not delivered yet" instead. The emails
        behind it were not tried, and wait for the queue's next run as they are. What may not leave
        now is given up before any link is made.
        """
        self._finance_portal_give_up()
        waiting = self.filtered(lambda mail: mail.state == "outgoing")
        try:
            return super()._send(auto_commit, raise_exception, *args, **kwargs)
        except smtplib.SMTPServerDisconnected as error:
            # Odoo works in this order and marks each email before it hands it over.
            in_hand = waiting.exists().filtered(lambda mail: mail.state != "outgoing")[-1:]
            if raise_exception or not in_hand or not in_hand._finance_portal_is_kept():
                raise
            reason = mask_value(str(error))
            in_hand.write({"state": "exception", "failure_reason": reason})
            in_hand._postprocess_sent_message([], [], failure_reason=reason, failure_type="unknown")
            self._finance_portal_wake_queue(fields.Datetime.now() + timedelta(minutes=1))
            return True

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Keep emails with a secret of ours queued while a mail server may still take them."""
        result = super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=mask_value(failure_reason),
            failure_type=failure_type,
        )
        unreached = failure_type == "mail_smtp"
        # Odoo calls this while it handles the error, of which it passes on the text alone.
        refused = failure_type and not unreached and is_temporary(sys.exception())
        if refused or unreached:
            kept = self.exists().filtered(
                lambda mail: mail.state == "exception" and mail._finance_portal_is_kept()
            )
            kept._finance_portal_keep(refused)
        return result

    def _finance_portal_keep(self, refused):
        """Have these emails wait for the queue.

        :param bool refused: whether a mail server asked to try again later. Then they wait
            for a while, and no longer than ``MAX_WAIT``; without a server, they wait for one
        """
        now = fields.Datetime.now()
        kept = self
        if refused:
            for mail in self:
                since = mail.finance_portal_refused_at or now
                if now - since < MAX_WAIT:
                    at = get_next_try(since, now)
                    mail.write({"finance_portal_refused_at": since, "scheduled_date": at})
                    self._finance_portal_wake_queue(at)
                else:
                    kept -= mail
        kept.write({"state": "outgoing"})
        # sudo: the system keeps track of its emails
        notifications = self.env["mail.notification"].sudo()
        failed = notifications.search(
            [("mail_mail_id", "in", kept.ids), ("notification_status", "=", "exception")]
        )
        # As long as it waits it did not fail; the reason stays, for whoever wonders.
        failed.notification_status = "ready"
        failed.mail_message_id._notify_message_notification_update()

    @api.model
    def _finance_portal_wake_queue(self, at=None):
        """Have Odoo's queue run at a time, once for all the emails that wait for it.

        :param at: by default, as soon as this is committed
        """
        # sudo: the queue is an admin's
        job = self.env.ref(QUEUE_JOB).sudo()
        if at is None:
            job._trigger()
            return
        at = at.replace(second=0, microsecond=0)
        Trigger = self.env["ir.cron.trigger"].sudo()
        if not Trigger.search_count([("cron_id", "=", job.id), ("call_at", "=", at)], limit=1):
            job._trigger(at)

    def _finance_portal_get_reason(self):
        """Return why an email has not left, and what happens next, for staff."""
        reason = self.failure_reason or ""
        if self.state != "outgoing" or not self.finance_portal_refused_at:
            return reason
        again = self.env._(
            "Odoo keeps trying for %s hours.", MAX_WAIT // timedelta(hours=1)
        )
        return f"{reason} {again}".strip()
