from odoo import api, fields, models
from odoo.tools import SQL


class FinancePortalBatchLine(models.Model):
    """One document of a batch, and what became of it."""

    _name = "finance.portal.batch.line"
    _description = "Document to Send"
    _inherit = "finance.portal.system.record.mixin"
    _order = "id"
    _rec_name = "document_name"

    batch_id = fields.Many2one(
        "finance.portal.batch", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Sent By", required=True, readonly=True)
    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    document_name = fields.Char("Document Number", readonly=True)
    recipients = fields.Char("Goes To", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("skipped", "Skipped"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    reason = fields.Char(readonly=True)
    attempts = fields.Integer(
        readonly=True, help="How often sending was started: more than once after a crash."
    )
    sent_at = fields.Datetime(readonly=True)
    delivery = fields.Char(
        "Not Delivered Yet",
        compute="_compute_delivery",
        help="Why the email hasn't left yet, if it hasn't.",
    )

    # Also what settles that two people who send the same document at once send it once.
    _waits_once = models.UniqueIndex(
        "(res_model, res_id) WHERE state = 'waiting'", "This document is already being sent."
    )
    _queue_index = models.Index("(id) WHERE state = 'waiting'")

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

        News to colleagues don't count, as in ``_finance_portal_get_waiting_mails``.
        """
        self.flush_model(["batch_id", "state"])
        self.env["res.partner"].flush_model(["partner_share"])
        # sudo: whoever sees the batch may know whether its emails left
        mails = self.env["mail.mail"].sudo()
        mails.flush_model(["state", "failure_reason", "email_to", "recipient_ids"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT line.batch_id, count(DISTINCT line.id)
                      FROM finance_portal_batch_line AS line
                      JOIN mail_message AS message
                        ON message.model = line.res_model AND message.res_id = line.res_id
                      JOIN mail_mail AS mail ON mail.mail_message_id = message.id
                     WHERE line.batch_id = ANY(%s) AND line.state = 'sent'
                       -- what was not tried yet is on its way
                       AND (mail.state = 'exception'
                            OR mail.state = 'outgoing' AND mail.failure_reason IS NOT NULL)
                       AND (COALESCE(mail.email_to, '') <> '' OR NOT EXISTS (
                            SELECT FROM mail_mail_res_partner_rel WHERE mail_mail_id = mail.id
                           ) OR EXISTS (
                            SELECT FROM mail_mail_res_partner_rel AS rel
                              JOIN res_partner AS partner ON partner.id = rel.res_partner_id
                             WHERE rel.mail_mail_id = mail.id AND partner.partner_share
                           ))
                  GROUP BY line.batch_id
                    """,
                    batches.ids,
                )
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
        """Return the ids of those documents that wait in some batch."""
        domain = [
            ("state", "=", "waiting"),
            ("res_model", "in", self.mapped("res_model")),
            ("res_id", "in", self.mapped("res_id")),
        ]
        return set(self.search(domain).mapped("res_id"))

    def _insert_waiting(self, values):
        """Insert lines that wait, unless their document waits already.

        Not create(): the unique index decides between two people who send at once, without
        an error.

        :param list values: dicts with the same keys
        :return: the set of document ids that now wait here
        """
        if not values:
            return set()
        self.env["finance.portal.batch"].flush_model()
        self.flush_model()
        common = {"state": "waiting", "attempts": 0, "create_uid": self.env.uid}
        rows = [{**vals, **common} for vals in values]
        inserted = self.env.execute_query(
            SQL(
                "INSERT INTO finance_portal_batch_line (create_date, %s) VALUES %s "
                "ON CONFLICT (res_model, res_id) WHERE state = 'waiting' DO NOTHING "
                "RETURNING res_id",
                SQL(", ").join(SQL.identifier(name) for name in rows[0]),
                SQL(", ").join(
                    SQL("(%s, %s)", self.env.cr.now(), SQL(", ").join(
                        SQL("%s", value) for value in row.values()
                    ))
                    for row in rows
                ),
            )
        )  # fmt: skip
        self.invalidate_model()
        return {res_id for (res_id,) in inserted}
