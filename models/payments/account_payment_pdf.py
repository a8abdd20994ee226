from odoo import models

from ..pdf.document_pdf import CURRENCY, PARTNER, read_printed

PAYMENT = ("name", "date", "amount", "memo")
INVOICE = ("name", "invoice_date", "ref", "amount_total", "amount_residual", "currency_id")


class AccountPayment(models.Model):
    """The official PDF of a payment receipt."""

    _inherit = "account.payment"

    def _finance_portal_get_report(self):
        # sudo: whoever prints it need not be allowed to read reports
        return self.env.ref("account.action_report_payment_receipt").sudo()

    def _finance_portal_get_printed(self):
        invoices = self._finance_portal_get_printed_invoices()
        return {
            "title": self.payment_receipt_title,
            "parts": self._get_payment_receipt_report_values(),
            "payment": read_printed(self, PAYMENT),
            "method": self.payment_method_id.name,
            "customer": read_printed(self.partner_id, PARTNER),
            "invoices": read_printed(invoices, INVOICE),
            # The receipt lists whatever else was paid on these invoices, too.
            "settled": [self._finance_portal_get_settled(invoice) for invoice in invoices],
            "currencies": read_printed(self.currency_id | invoices.currency_id, CURRENCY),
        }

    def _finance_portal_get_settled(self, invoice):
        """Return what the receipt prints below one invoice."""
        partials, _exchange_moves = invoice._get_reconciled_invoices_partials()
        may_name = self._finance_portal_may_name
        return [
            (
                may_name(line.move_id) and line.move_id.name,
                line.move_id.date,
                may_name(line.move_id) and line.payment_id.memo,
                amount,
                partial.debit_amount_currency,
                partial.credit_amount_currency,
                line.currency_id.id,
            )
            for partial, amount, line in partials
        ]
