from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    finance_portal_close_native = fields.Boolean(
        related="company_id.finance_portal_close_native", readonly=False
    )
    finance_portal_email_change = fields.Selection(
        related="company_id.finance_portal_email_change", readonly=False, required=True
    )
    finance_portal_notify_decision = fields.Selection(
        related="company_id.finance_portal_notify_decision", readonly=False, required=True
    )
    finance_portal_notify_view = fields.Selection(
        related="company_id.finance_portal_notify_view", readonly=False, required=True
    )
    finance_portal_event_months = fields.Integer(
        related="company_id.finance_portal_event_months", readonly=False
    )
    finance_portal_ip_days = fields.Integer(
        related="company_id.finance_portal_ip_days", readonly=False
    )
    finance_portal_file_mb = fields.Integer(
        related="company_id.finance_portal_file_mb", readonly=False
    )
    finance_portal_offer_account = fields.Boolean(
        related="company_id.finance_portal_offer_account", readonly=False
    )
    finance_portal_account_reach = fields.Selection(
        related="company_id.finance_portal_account_reach", readonly=False
    )
    finance_portal_receipts = fields.Selection(
        related="company_id.finance_portal_receipts", readonly=False, required=True
    )
    finance_portal_statement_every = fields.Selection(
        related="company_id.finance_portal_statement_every", readonly=False, required=True
    )
    finance_portal_statement_weekday = fields.Selection(
        related="company_id.finance_portal_statement_weekday", readonly=False, required=True
    )
    finance_portal_statement_day = fields.Integer(
        related="company_id.finance_portal_statement_day", readonly=False
    )
    finance_portal_statement_when = fields.Selection(
        related="company_id.finance_portal_statement_when", readonly=False, required=True
    )
    finance_portal_require_sign_in = fields.Boolean(
        related="company_id.finance_portal_require_sign_in", readonly=False
    )
