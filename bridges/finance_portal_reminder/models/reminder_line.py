from odoo import fields, models


class FinancePortalReminderLine(models.Model):
    """One invoice of a reminder, and the step that it has reached."""

    _name = "finance.portal.reminder.line"
    _description = "Invoice of a Payment Reminder"
    _order = "due_date, id"
    _rec_name = "move_id"

    reminder_id = fields.Many2one(
        "finance.portal.reminder", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="reminder_id.company_id", store=True)
    currency_id = fields.Many2one(related="reminder_id.currency_id")
    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, readonly=True, index=True, ondelete="cascade"
    )
    step_id = fields.Many2one("finance.portal.reminder.step", readonly=True, ondelete="set null")
    # As the step was when it was taken; it may be changed or deleted since.
    days = fields.Integer(readonly=True)
    installment = fields.Integer(readonly=True, help="Which one, of an invoice with several.")
    due_date = fields.Date(readonly=True)
    amount = fields.Monetary("Amount Due", readonly=True)
    state = fields.Selection(
        [
            ("planned", "Will be sent"),
            ("held", "Not sent"),
            ("sent", "Sent"),
            ("skipped", "Skipped"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)

    # Whatever jobs and people do at the same time: no step twice.
    _step_once = models.UniqueIndex(
        "(move_id, step_id, installment) WHERE state IN ('sent', 'skipped')",
        "The customer was already reminded of this.",
    )
