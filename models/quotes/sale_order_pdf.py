from odoo import models

from ..pdf.document_pdf import CURRENCY, PARTNER, read_printed

REPORT = "sale.action_report_saleorder"
ORDER = (
    "name",
    "client_order_ref",
    "date_order",
    "validity_date",
    "commitment_date",
    "note",
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    # Printed by other apps of Odoo, where they are installed.
    "incoterm",
    "incoterm_location",
    "quotation_document_ids",
    "customizable_pdf_form_fields",
)
LINE = (
    "name",
    "display_type",
    "product_uom_qty",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "price_subtotal",
    "price_total",
    "is_downpayment",
    "product_type",
    "combo_item_id",
    "parent_id",
    "collapse_prices",
    "collapse_composition",
    "product_document_ids",
)
TAX = ("name", "invoice_label", "tax_group_id")


class SaleOrder(models.Model):
    """The official PDF of a quote or an order."""

    _inherit = "sale.order"

    def _finance_portal_get_report(self):
        # Not ``ref``, which asks each time whether it still exists.
        number = self.env["ir.model.data"]._xmlid_to_res_id(REPORT, raise_if_not_found=True)
        # sudo: whoever prints it need not be allowed to read reports
        return self.env["ir.actions.report"].sudo().browse(number)

    def _finance_portal_has_official_pdf(self):
        """Return whether its PDF is official: a quote is printed the same before it is sent."""
        return self.state in ("draft", "sent", "sale")

    def _finance_portal_get_printed(self):
        lines = self._get_order_lines_to_report()
        taxes, units = lines.tax_ids, lines.product_uom_id | lines.product_id.uom_id
        addresses = (self.partner_id, self.partner_invoice_id, self.partner_shipping_id)
        return {
            "is_quote": self._finance_portal_is_quote(),
            "signed_by": bool(self.signature) and self.signed_by,
            "order": read_printed(self, ORDER),
            "lines": read_printed(lines, LINE),
            "taxes": read_printed(taxes, TAX) + read_printed(taxes.tax_group_id, ("name",)),
            "units": read_printed(units, ("name", "factor")),
            "currency": read_printed(self.currency_id, CURRENCY),
            "addresses": [read_printed(partner, PARTNER) for partner in addresses],
            "salesperson": self.user_id.name,
            "terms": [self.payment_term_id.note, self.fiscal_position_id.note],
            "foreign_vat": self.fiscal_position_id.foreign_vat,
        }
