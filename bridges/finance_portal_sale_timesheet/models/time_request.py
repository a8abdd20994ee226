from odoo import models
from odoo.exceptions import UserError


class FinancePortalTimeRequest(models.Model):
    _inherit = "finance.portal.time.request"

    def _check_may_reset(self):
        """Let approvals stand that an invoice was made of."""
        # sudo: the invoices are named to whoever may reset
        entries = self.sudo().line_ids.filtered(lambda entry: entry.finance_approval == "approved")
        entries = entries.filtered_domain(entries._finance_portal_get_invoiced_domain())
        if entries:
            raise UserError(
                self.env._(
                    "Hours of %(request)s are already on %(invoices)s. "
                    "Cancel or credit the invoice first, then reset the approval.",
                    request=self.display_name,
                    invoices=", ".join(entries.timesheet_invoice_id.mapped("display_name")),
                )
            )
        return super()._check_may_reset()
