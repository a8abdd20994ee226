from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    finance_portal_invoice_approved = fields.Boolean(
        related="company_id.finance_portal_invoice_approved", readonly=False
    )
