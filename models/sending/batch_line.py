from odoo import api, fields, models
from odoo.tools import SQL


class FinancePortalBatchLine(models.Model):
    """One document of a batch, and what became of it."""

    _name = "finance.portal.batch.line"
    _description = "Document to Send"
    _inherit = "finance.portal.bulk.line.mixin"
    _rec_name = "document_name"

    _run = "batch_id"
    _subject = ("res_model", "res_id")

    batch_id = fields.Many2one(
        "finance.portal.batch", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(string="Sent By")
    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    document_name = fields.Char("Document Number", readonly=True)
    recipients = fields.Char("Goes To", readonly=True)
    state = fields.Selection(
        selection_add=[("waiting",), ("sent", "Sent"), ("failed",)], ondelete={"sent": "cascade"}
    )
    sent_at = fields.Datetime(readonly=True)
    delivery = fields.Char(
        "Not Delivered Yet",
        compute="_compute_delivery",
        help="Why the email hasn't left yet, if it hasn't.",
    )

    _waits_once = models.UniqueIndex(
        "(res_model, res_id) WHERE state = 'waiting'", "This document is already being sent."
    )
    _waiting_index = models.Index("(batch_id) WHERE state = 'waiting'")

    def _compute_delivery(self):
        """Say why the mail server has not taken an email yet, in one query for each model."""
        self.delivery = False
        sent = self.filtered(lambda line: line.state == "sent")
        for lines in sent.grouped("res_model").values():
            # sudo: whoever sees the batch may know whether its emails left
            waiting = lines.sudo()._get_documents()._finance_portal_get_waiting_mails()
            by_document = waiting.grouped("res_id")
            for line in lines.filtered(lambda line, found=by_document: line.res_id in found):
                mails = by_document[line.res_id]
                reasons = dict.fromkeys(filter(None, mails.mapped("failure_reason")))
                line.delivery = " ".join(reasons) or self.env._("Waiting for the mail server")

    @api.model
    def _count_refused(self, batches):
        """Return ``{batch id: how many documents a mail server has not taken yet}``.

        Notifications to colleagues don't count, as in ``_finance_portal_get_waiting_mails``.
        """
        rows = self._find_refused(batches)
        # sudo: whoever sees the batch may know whether its emails left
        mails = self.env["mail.mail"].sudo().browse([row[-1] for row in rows])
        mails.fetch(["email_to", "recipient_ids"])  # by itself the ORM reads all bodies, too
        shown, refused = {}, {}
        for *_line, model, document, _mail in rows:
            shown.setdefault(model, set()).add(document)
        for (batch, line, model, number, _mail), mail in zip(rows, mails, strict=True):
            # sudo: only whether its customer gets the email
            document = self.env[model].sudo().browse(number).with_prefetch(shown[model])
            if not mail.recipient_ids or mail._finance_portal_reaches_customer(document):
                refused.setdefault(batch, set()).add(line)
        return {batch: len(lines) for batch, lines in refused.items()}

    @api.model
    def _find_refused(self, batches):
        """Return the emails about sent documents that a mail server has not taken.

        :return: list of ``(batch id, line id, model, document id, email id)``
        """
        self.flush_model(["batch_id", "state"])
        self.env["mail.mail"].flush_model(["state", "failure_reason"])
        return self.env.execute_query(
            SQL(
                """
                SELECT line.batch_id, line.id, line.res_model, line.res_id, mail.id
                  FROM finance_portal_batch_line AS line
                  JOIN mail_message AS message
                    ON message.model = line.res_model AND message.res_id = line.res_id
                  JOIN mail_mail AS mail ON mail.mail_message_id = message.id
                 WHERE line.batch_id = ANY(%s) AND line.state = 'sent'
                   AND line.res_model = ANY(%s)
                   -- what was not tried yet is on its way
                   AND (mail.state = 'exception'
                        OR mail.state = 'outgoing' AND mail.failure_reason IS NOT NULL)
              ORDER BY mail.id
                """,
                batches.ids,
                self.env["finance.portal.document"]._finance_portal_get_models(),
            )
        )

    # === ACTION METHODS === #

    def action_open_document(self):
        """Open the document, with the rights of whoever asks."""
        self.ensure_one()
        document = self.env[self.res_model].browse(self.res_id)
        return document.get_formview_action()

    # === BUSINESS METHODS === #

    def _get_documents(self):
        """Return the documents of these lines, which are of one model, that still exist."""
        return self.env[self[:1].res_model].browse(self.mapped("res_id")).exists()

    def _get_waiting_elsewhere(self):
        domain = [
            ("state", "=", "waiting"),
            ("res_model", "in", self.mapped("res_model")),
            ("res_id", "in", self.mapped("res_id")),
        ]
        waiting = {(line.res_model, line.res_id) for line in self.search(domain)}
        return self.filtered(lambda line: (line.res_model, line.res_id) in waiting)
