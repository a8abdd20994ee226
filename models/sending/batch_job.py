import logging
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying

from ...tools.masking import mask_links
from ...tools.zones import get_zone

_logger = logging.getLogger(__name__)

# As many as the ERP's own job turns into PDFs at once: starting the renderer is what costs.
GROUP = 10
MAX_ATTEMPTS = 3


class FinancePortalBatchLine(models.Model):
    """The job that sends what waits.

    A group of documents is one transaction: what the ERP writes when it sends them, the
    queued emails, and the state of the lines. A crash leaves either all of it or nothing. The
    ERP's mail queue, which has the same property for each email, hands them to the server.

    When a group fails as a whole, it is undone and each of its documents gets a transaction
    of its own, so that only the guilty one fails. No savepoints: some e-invoicing addons commit
    after they have reported a document to an authority.
    """

    _inherit = "finance.portal.batch.line"

    @api.model
    def _cron_send(self):
        """Send what waits, oldest first, until the scheduler's time is over."""
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=self.search_count([("state", "=", "waiting")]))
        while lines := retrying(self._take, self.env):
            lines._send_or_fail()
            if not Cron._commit_progress(len(lines)):
                return  # the scheduler comes back for the rest

    @api.model
    def _take(self):
        """Return the lines to send next, having noted that an attempt begins.

        A document that an attempt did not survive is taken alone: when it is what stops the
        server, it stops nothing but itself, and not forever. The first groups of a batch are
        small, so that whoever looks at it sees it move at once.
        """
        first = self.search([("state", "=", "waiting")], limit=1)
        lines = first
        if not first.attempts:
            begun = [("batch_id", "=", first.batch_id.id), ("attempts", ">", 0)]
            lines = self.search(
                [
                    ("state", "=", "waiting"),
                    ("attempts", "=", 0),
                    ("batch_id", "=", first.batch_id.id),
                    ("res_model", "=", first.res_model),
                    ("user_id", "=", first.user_id.id),
                ],
                limit=min(GROUP, 1 + self.search_count(begun, limit=GROUP)),
            )
        lines = lines.try_lock_for_update()
        for line in lines:
            line.attempts += 1
        return lines

    def _send_or_fail(self):
        """Send these lines together; when that fails, one by one."""
        try:
            retrying(self._send, self.env)
            return
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Somebody works on these documents right now; they go on waiting, for a while.
            self.env.cr.rollback()
            return
        except Exception as error:
            self.env.cr.rollback()
            problem = error
        if len(self) > 1:
            for line in self:
                line._send_or_fail()
            return
        if not isinstance(problem, UserError):
            _logger.error("Could not send %s", self.document_name, exc_info=problem)
        retrying(partial(self._finish, {self.res_id: ("failed", self._explain(problem))}), self.env)

    def _send(self):
        """Send these lines, which are of one batch, model and user, in this transaction."""
        # Whoever cancelled meanwhile has been faster.
        lines = self.try_lock_for_update().filtered(lambda line: line.state == "waiting")
        if not lines:
            return
        if problem := lines._get_sender_problem():
            lines._finish(dict.fromkeys(lines.mapped("res_id"), ("failed", problem)))
            return
        sender = lines._as_sender()
        documents = sender._get_documents()
        outcome = sender._get_obstacles(documents)
        ready = documents.filtered(lambda document: document.id not in outcome)
        if ready:
            recipients = {one.id: one._finance_portal_describe_recipients() for one in ready}
            outcome |= ready._finance_portal_send()
            outcome |= sender._get_unmailed(ready.filtered(lambda one: one.id not in outcome))
            for line in lines:
                line.recipients = recipients.get(line.res_id)
            # sudo: the queue is an admin's; it is the one that hands emails to the server
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        lines._finish(outcome)

    def _as_sender(self):
        """Return these lines in the environment of whoever pressed Send."""
        user = self.user_id
        # Not the job's own context: what is sent must not depend on who sends it.
        return self.with_user(user).with_context(
            lang=self.env["finance.portal.page"]._get_installed_lang(user.lang),
            tz=str(get_zone(user.tz, self.company_id[:1].partner_id.tz)),
            allowed_company_ids=self.company_id.ids,
            mail_notify_force_send=False,
            finance_portal_batch=True,
            finance_portal_known_recipients={},
        )

    def _get_sender_problem(self):
        """Return that whoever pressed Send may do nothing any more, or ``None``."""
        user = self.user_id
        if user.active or user._is_superuser():
            return None
        return self._as_sender().env._(
            "%s is archived. Choose Resend Failed to do it in your own name.", user.name
        )

    def _get_obstacles(self, documents):
        """Return ``{document id: ("failed", reason)}`` of what cannot be sent."""
        outcome = {}
        deleted = self.env._("The document was deleted, so there's nothing to send.")
        exhausted = self.env._(
            "It couldn't be sent in %s attempts. Open it and send it from there.", MAX_ATTEMPTS
        )
        attempts = {line.res_id: line.attempts for line in self}
        # The documents themselves in a loop: what is read of one is read of all at once.
        for document in documents:
            if attempts.pop(document.id) > MAX_ATTEMPTS:
                outcome[document.id] = ("failed", exhausted)
            elif obstacle := document._finance_portal_get_send_obstacle():
                outcome[document.id] = ("failed", obstacle)
        outcome |= dict.fromkeys(attempts, ("failed", deleted))
        return outcome

    def _get_unmailed(self, documents):
        """Return ``{document id: ("failed", reason)}`` of those that no customer is mailed.

        Nothing may count as sent that nobody gets, whatever kept Odoo from writing the email.
        """
        # sudo: the queue is an admin's
        mails = self.env["mail.mail"].sudo().search(
            [
                ("model", "=", documents._name),
                ("res_id", "in", documents.ids),
                # Written in this transaction: each attempt is one of its own.
                ("create_date", ">=", self.env.cr.now()),
            ]
        )  # fmt: skip
        queued = mails.grouped("res_id")
        reason = self.env._("No email was created. Open it and send it from there.")
        return {
            document.id: ("failed", reason)
            for document in documents
            if document._finance_portal_goes_by_email()
            and not any(
                mail._finance_portal_reaches_customer(document)
                for mail in queued.get(document.id, ())
            )
        }

    def _finish(self, outcome):
        """Write what became of these lines.

        :param dict outcome: ``{document id: (state, reason)}``; what is not in it was sent
        """
        now = fields.Datetime.now()
        for line in self:
            state, reason = outcome.get(line.res_id, ("sent", False))
            line.write(
                {
                    "state": state,
                    "reason": mask_links(reason) if reason else False,
                    "sent_at": now if state == "sent" else False,
                }
            )
        self.flush_recordset()
        self.batch_id._notify_when_done()

    def _explain(self, error):
        """Return a sentence in the sender's language for why a document was not sent."""
        lang = self.env["finance.portal.page"]._get_installed_lang(self.user_id.lang)
        env = self.with_context(lang=lang).env
        if isinstance(error, AccessError):
            return env._(
                "You don't have permission to send this document. Ask an administrator for access."
            )
        if isinstance(error, UserError) and error.args:
            return str(error)
        return env._(
            "Something went wrong. Send it again. If that fails too, an administrator can find"
            " the cause in the server's log."
        )
