from odoo import fields, models


class FinancePortalTimeReset(models.TransientModel):
    """Take a customer's answer back, with the reason."""

    _name = "finance.portal.time.reset"
    _description = "Reset a Time Approval"

    request_id = fields.Many2one(
        "finance.portal.time.request", "Time Approval", required=True, readonly=True
    )
    reason = fields.Text(required=True, help="Kept with the customer's answer.")

    def action_reset(self):
        """Have the customer asked anew."""
        self.ensure_one()
        self.request_id._reset(self.reason)
        return {"type": "ir.actions.act_window_close"}
