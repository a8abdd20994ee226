from odoo import api, fields, models

from .account_analytic_line import APPROVALS


class TimesheetsAnalysisReport(models.Model):
    """The analysis of timesheets knows what customers said: its search is that of the entries."""

    _inherit = "timesheets.analysis.report"

    finance_approval = fields.Selection(APPROVALS, "Customer Approval", readonly=True)
    finance_time_request_id = fields.Many2one(
        "finance.portal.time.request", "Time Approval", readonly=True
    )

    @api.model
    def _select(self):
        own = "A.finance_approval AS finance_approval, A.finance_time_request_id"
        return f"{super()._select()}, {own} AS finance_time_request_id"
