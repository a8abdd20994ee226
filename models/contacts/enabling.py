from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

KEEP_DAYS = 365


class FinancePortalEnabling(models.Model):
    """Contacts who were chosen together to get portal access, or a reminder to set it up.

    The dialog only writes down who it is; a job does it, see ``finance.portal.enabling.line``.
    So progress outlives a browser tab and a restart, as that of a bulk send.
    """

    _name = "finance.portal.enabling"
    _description = "Portal Access in Bulk"
    _inherit = "finance.portal.system.record.mixin"
    _order = "id desc"

    name = fields.Char("Contacts", required=True, readonly=True)
    kind = fields.Selection(
        [("enable", "Enable portal access"), ("remind", "Remind to set up")],
        "What",
        required=True,
        readonly=True,
    )
    own_documents = fields.Boolean("Only Own Documents", readonly=True)
    user_id = fields.Many2one("res.users", "Started By", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    line_ids = fields.One2many("finance.portal.enabling.line", "enabling_id", "All Contacts")
    problem_line_ids = fields.One2many(
        "finance.portal.enabling.line",
        "enabling_id",
        "Not Done",
        domain=[("state", "in", ("failed", "skipped"))],
    )
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
    processed_count = fields.Integer("Processed", compute="_compute_counts")
    waiting_count = fields.Integer("Waiting", compute="_compute_counts")
    done_count = fields.Integer("Done", compute="_compute_counts")
    failed_count = fields.Integer("Failed", compute="_compute_counts")
    skipped_count = fields.Integer("Skipped", compute="_compute_counts")
    cancelled_count = fields.Integer("Cancelled Contacts", compute="_compute_counts")

    @api.depends("line_ids.state")
    def _compute_counts(self):
        Line = self.env["finance.portal.enabling.line"]
        domain = [("enabling_id", "in", self.ids)]
        counts = {run: Counter() for run in self}
        for run, state, count in Line._read_group(domain, ["enabling_id", "state"], ["__count"]):
            counts[run][state] = count
        for run, states in counts.items():
            run.total_count = states.total()
            run.waiting_count = states["waiting"]
            run.processed_count = states.total() - states["waiting"]
            run.done_count = states["done"]
            run.failed_count = states["failed"]
            run.skipped_count = states["skipped"]
            run.cancelled_count = states["cancelled"]
            run.state = self.env["finance.portal.batch"]._get_state(states)

    # === ACTION METHODS === #

    def action_cancel(self):
        """Stop this run; who is being enabled at this moment still is."""
        self.check_access("read")
        # sudo: managers who see a run may stop it, though only the system writes it
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
        self._get_job()._trigger()
        return True

    def action_open_accounts(self):
        """Open the accounts of these contacts who haven't chosen a password yet."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "finance_portal.finance_portal_account_action"
        )
        return {
            **action,
            "domain": [("partner_id", "in", self.line_ids.partner_id.ids)],
            "context": {"search_default_invited": True},
        }

    # === BUSINESS METHODS === #

    @api.model
    def _start(self, kind, rows, own_documents=False):
        """Store who is to get access or a reminder, and wake the job.

        :param str kind: a key of ``kind``
        :param list rows: dicts as ``_finance_portal_prepare_line`` of a contact returns
        :return: a run for each company the contacts belong to
        :raise UserError: when nothing would do it
        """
        self._check_job()
        by_company = {}
        for row in rows:
            by_company.setdefault(row["company_id"], []).append(row)
        runs = self.browse()
        for company_id, group in by_company.items():
            # sudo: runs are written by the system only
            run = self.sudo().create(
                {
                    "name": self._get_name(kind, len(group)),
                    "kind": kind,
                    "own_documents": own_documents,
                    "user_id": self.env.uid,
                    "company_id": company_id,
                }
            )
            run.line_ids._add(run, group)
            runs |= run
        self._get_job()._trigger()
        return runs.sudo(False)

    @api.model
    def _get_name(self, kind, count):
        if kind == "remind":
            return self.env._("Reminder to set up: %s contacts", count)
        return self.env._("Portal access: %s contacts", count)

    @api.model
    def _get_job(self):
        # sudo: scheduled actions are an administrator's
        return self.env.ref("finance_portal.ir_cron_enable").sudo()

    @api.model
    def _check_job(self):
        """Raise when the scheduled action that does it is switched off."""
        if not self._get_job().active:
            raise UserError(
                self.env._(
                    "Enabling in the background is turned off. Ask an administrator to"
                    ' activate the scheduled action "%s".',
                    self._get_job().name,
                )
            )

    def _get_open_action(self):
        """Return the action that shows these runs: one as a form, several as a list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "finance_portal.finance_portal_enabling_action"
        )
        if len(self) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.id}
        return {**action, "domain": [("id", "in", self.ids)]}

    def _notify_when_done(self):
        """Show who started it how it went, whatever screen they have open."""
        for run in self:
            run.invalidate_recordset()
            if run.state == "running":
                continue
            lang = self.env["finance.portal.page"]._get_installed_lang(run.user_id.lang)
            env = run.with_context(lang=lang).env
            failed = run.failed_count
            run.user_id.partner_id._bus_send(
                "simple_notification",
                {
                    "title": run.name,
                    "message": env._(
                        "%(done)s done, %(failed)s failed, %(skipped)s skipped",
                        done=run.done_count,
                        failed=failed,
                        skipped=run.skipped_count,
                    ),
                    "type": "warning" if failed else "success",
                    "sticky": bool(failed),
                },
            )

    @api.autovacuum
    def _gc_runs(self):
        """Delete old runs; the accounts' events remain."""
        before = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM finance_portal_enabling e WHERE create_date < %s AND NOT EXISTS (
                    SELECT FROM finance_portal_enabling_line
                     WHERE enabling_id = e.id AND state = 'waiting')
                """,
                before,
            )
        )
