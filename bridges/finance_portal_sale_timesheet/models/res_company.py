from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    finance_portal_invoice_approved = fields.Boolean("Invoice Approved Time Only")

    def write(self, vals):
        """Count delivered time anew when it counts by another rule."""
        before = {company.id: company.finance_portal_invoice_approved for company in self}
        result = super().write(vals)
        switched = self.filtered(
            lambda company: company.finance_portal_invoice_approved != before[company.id]
        )
        if switched:
            # sudo: who may change the setting need not see every order
            lines = self.env["sale.order.line"].sudo()
            lines = lines.search(
                [
                    ("company_id", "in", switched.ids),
                    ("qty_delivered_method", "=", "timesheet"),
                    ("state", "=", "sale"),
                ]
            )
            # Not a dependency of the quantity: that would look at every line of the company.
            lines.modified(["qty_delivered_method"])
        return result
