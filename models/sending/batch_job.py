import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError

_logger = logging.getLogger(__name__)

# As many as Odoo's own job turns into PDFs at once: starting the renderer is what costs.
GROUP = 10
# What goes fast goes in larger groups, each of which shares what it reads and one dialog: as many
# as this time sends, by the pace of the last group. Whoever looks on sees it move each second.
SECONDS, MAX_GROUP = 1, 30


class FinancePortalBatchLine(models.Model):
    """The job that sends what waits, in groups.

    No savepoints: some e-invoicing addons commit after they have reported a document to an
    authority.
    """

    _inherit = "finance.portal.batch.line"

    @api.model
    def _cron_send(self):
        """Send what waits, oldest first, until the scheduler's time is over."""
        self._work_off()

    def _get_group(self, last, pace):
        """Return those of one batch, model and user that are sent together with this line.

        A document that an attempt did not survive is taken alone. The first groups of a batch
        are small, so that whoever looks at it sees it move at once.
        """
        if not self or self.attempts:
            return self
        begun = [("batch_id", "=", self.batch_id.id), ("attempts", ">", 0)]
        few, quick = min(GROUP, 1 + self.search_count(begun, limit=GROUP)), 0
        if last and (last.batch_id, last[0].res_model) == (self.batch_id, self.res_model):
            quick = min(int(SECONDS * pace), MAX_GROUP)  # of others it tells nothing
        return self.search(
            [
                ("state", "=", "waiting"),
                ("attempts", "=", 0),
                ("batch_id", "=", self.batch_id.id),
                ("res_model", "=", self.res_model),
                ("user_id", "=", self.user_id.id),
            ],
            limit=max(few, quick),
        )

    def _process(self):
        """Send these documents."""
        sender = self._as_starter(
            finance_portal_batch=True,
            finance_portal_known_defaults={},
        )
        documents = sender._get_documents()
        outcome = sender._get_obstacles(documents)
        ready = documents.filtered(lambda document: document.id not in outcome)
        if ready:
            recipients = {one.id: one._finance_portal_describe_recipients() for one in ready}
            outcome |= ready._finance_portal_send()
            outcome |= sender._get_unmailed(ready.filtered(lambda one: one.id not in outcome))
            for line in self:
                line.recipients = recipients.get(line.res_id)
            self.env["mail.mail"]._finance_portal_wake_queue()
        for line in self:
            line._settle(*outcome.get(line.res_id, ("sent",)))

    @api.model
    def _prepare_settled(self, state, reason):
        moment = state == "sent" and fields.Datetime.now()
        return {**super()._prepare_settled(state, reason), "sent_at": moment}

    def _get_obstacles(self, documents):
        """Return ``{document id: ("failed", reason)}`` of what cannot be sent."""
        deleted = self.env._("The document was deleted, so there's nothing to send.")
        outcome = dict.fromkeys({*self.mapped("res_id")} - {*documents.ids}, ("failed", deleted))
        # The documents themselves in a loop: what is read of one is read of all at once.
        for document in documents:
            if obstacle := document._finance_portal_get_send_obstacle():
                outcome[document.id] = ("failed", obstacle)
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

    def _explain(self, error):
        """Say that a right is missing, instead of Odoo's list of models and records."""
        if isinstance(error, AccessError):
            Document = self._in_words_of_starter().env["finance.portal.document"]
            return Document._finance_portal_get_no_right_note()
        return super()._explain(error)

    def _log_failure(self, error):
        _logger.error("Could not send %s", self.document_name, exc_info=error)

    # === IN WORDS === #

    @api.model
    def _describe_waiting(self):
        return self.env._("It's already being sent. You don't need to do anything.")

    @api.model
    def _describe_archived(self, name):
        return self.env._("%s is archived. Choose Resend Failed to do it in your own name.", name)

    @api.model
    def _describe_exhausted(self, attempts):
        return self.env._(
            "It couldn't be sent in %s attempts. Open it and send it from there.", attempts
        )

    @api.model
    def _describe_crash(self):
        return self.env._(
            "Something went wrong. Send it again. If that fails too, an administrator can find"
            " the cause in the server's log."
        )
