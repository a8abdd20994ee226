from odoo import models
from odoo.tools import formatLang

from ...tools.page_table import make_row, make_table

ROW_KINDS = {
    "product": "product",
    "line_section": "section",
    "line_subsection": "subsection",
    "line_note": "note",
}


class AccountMove(models.Model):
    """The lines and the totals of the document page."""

    _inherit = "account.move"

    # === LINES === #

    def _finance_portal_get_table(self):
        """Return the lines as rows of text, see :func:`make_table`."""
        rows = []
        for line in self._get_move_lines_to_report():
            if line.collapse_composition or line.collapse_prices:
                rows += self._finance_portal_get_collapsed_rows(line)
            elif line.display_type == "product":
                rows.append(self._finance_portal_get_product_row(line))
            else:
                rows.append(self._finance_portal_get_text_row(line))
        return make_table(rows)

    def _finance_portal_get_product_row(self, line):
        return make_row(
            "product",
            line.name,
            quantity=self._finance_portal_quantity(line.quantity),
            unit=self._finance_portal_units(
                line.quantity, line.product_uom_id, line.product_id.uom_id
            ),
            price=self._finance_portal_price(line),
            discount=self._finance_portal_discount(line),
            taxes=", ".join(tax.tax_label for tax in line.tax_ids if tax.tax_label),
            amount=self._finance_portal_money(self._finance_portal_line_amount(line)),
        )

    def _finance_portal_get_text_row(self, line):
        """Return the row of a section, a subsection or a note."""
        kind = ROW_KINDS.get(line.display_type, "note")
        amount = 0
        if kind != "note":
            amount = line.get_section_subtotal()
        return make_row(
            kind, line.name, amount=amount and self._finance_portal_money(amount)
        )

    def _finance_portal_get_collapsed_rows(self, section):
        """Return a section whose lines, or whose lines' prices, the customer does not see."""
        only_total = section.collapse_composition
        rows = []
        for child in section._get_child_lines():
            kind = ROW_KINDS.get(child["display_type"], "note")
            amount = self._finance_portal_money(self._finance_portal_line_amount(child))
            taxes = ", ".join(child["taxes"])
            if kind == "product":
                price = formatLang(self.env, child["price_subtotal"], dp="Product Price")
                cells = {
                    "quantity": self._finance_portal_quantity(child["quantity"]),
                    "unit": self._finance_portal_units(
                        child["quantity"], child["line_uom"], child["product_uom"]
                    ),
                    "price": only_total and price,
                    "taxes": taxes,
                    "amount": only_total and amount,
                }
                rows.append(make_row(kind, child["name"], **cells))
            elif kind == "note":
                rows.append(make_row(kind, child["name"]))
            else:
                name = "\n".join(filter(None, (child["name"], taxes)))
                rows.append(make_row(kind, name, amount=amount))
        return rows

    def _finance_portal_line_amount(self, line):
        """Return the amount of a line, with or without taxes as the company shows them.

        :param line: a line, or what ``_get_child_lines`` returns for one
        """
        included = self.company_price_include == "tax_included"
        return line["price_total" if included else "price_subtotal"]

    # === TOTALS === #

    def _finance_portal_get_totals(self):
        """Return subtotals, taxes, rounding and total as ``{kind, label, amount}``."""
        return self._finance_portal_get_total_rows(self.currency_id, "_currency")

    def _finance_portal_get_company_totals(self):
        """Return the same in the company's currency, where the company has to show it."""
        if not (self.tax_totals or {}).get("display_in_company_currency"):
            return []
        return self._finance_portal_get_total_rows(self.company_currency_id, "")

    def _finance_portal_get_total_texts(self):
        """Return the texts around the totals, which are printed where the company wants them."""
        words = self.company_id.display_invoice_amount_total_words and self.amount_total_words
        currency = self.company_currency_id.name
        return {
            "amount_in_words": words or "",
            "company_totals_title": self.env._("Taxes in %(currency)s", currency=currency),
        }

    def _finance_portal_get_settlement(self):
        """Return payments and what is left, as rows that follow the total."""
        counterparts = self._finance_portal_get_counterparts()
        if not counterparts or self.payment_state == "invoicing_legacy":
            return []
        rows = [
            {
                "kind": "payment",
                "label": self._finance_portal_get_counterpart_label(entry),
                "amount": self._finance_portal_money(entry["amount"]),
            }
            for entry in counterparts
        ]
        if discount := sum(entry.get("discount", 0) for entry in counterparts):
            amount = self._finance_portal_money(discount)
            label = self.env._("Early payment discount")
            rows.append({"kind": "payment", "label": label, "amount": amount})
        left = self._finance_portal_money(self._finance_portal_amount_left())
        is_credit = self.move_type == "out_refund"
        label = self.env._("Open credit") if is_credit else self.env._("Amount due")
        return [*rows, {"kind": "due", "label": label, "amount": left}]
