from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

MAX_DOCUMENTS = 1000
KEEP_DAYS = 365


class FinancePortalBatch(models.Model):
    """Several documents that were sent to their customers in one go.

    The dialog only writes down what is to be sent; a job sends it, see
    ``finance.portal.batch.line``. So progress outlives a browser tab and a restart.
    """

    _name = "finance.portal.batch"
    _description = "Bulk Send"
    _inherit = "finance.portal.system.record.mixin"
    _order = "id desc"

    name = fields.Char("Documents", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Sent By", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    line_ids = fields.One2many("finance.portal.batch.line", "batch_id", "All Documents")
    problem_line_ids = fields.One2many(
        "finance.portal.batch.line",
        "batch_id",
        "Not Sent",
        domain=[("state", "in", ("failed", "skipped"))],
    )
    state = fields.Selection(
        [
            ("running", "Sending"),
            ("done", "Done"),
            ("failures", "Done, some failed"),
            ("cancelled", "Cancelled"),
        ],
        "Progress",
        compute="_compute_counts",
    )
    total_count = fields.Integer("Total", compute="_compute_counts")
    done_count = fields.Integer("Processed", compute="_compute_counts")
    waiting_count = fields.Integer("Waiting", compute="_compute_counts")
    sent_count = fields.Integer("Sent", compute="_compute_counts")
    undelivered_count = fields.Integer("Not Delivered Yet", compute="_compute_counts")
    failed_count = fields.Integer("Failed", compute="_compute_counts")
    skipped_count = fields.Integer("Skipped", compute="_compute_counts")
    cancelled_count = fields.Integer("Cancelled Documents", compute="_compute_counts")

    @api.depends("line_ids.state")
    def _compute_counts(self):
        Line = self.env["finance.portal.batch.line"]
        domain = [("batch_id", "in", self.ids)]
        counts = {batch: Counter() for batch in self}
        for batch, state, count in Line._read_group(domain, ["batch_id", "state"], ["__count"]):
            counts[batch][state] = count
        refused = Line._count_refused(self)
        for batch, states in counts.items():
            batch.undelivered_count = refused.get(batch.id, 0)
            batch.total_count = states.total()
            batch.waiting_count = states["waiting"]
            batch.done_count = states.total() - states["waiting"]
            batch.sent_count = states["sent"] - batch.undelivered_count
            batch.failed_count = states["failed"]
            batch.skipped_count = states["skipped"]
            batch.cancelled_count = states["cancelled"]
            batch.state = batch._get_state(states)

    @api.model
    def _get_state(self, states):
        """Return the state of a batch whose documents are in these states."""
        if states["waiting"]:
            return "running"
        if states["failed"]:
            return "failures"
        return "cancelled" if states["cancelled"] else "done"

    # === ACTION METHODS === #

    def action_cancel(self):
        """Stop this batch; what is being sent at this moment still goes out."""
        self.check_access("read")
        # sudo: staff who see a batch may stop it, though only the system writes it
        waiting = self.sudo().line_ids.filtered(lambda line: line.state == "waiting")
        waiting.try_lock_for_update().write({"state": "cancelled"})
        return True

    def action_send_failed_again(self):
        """Queue what failed once more, to be sent in the current user's name."""
        self.check_access("read")
        self._check_job()
        # sudo: only the system writes lines; the job checks what this user may send
        failed = self.sudo().line_ids.filtered(lambda line: line.state == "failed")
        elsewhere = failed._get_waiting_elsewhere()
        failed = failed.filtered(lambda line: line.res_id not in elsewhere)
        failed.write({"state": "waiting", "reason": False, "attempts": 0, "user_id": self.env.uid})
        self._wake_job()
        return True

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
        batches = self.browse()
        for company, group in self._group_by_company(documents):
            # sudo: batches are written by the system only
            batch = self.sudo().create(
                {
                    "name": group._finance_portal_get_batch_name(),
                    "user_id": self.env.uid,
                    "company_id": company.id,
                }
            )
            batch._add_lines(group, settled or {})
            batches |= batch
        self._wake_job()
        return batches.sudo(False)

    @api.model
    def _group_by_company(self, documents):
        """Return ``(company, documents)`` of each company that some of the documents belong to."""
        return documents.grouped(lambda one: one._finance_portal_get_company()).items()

    def _add_lines(self, documents, settled):
        """Add a line for each document; one that waits in another batch is only listed."""
        Line = self.env["finance.portal.batch.line"]
        common = {
            "batch_id": self.id,
            "company_id": self.company_id.id,
            "user_id": self.user_id.id,
            "res_model": documents._name,
        }
        values = [
            {**common, "res_id": document.id, "document_name": document.display_name}
            for document in documents
        ]
        wanted = [vals for vals in values if vals["res_id"] not in settled]
        accepted = Line._insert_waiting(wanted)
        already = ("skipped", self.env._("It's already being sent. You don't need to do anything."))
        rest = [vals for vals in values if vals["res_id"] not in accepted]
        for vals in rest:
            vals["state"], vals["reason"] = settled.get(vals["res_id"], already)
        Line.create(rest)

    def _list_skipped(self, reasons):
        """List what was chosen and gets no document, such as customers who owe nothing.

        :param dict reasons: a sentence by the record it's about
        """
        self.ensure_one()
        # sudo: lines are written by the system only
        self.env["finance.portal.batch.line"].sudo().create(
            [
                {
                    "batch_id": self.id,
                    "company_id": self.company_id.id,
                    "user_id": self.user_id.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "document_name": record.display_name,
                    "state": "skipped",
                    "reason": reason,
                }
                for record, reason in reasons.items()
            ]
        )

    @api.model
    def _get_job(self):
        # sudo: scheduled actions are an administrator's
        return self.env.ref("finance_portal.ir_cron_send_batch").sudo()

    @api.model
    def _check_job(self):
        """Raise when the scheduled action that sends is switched off."""
        if not self._get_job().active:
            raise UserError(
                self.env._(
                    "Sending in the background is turned off. Ask an administrator to"
                    ' activate the scheduled action "%s".',
                    self._get_job().name,
                )
            )

    @api.model
    def _wake_job(self):
        """Make the job run now, or after a restart if the server stops first."""
        self._get_job()._trigger()

    def _get_open_action(self):
        """Return the action that shows these batches: one as a form, several as a list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "finance_portal.finance_portal_batch_action"
        )
        if len(self) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.id}
        return {**action, "domain": [("id", "in", self.ids)]}

    def _notify_when_done(self):
        """Show the sender how it went, whatever screen they have open."""
        for batch in self:
            batch.invalidate_recordset()
            if batch.state == "running":
                continue
            lang = self.env["finance.portal.page"]._get_installed_lang(batch.user_id.lang)
            env = batch.with_context(lang=lang).env
            failed = batch.failed_count
            message = (
                env._(
                    "%(sent)s sent, %(failed)s failed. Bulk Sends lists the reasons.",
                    sent=batch.sent_count,
                    failed=failed,
                )
                if failed
                else env._("%(sent)s emails sent", sent=batch.sent_count)
            )
            batch.user_id.partner_id._bus_send(
                "simple_notification",
                {
                    "title": env._("Bulk send finished"),
                    "message": message,
                    "type": "warning" if failed else "success",
                    "sticky": bool(failed),
                },
            )

    @api.autovacuum
    def _gc_batches(self):
        """Delete old batches; the documents' events remain."""
        before = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM finance_portal_batch b WHERE create_date < %s AND NOT EXISTS (
                    SELECT FROM finance_portal_batch_line
                     WHERE batch_id = b.id AND state = 'waiting')
                """,
                before,
            )
        )
