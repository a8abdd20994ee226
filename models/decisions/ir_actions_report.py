from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _finance_portal_get_letterhead_models(self):
        return (*super()._finance_portal_get_letterhead_models(), "finance.portal.decision")
