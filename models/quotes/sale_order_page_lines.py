from odoo import models
from odoo.tools import formatLang

from ...tools.page_table import make_row, make_table

NO_BREAK = "\N{NO-BREAK SPACE}"
SECTIONS = {"line_section": "section", "line_subsection": "subsection"}


class SaleOrder(models.Model):
    """The lines of the document page, with the rules of Odoo's PDF."""

    _inherit = "sale.order"

    def _finance_portal_get_table(self):
        """Return the lines as rows of text, see :func:`make_table`."""
        lines = self._get_order_lines_to_report()
        has_taxes = any(line.tax_ids for line in self.order_line)
        rows = []
        for line in lines:
            if line.collapse_composition:
                rows += self._finance_portal_get_summary_rows(line, has_taxes)
            elif line.display_type in SECTIONS:
                rows.append(self._finance_portal_get_section_row(line))
            elif line.display_type:
                rows.append(make_row("note", line.name))
            elif line.product_type == "combo":
                rows.append(self._finance_portal_get_combo_row(line))
            else:
                rows.append(self._finance_portal_get_line_row(line))
        return make_table(rows)

    def _finance_portal_get_section_row(self, section):
        """Return the row of a section or a subsection, with what its lines add up to."""
        amount = 0
        if section.display_type == "line_section" or not section.parent_id.collapse_prices:
            amount = section._get_section_totals("price_subtotal")
        is_choice = self._finance_portal_is_optional(section)
        return make_row(
            SECTIONS[section.display_type],
            section.name,
            amount=amount and self._finance_portal_money(amount),
            tag=is_choice and self.env._("Optional"),
        )

    def _finance_portal_get_summary_rows(self, section, has_taxes):
        """Return a section whose lines the customer does not see: one row per set of taxes."""
        return [
            make_row(
                "product",
                section.name,
                quantity=self._finance_portal_quantity(1),
                price=formatLang(
                    self.env,
                    part["price_subtotal"],
                    digits=self.currency_id.decimal_places,
                    rounding_method="HALF-UP",
                ),
                taxes=", ".join(part["tax_labels"]),
                amount=self._finance_portal_money(part["price_subtotal"]),
            )
            for part in section._get_grouped_section_summary(has_taxes)
        ]

    def _finance_portal_get_combo_row(self, line):
        """Return the row above the products of a combo, whose prices add up to its own."""
        amount = line._get_combo_totals("price_subtotal")
        return make_row(
            "combo",
            line.name,
            amount=not self._finance_portal_hides_prices(line)
            and self._finance_portal_money(amount),
            **self._finance_portal_get_quantity_cells(line),
        )

    def _finance_portal_get_line_row(self, line):
        # Each on one line: "VAT 19%" isn't broken in a narrow column.
        taxes = [tax.tax_label.replace(" ", NO_BREAK) for tax in line.tax_ids if tax.tax_label]
        cells = {"taxes": ", ".join(taxes)}
        if line.is_downpayment:  # a sum that was invoiced, not a product that is delivered
            cells["price"] = self._finance_portal_price(line)
            return make_row("product", line.name, **cells)
        cells |= self._finance_portal_get_quantity_cells(line)
        is_left_out = bool(cells.get("tag"))  # an amount of zero would read "free of charge"
        if not self._finance_portal_hides_prices(line):
            cells |= {
                "price": self._finance_portal_price(line),
                "discount": self._finance_portal_discount(line),
                "amount": not is_left_out and self._finance_portal_money(line.price_subtotal),
            }
        kind = "item" if line.combo_item_id else "product"
        return make_row(kind, line.name, **cells)

    def _finance_portal_get_quantity_cells(self, line):
        """Return the cells on how much of a line is offered or ordered."""
        cells = {
            "quantity": self._finance_portal_quantity(line.product_uom_qty),
            "unit": self._finance_portal_get_line_unit(line),
        }
        if not self._finance_portal_is_optional(line) or line.combo_item_id:
            return cells
        if not line.product_uom_qty:
            is_quote = self._finance_portal_is_quote()
            cells["tag"] = self.env._("Not included") if is_quote else self.env._("Not ordered")
        return {**cells, "option": f"option_{line.id}"}

    def _finance_portal_get_line_unit(self, line):
        """Return the unit of a line, and what that is in the unit the product is known by."""
        return self._finance_portal_units(
            line.product_uom_qty, line.product_uom_id, line.product_id.uom_id
        )

    def _finance_portal_hides_prices(self, line):
        """Return whether the customer sees only what the section of a line adds up to."""
        section = line.parent_id
        return section.collapse_prices or section.parent_id.collapse_prices
