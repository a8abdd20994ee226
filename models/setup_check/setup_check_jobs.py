from datetime import timedelta

from odoo import fields, models

from .setup_check import Result

# Odoo's jobs that we rely on.
NEEDED = ("mail.ir_cron_mail_scheduler_action", "base.autovacuum_job")
OVERDUE = timedelta(hours=2)


class FinancePortalSetupCheck(models.Model):
    """Are the jobs run that answer requests, send emails and delete old activity?"""

    _inherit = "finance.portal.setup.check"

    def _check_jobs(self):
        jobs = self._get_jobs()
        late = fields.Datetime.now() - OVERDUE
        off = jobs.filtered(lambda job: not job.active)
        overdue = (jobs - off).filtered(lambda job: job.nextcall < late)
        failing = (jobs - off - overdue).filtered("failure_count")
        found = [
            off and self.env._("Switched off: %s.", ", ".join(off.mapped("name"))),
            overdue and self.env._("Overdue: %s.", ", ".join(overdue.mapped("name"))),
            failing and self.env._("Failing: %s.", ", ".join(failing.mapped("name"))),
        ]
        if not any(found):
            return Result("good", self.env._("All scheduled actions run."))
        return Result(
            "bad",
            " ".join(filter(None, found)),
            self.env._(
                "Activate them in Settings > Technical > Scheduled Actions, and set"
                " max_cron_threads to 1 or more in Odoo's configuration. Why one fails is in the"
                " log."
            ),
            "jobs",
        )

    def _get_jobs(self):
        """Return the scheduled actions (sudo) of ours, of the bridges, and those we rely on."""
        # sudo: nobody but administrators reads jobs; the row tells their names and state
        Data = self.env["ir.model.data"].sudo()
        own = Data.search([("model", "=", "ir.cron"), ("module", "=like", "finance_portal%")])
        needed = [self.env.ref(name, raise_if_not_found=False) for name in NEEDED]
        ids = [*own.mapped("res_id"), *(job.id for job in needed if job)]
        # sudo: rows tell no more of a job than its name and whether it runs
        return self.env["ir.cron"].sudo().with_context(active_test=False).browse(ids).exists()
