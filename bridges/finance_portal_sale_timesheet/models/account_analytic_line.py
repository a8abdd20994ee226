from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class AccountAnalyticLine(models.Model):
    """Which timesheets may be invoiced."""

    _inherit = "account.analytic.line"

    @api.model
    def _finance_portal_get_billable_domain(self):
        """Return the domain of the timesheets that count as delivered.

        In companies that invoice approved time only: what is approved, and what was invoiced
        before they began to.
        """
        # sudo: how a company invoices is no secret to who counts its hours
        strict = self.env["res.company"].sudo().with_context(active_test=False)
        strict = strict.search([("finance_portal_invoice_approved", "=", True)])
        return (
            Domain("company_id", "not in", strict.ids)
            | Domain("finance_approval", "=", "approved")
            | self._finance_portal_get_invoiced_domain()
        )

    @api.model
    def _finance_portal_get_invoiced_domain(self):
        """Return the domain of the timesheets on invoices that stand."""
        invoice = Domain("state", "!=", "cancel") & Domain("payment_state", "!=", "reversed")
        return Domain("timesheet_invoice_id", "any", invoice)

    def _compute_so_line(self):
        """Leave approved time on its order line when its task or project gets another."""
        free = self - self.filtered("so_line")._finance_portal_get_approved()
        return super(AccountAnalyticLine, free)._compute_so_line()

    @api.model_create_multi
    def create(self, vals_list):
        """Believe nobody who says that new time was invoiced."""
        entries = super().create(vals_list)
        entries.filtered("timesheet_invoice_id")._finance_portal_check_invoicing()
        return entries

    def _check_can_write(self, values):
        """Leave approved time on its order line, and to invoices which time they are about."""
        if "so_line" in values:
            self.filtered("so_line")._finance_portal_check_not_approved()
        if values.get("timesheet_invoice_id"):
            self._finance_portal_check_invoicing()
        return super()._check_can_write(values)

    def _finance_portal_check_invoicing(self):
        """Raise when a person, not an invoice, says that time was invoiced.

        It would count as delivered without the customer's approval, and be invoiced next.
        """
        # sudo: how a company invoices is no secret to who enters hours
        strict = self.sudo().company_id.filtered("finance_portal_invoice_approved")
        if strict and not self.env.su:
            raise AccessError(
                self.env._("An entry counts as invoiced once it's on an invoice. Create one.")
            )
