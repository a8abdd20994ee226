from odoo import api, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.constrains("invoice_template_pdf_report_id")
    def _check_finance_portal_invoice_report(self):
        """Refuse a report for other records, which would print the one with an invoice's id.

        Many people may change contacts, and Odoo's own portal prints with all rights, too.
        """
        # sudo: which records a report is for is no secret
        reports = self.sudo().invoice_template_pdf_report_id
        if any(report.model != "account.move" for report in reports):
            raise ValidationError(self.env._("Choose a report that is made for invoices."))
