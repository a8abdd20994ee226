from odoo import api, fields, models

SETTINGS = {
    "finance_reminders",
    "finance_reminder_hour",
    "finance_reminder_weekdays_only",
}


class ResCompany(models.Model):
    """Whether and when a company reminds its customers."""

    _inherit = "res.company"

    finance_reminders = fields.Boolean("Reminders")
    finance_reminder_hour = fields.Float("Time of Day", default=9)
    finance_reminder_weekdays_only = fields.Boolean("Not on Weekends", default=True)
    # The one who plans holds this row, so that two never plan at once.
    finance_reminders_planned_at = fields.Datetime("Reminders Planned", readonly=True, copy=False)
    # The id of the last customer that a plan under way has come to.
    finance_reminders_planned_up_to = fields.Integer(
        "Reminders Planned Up to Customer", readonly=True, copy=False
    )

    _finance_reminder_hour = models.Constraint(
        "CHECK (finance_reminder_hour >= 0 AND finance_reminder_hour < 24)",
        "The time of day must be between 00:00 and 23:59.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Give new companies the usual steps."""
        companies = super().create(vals_list)
        # sudo: whoever may create a company need not be allowed to change steps
        self.env["finance.portal.reminder.step"].sudo()._create_defaults(companies)
        return companies

    def write(self, vals):
        """Plan anew: what was planned for another hour must not leave at once."""
        result = super().write(vals)
        if vals.keys() & SETTINGS:
            self.env["finance.portal.reminder"]._forget_times(self)
        return result
