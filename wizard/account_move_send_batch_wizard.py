from odoo import api, fields, models


class AccountMoveSendBatchWizard(models.TransientModel):
    _inherit = "account.move.send.batch.wizard"

    finance_secure = fields.Boolean(compute="_compute_finance_secure")

    @api.depends("move_ids")
    def _compute_finance_secure(self):
        for wizard in self:
            wizard.finance_secure = all(
                wizard.move_ids.company_id.mapped("finance_portal_close_native")
            )
