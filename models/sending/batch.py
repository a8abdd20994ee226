from odoo import api, fields, models
from odoo.exceptions import UserError

MAX_DOCUMENTS = 1000


class FinancePortalBatch(models.Model):
    """Several documents that were sent to their customers in one go."""

    _name = "finance.portal.batch"
    _description = "Bulk Send"
    _inherit = "finance.portal.bulk.run.mixin"

    _job = "finance_portal.ir_cron_send_batch"
    _action = "finance_portal.finance_portal_batch_action"

    name = fields.Char("Documents")
    user_id = fields.Many2one(string="Sent By")
    line_ids = fields.One2many("finance.portal.batch.line", "batch_id", "All Documents")
    problem_line_ids = fields.One2many(
        "finance.portal.batch.line",
        "batch_id",
        "Not Sent",
        domain=[("state", "in", ("failed", "skipped"))],
    )
    state = fields.Selection(selection_add=[("running", "Sending")])
    sent_count = fields.Integer("Sent", compute="_compute_counts")
    undelivered_count = fields.Integer("Not Delivered Yet", compute="_compute_counts")
    cancelled_count = fields.Integer("Cancelled Documents")

    # === COMPUTE METHODS === #

    def _compute_counts(self):
        result = super()._compute_counts()
        refused = self.env["finance.portal.batch.line"]._count_refused(self)
        for batch in self:
            batch.undelivered_count = refused.get(batch.id, 0)
            batch.sent_count -= batch.undelivered_count
        return result

    @api.model
    def _prepare_counts(self, states):
        return {
            **super()._prepare_counts(states),
            "sent_count": states["sent"],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _create_for(self, documents, settled=None):
        """Store that ``documents`` are to be sent, and wake the job that sends them.

        :param documents: records of one model that shares documents
        :param dict settled: ``{id: (state, reason)}`` of those that are listed but not sent
        :return: a batch for each company the documents belong to
        :raise UserError: when nothing would send them
        """
        documents.check_access("read")
        self._check_job()
        if len(documents) > MAX_DOCUMENTS:
            raise UserError(
                self.env._(
                    "Choose at most %(count)s documents, send them, then choose the next ones.",
                    count=MAX_DOCUMENTS,
                )
            )
        batches, settled = self.browse(), settled or {}
        for company, group in self._group_by_company(documents):
            rows = [
                self._prepare_row(document, *settled.get(document.id, ("waiting", None)))
                for document in group
            ]
            batches |= self._store(company, rows, name=group._finance_portal_get_batch_name())
        self._wake_job()
        return batches.sudo(False)

    @api.model
    def _group_by_company(self, documents):
        """Return ``(company, documents)`` of each company that some of the documents belong to."""
        return documents.grouped(lambda one: one._finance_portal_get_company()).items()

    @api.model
    def _prepare_row(self, record, state, reason):
        """Return what a batch writes down about a document, or what is only listed."""
        return {
            "res_model": record._name,
            "res_id": record.id,
            "document_name": record.display_name,
            "state": state,
            "reason": reason,
        }

    def _list_skipped(self, reasons):
        """List what was chosen and gets no document, such as customers who owe nothing.

        :param dict reasons: a sentence by the record it's about
        """
        self.ensure_one()
        # sudo: lines are written by the system only
        rows = [self._prepare_row(one, "skipped", reason) for one, reason in reasons.items()]
        self.sudo().line_ids._add(self.sudo(), rows)

    @api.model
    def _describe_job_off(self, job):
        return self.env._(
            "Sending in the background is turned off. Ask an administrator to"
            ' activate the scheduled action "%s".',
            job,
        )

    def _describe_outcome(self):
        title, sent = self.env._("Bulk send finished"), self.sent_count
        if not self.failed_count:
            one = self.env._("1 email sent")
            return title, one if sent == 1 else self.env._("%(sent)s emails sent", sent=sent)
        return title, self.env._(
            "%(sent)s sent, %(failed)s failed. Bulk Sends lists the reasons.",
            sent=sent,
            failed=self.failed_count,
        )
