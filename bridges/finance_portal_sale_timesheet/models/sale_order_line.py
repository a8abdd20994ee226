from odoo import api, models
from odoo.fields import Domain


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.depends(
        "timesheet_ids.finance_approval",
        "timesheet_ids.timesheet_invoice_id",
        "timesheet_ids.timesheet_invoice_id.state",
        "timesheet_ids.timesheet_invoice_id.payment_state",
    )
    def _compute_qty_delivered(self):
        return super()._compute_qty_delivered()

    def _timesheet_compute_delivered_quantity_domain(self):
        """Count the time that may be invoiced."""
        domain = Domain(super()._timesheet_compute_delivered_quantity_domain())
        return domain & self.env["account.analytic.line"]._finance_portal_get_billable_domain()
