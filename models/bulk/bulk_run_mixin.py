from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

KEEP_DAYS = 365
GC_BATCH = 50  # each with up to a thousand lines


class FinancePortalBulkRunMixin(models.AbstractModel):
    """Many records that somebody chose together, to have the same done for each.

    The dialog only writes down what is to be done; a job does it, see
    ``finance.portal.bulk.line.mixin``. So progress outlives a browser tab and a restart.
    """

    _name = "finance.portal.bulk.run.mixin"
    _description = "Run of a Job"
    _inherit = "finance.portal.system.record.mixin"
    _order = "id desc"

    # External ids: the job, and the action that shows runs.
    _job = None
    _action = None

    name = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Started By", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("done", "Done"),
            ("failures", "Done, some failed"),
            ("cancelled", "Cancelled"),
        ],
        "Progress",
        compute="_compute_counts",
    )
    total_count = fields.Integer("Total", compute="_compute_counts")
    waiting_count = fields.Integer("Waiting", compute="_compute_counts")
    processed_count = fields.Integer("Processed", compute="_compute_counts")
    failed_count = fields.Integer("Failed", compute="_compute_counts")
    skipped_count = fields.Integer("Skipped", compute="_compute_counts")
    cancelled_count = fields.Integer("Cancelled", compute="_compute_counts")

    # === WHAT A KIND OF RUN MUST TELL; line_ids AS WELL === #

    @api.model
    def _describe_job_off(self, job):
        """Return what to do when the job is switched off.

        :param str job: its name
        """
        raise NotImplementedError

    def _describe_outcome(self):
        """Return ``(title, message)`` for who started it, in the context's language."""
        raise NotImplementedError

    # === COMPUTE METHODS === #

    @api.depends("line_ids.state")
    def _compute_counts(self):
        lines = self._fields["line_ids"]
        Line, name = self.env[lines.comodel_name], lines.inverse_name
        counts = {run: Counter() for run in self}
        domain = [(name, "in", self.ids)]
        for run, state, count in Line._read_group(domain, [name, "state"], ["__count"]):
            counts[run][state] = count
        for run, states in counts.items():
            run.update(run._prepare_counts(states))

    @api.model
    def _prepare_counts(self, states):
        """Return the values of what is counted.

        :param Counter states: how many lines are in each state
        """
        over = "cancelled" if states["cancelled"] else "done"
        return {
            "total_count": states.total(),
            "waiting_count": states["waiting"],
            "processed_count": states.total() - states["waiting"],
            "failed_count": states["failed"],
            "skipped_count": states["skipped"],
            "cancelled_count": states["cancelled"],
            "state": "running" if states["waiting"] else "failures" if states["failed"] else over,
        }

    # === ACTION METHODS === #

    def action_cancel(self):
        """Stop this run; what is being done at this moment still is."""
        self.check_access("read")
        # sudo: who sees a run may stop it, though only the system writes it
        waiting = self.sudo().line_ids.filtered(lambda line: line.state == "waiting")
        waiting.try_lock_for_update().write({"state": "cancelled"})
        return True

    def action_try_failed_again(self):
        """Queue what failed once more, to be done in the current user's name."""
        self.check_access("read")
        self._check_job()
        # sudo: only the system writes lines; the job checks what this user may do
        failed = self.sudo().line_ids.filtered(lambda line: line.state == "failed")
        failed -= failed._get_waiting_elsewhere()
        failed.write({"state": "waiting", "reason": False, "attempts": 0, "user_id": self.env.uid})
        self._wake_job()
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _store(self, company, rows, **values):
        """Store a run (sudo) of a company and its lines; the job is still to be woken.

        :param list rows: see ``_add`` of the line
        """
        # sudo: runs are written by the system only
        run = self.sudo().create({"user_id": self.env.uid, "company_id": company.id, **values})
        run.line_ids._add(run, rows)
        return run

    @api.model
    def _get_job(self):
        # sudo: scheduled actions are an administrator's
        return self.env.ref(self._job).sudo()

    @api.model
    def _check_job(self):
        """Raise when the scheduled action that does it is switched off."""
        job = self._get_job()
        if not job.active:
            raise UserError(self._describe_job_off(job.name))

    @api.model
    def _wake_job(self):
        """Make the job run now, or after a restart if the server stops first."""
        self._get_job()._trigger()

    def _get_open_action(self):
        """Return the action that shows these runs: one as a form, several as a list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(self._action)
        if len(self) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.id}
        return {**action, "domain": [("id", "in", self.ids)]}

    def _notify_when_done(self):
        """Show who started it how it went, whatever screen they have open."""
        for run in self:
            if run._has_waiting():
                continue
            run.invalidate_recordset()
            lang = self.env["finance.portal.page"]._get_installed_lang(run.user_id.lang)
            title, message = run.with_context(lang=lang)._describe_outcome()
            failed = run.failed_count
            run.user_id.partner_id._bus_send(
                "simple_notification",
                {
                    "title": title,
                    "message": message,
                    "type": "warning" if failed else "success",
                    "sticky": bool(failed),
                },
            )

    def _has_waiting(self):
        """Return whether a line waits. The job asks after each: no count of all, but an index."""
        lines = self._fields["line_ids"]
        domain = [(lines.inverse_name, "=", self.id), ("state", "=", "waiting")]
        return bool(self.env[lines.comodel_name].search_count(domain, limit=1))

    @api.autovacuum
    def _gc_runs(self):
        """Delete a batch of old runs; the events of what they did remain.

        :return: ``(how many, whether there may be more)``
        """
        if self._abstract:
            return 0, False  # Odoo asks the mixin itself as well
        lines = self._fields["line_ids"]
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM %(table)s WHERE id IN (
                    SELECT run.id FROM %(table)s run
                     WHERE run.create_date < %(before)s AND NOT EXISTS (
                           SELECT FROM %(lines)s WHERE %(inverse)s = run.id AND state = 'waiting')
                     LIMIT %(limit)s)
                """,
                table=SQL.identifier(self._table),
                before=fields.Datetime.now() - timedelta(days=KEEP_DAYS),
                lines=SQL.identifier(self.env[lines.comodel_name]._table),
                inverse=SQL.identifier(lines.inverse_name),
                limit=GC_BATCH,
            )
        )
        count = self.env.cr.rowcount
        return count, count == GC_BATCH
