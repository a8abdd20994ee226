from odoo import api, models
from odoo.fields import Domain


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    def _timesheet_domain_get_invoiced_lines(self, sale_line_delivery):
        """Link an invoice to the timesheets that it invoices, no others."""
        domain = Domain(super()._timesheet_domain_get_invoiced_lines(sale_line_delivery))
        return domain & self.env["account.analytic.line"]._finance_portal_get_billable_domain()
