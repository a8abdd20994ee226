from odoo import api, fields, models


class FinancePortalEnabling(models.Model):
    """Contacts who were chosen together to get portal access, or a reminder to set it up."""

    _name = "finance.portal.enabling"
    _description = "Portal Access in Bulk"
    _inherit = "finance.portal.bulk.run.mixin"

    _job = "finance_portal.ir_cron_enable"
    _action = "finance_portal.finance_portal_enabling_action"

    name = fields.Char("Contacts")
    kind = fields.Selection(
        [("enable", "Enable portal access"), ("remind", "Remind to set up")],
        "What",
        required=True,
        readonly=True,
    )
    own_documents = fields.Boolean("Only Their Own Documents", readonly=True)
    line_ids = fields.One2many("finance.portal.enabling.line", "enabling_id", "All Contacts")
    problem_line_ids = fields.One2many(
        "finance.portal.enabling.line",
        "enabling_id",
        "Not Done",
        domain=[("state", "in", ("failed", "skipped"))],
    )
    done_count = fields.Integer("Done", compute="_compute_counts")
    cancelled_count = fields.Integer("Cancelled Contacts")

    # === COMPUTE METHODS === #

    @api.model
    def _prepare_counts(self, states):
        return {
            **super()._prepare_counts(states),
            "done_count": states["done"],
        }

    # === ACTION METHODS === #

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
            runs |= self._store(
                self.env["res.company"].browse(company_id),
                group,
                name=self._get_name(kind, len(group)),
                kind=kind,
                own_documents=own_documents,
            )
        self._wake_job()
        return runs.sudo(False)

    @api.model
    def _get_name(self, kind, count):
        if kind == "remind":
            one = self.env._("Reminder to set up: 1 contact")
            return one if count == 1 else self.env._("Reminder to set up: %s contacts", count)
        one = self.env._("Portal access: 1 contact")
        return one if count == 1 else self.env._("Portal access: %s contacts", count)

    @api.model
    def _describe_job_off(self, job):
        return self.env._(
            "Enabling in the background is turned off. Ask an administrator to"
            ' activate the scheduled action "%s".',
            job,
        )

    def _describe_outcome(self):
        return self.name, self.env._(
            "%(done)s done, %(failed)s failed, %(skipped)s skipped",
            done=self.done_count,
            failed=self.failed_count,
            skipped=self.skipped_count,
        )
