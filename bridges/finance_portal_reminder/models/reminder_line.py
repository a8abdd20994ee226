from odoo import api, fields, models

from odoo.addons.finance_portal.models.sharing.overview_items import open_form

from .reminder import STATES
from .reminder_step import BASES


class FinancePortalReminderLine(models.Model):
    """One document of a reminder, and the step that it has reached."""

    _name = "finance.portal.reminder.line"
    _description = "Document of a Reminder"
    _inherit = "finance.portal.system.record.mixin"
    _order = "date, id"
    _rec_name = "document_name"

    reminder_id = fields.Many2one(
        "finance.portal.reminder", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="reminder_id.company_id", store=True)
    currency_id = fields.Many2one(related="reminder_id.currency_id")
    res_model = fields.Char(related="reminder_id.res_model", store=True, precompute=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    document_name = fields.Char("Document Number", readonly=True)
    step_id = fields.Many2one(
        "finance.portal.reminder.step", "Step Reached", readonly=True, ondelete="set null"
    )
    # As the step was when it was taken; it may be changed or deleted since.
    basis = fields.Selection(BASES, required=True, readonly=True, default=BASES[0][0])
    days = fields.Integer(readonly=True)
    step_name = fields.Char("Step", compute="_compute_step_name")
    installment = fields.Integer(readonly=True, help="Which one, of an invoice with several.")
    date = fields.Date(readonly=True, help="The date that the step is counted from.")
    amount = fields.Monetary(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    reason = fields.Char(readonly=True)

    # Whatever jobs and people do at the same time: no step twice.
    _step_once = models.UniqueIndex(
        "(res_model, res_id, step_id, installment) WHERE state IN ('sent', 'skipped')",
        "The customer was already reminded of this.",
    )
    _document_index = models.Index("(res_model, res_id)")

    @api.depends_context("lang")
    @api.depends("basis", "days")
    def _compute_step_name(self):
        Step = self.env["finance.portal.reminder.step"]
        for line in self:
            line.step_name = Step._describe(line.basis, line.days)

    def action_open_document(self):
        """Open the document in the back office."""
        self.ensure_one()
        self.check_access("read")
        return open_form(self.env[self.res_model].browse(self.res_id))
