from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    finance_reminders = fields.Boolean(related="company_id.finance_reminders", readonly=False)
    finance_reminder_hour = fields.Float(related="company_id.finance_reminder_hour", readonly=False)
    finance_reminder_weekdays_only = fields.Boolean(
        related="company_id.finance_reminder_weekdays_only", readonly=False
    )
