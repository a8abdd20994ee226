from odoo import fields, models
from odoo.tools import float_repr, html2plaintext

from ...tools.pdf_pages import list_typed


class SaleOrder(models.Model):
    """What a customer decides on in a quote, and how a change of it is told."""

    _inherit = "sale.order"

    def _finance_portal_get_terms(self, lang=None):
        """Return lines, prices, taxes and terms of the quote, in the customer's language."""
        self.ensure_one()
        lang = lang or self._finance_portal_get_terms_lang()
        order = self.with_context(lang=lang, tz=False)
        head = {
            "currency": order.currency_id.name,
            "untaxed": order._finance_portal_exact(order.amount_untaxed),
            "tax": order._finance_portal_exact(order.amount_tax),
            "total": order._finance_portal_exact(order.amount_total),
            "validity": fields.Date.to_string(order.validity_date) or "",
            "delivery": fields.Datetime.to_string(order.commitment_date) or "",
            "payment_terms": order._finance_portal_plain(
                order.payment_term_id.name, order.payment_term_id.note
            ),
            "fiscal_note": order._finance_portal_plain(order.fiscal_position_id.note),
            "note": order._finance_portal_plain(order.note),
            "customer_note": order._finance_portal_get_note(),
            "signature": "1" if order.require_signature else "",
            "prepayment": str(order.prepayment_percent) if order.require_payment else "",
            "files": "\n".join(" ".join(mark) for mark in order._finance_portal_get_file_marks()),
            **order._finance_portal_get_printed_terms(),
        }
        return {
            "head": head,
            "lines": [
                line._finance_portal_get_terms()
                for line in order.order_line
                if not line._finance_portal_get_sections().filtered("collapse_composition")
            ],
        }

    def _finance_portal_get_printed_terms(self):
        """Return what other apps print on a quote beside its lines, as far as there is any.

        Terms of delivery, and pages before and behind the quote with what was typed on them.
        """
        found = {"incoterm": self._finance_portal_get_incoterm()}
        if "quotation_document_ids" in self._fields:
            order = self.sudo()  # sudo: whoever reads the quote reads its pages
            pages = [
                *order.quotation_document_ids.ir_attachment_id,
                *order.order_line.product_document_ids.ir_attachment_id,
            ]
            found |= {
                "pages": "\n".join(f"{page.name} {page.checksum}" for page in pages),
                "typed": "\n".join(list_typed(order.customizable_pdf_form_fields)),
            }
        return {name: text for name, text in found.items() if text}

    def _finance_portal_exact(self, amount):
        """Return an amount as a text that depends on no language."""
        return float_repr(self.currency_id.round(amount), self.currency_id.decimal_places)

    def _finance_portal_plain(self, *texts):
        """Return texts and rich texts as one plain text."""
        return "\n".join(html2plaintext(text).strip() for text in texts if text)

    def _finance_portal_describe_change(self, change):
        label = self._finance_portal_get_change_label(change.field)
        if change.field == "line":
            present = change.new or change.old
            text = present["name"]
            if present.get("price"):
                price = self._finance_portal_money(float(present["price"]))
                text = (
                    f"{text}: {self._finance_portal_quantity(float(present['quantity']))} × {price}"
                )
            elif present.get("amount"):  # of a section that hides the prices of its lines
                text = f"{text}: {self._finance_portal_money(float(present['amount']))}"
            gone = self.env._("not part of it")
            return label, text if change.old else gone, text if change.new else gone
        if change.field in ("files", "pages"):
            old, new = ({*text.splitlines()} for text in (change.old or "", change.new or ""))

            def names(files):
                return ", ".join(sorted(line.rpartition(" ")[0] for line in files))

            return label, names(old - new) or "–", names(new - old) or "–"
        if change.line:
            label = f"{change.line['name'].partition(chr(10))[0]}: {label}"
        return label, *(self._finance_portal_word(change.field, side) for side in change[2:])

    def _finance_portal_get_change_label(self, field):
        """Return what customers call a part of the terms."""
        labels = {
            "line": self.env._("Line"),
            "order": self.env._("Order of the lines"),
            "currency": self.env._("Currency"),
            "untaxed": self.env._("Amount without taxes"),
            "tax": self.env._("Taxes"),
            "total": self.env._("Total"),
            "validity": self.env._("Valid until"),
            "delivery": self.env._("Delivery date"),
            "payment_terms": self.env._("Payment terms"),
            "signature": self.env._("Signature"),
            "prepayment": self.env._("Payment to confirm"),
            "files": self.env._("Attached files"),
            "pages": self.env._("Pages of the PDF"),
            "incoterm": self.env._("Incoterm"),
            "quantity": self.env._("Quantity"),
            "unit": self.env._("Unit"),
            "price": self.env._("Unit price"),
            "discount": self.env._("Discount"),
            "taxes": self.env._("Taxes"),
            "amount": self.env._("Amount"),
            "name": self.env._("Description"),
            "optional": self.env._("Optional"),
        }
        return labels.get(field) or self.env._("Terms and notes")

    def _finance_portal_word(self, field, value):
        """Return a value of the terms as customers read it."""
        if not value:
            return "–"
        if field in ("untaxed", "tax", "total", "amount", "price"):
            return self._finance_portal_money(float(value))
        if field in ("validity", "delivery"):
            return self._finance_portal_day(value[:10])
        if field in ("discount", "prepayment"):
            share = float(value) * (100 if field == "prepayment" else 1)
            return self.env._("%(percent)s%%", percent=self._finance_portal_number(share))
        if field in ("signature", "optional"):
            return self.env._("Yes")
        return value


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _finance_portal_get_terms(self):
        """Return what the customer decides on in this line, as texts."""
        self.ensure_one()
        order = self.order_id
        if self.display_type:
            own = {"id": str(self.id), "kind": self.display_type, "name": self.name or ""}
            return {**own, **self._finance_portal_get_section_terms()}
        units = self.env["decimal.precision"].precision_get("Product Unit")
        prices = self.env["decimal.precision"].precision_get("Product Price")
        optional = "is_optional" in self._fields and self._is_line_optional()
        # What the page does not show, its form must not hold either.
        is_priced = not self._finance_portal_get_sections().filtered("collapse_prices")
        return {
            "id": str(self.id),
            "kind": "product",
            "name": self.name or "",
            "quantity": float_repr(self.product_uom_qty, units),
            "unit": self.product_uom_id.name or "",
            "price": float_repr(self.price_unit, prices) if is_priced else "",
            "discount": f"{self.discount:g}" if self.discount and is_priced else "",
            "taxes": ", ".join(self.tax_ids.mapped("name")),
            "amount": order._finance_portal_exact(self.price_subtotal) if is_priced else "",
            "optional": "1" if optional else "",
        }

    def _finance_portal_get_section_terms(self):
        """Return what a section says instead of the prices of its lines, where it hides them.

        The quote's total alone would let amounts move from one such section to another.
        """
        if not (self.collapse_composition or self.collapse_prices):
            return {}
        if not self.collapse_composition and self.parent_id.collapse_prices:
            return {}  # nor does the page show what this part comes to
        exact = self.order_id._finance_portal_exact
        shown = {"amount": exact(self._get_section_totals("price_subtotal"))}
        if not self.collapse_composition:
            return shown  # its lines are there, with their taxes
        parts = [
            (", ".join(part["tax_labels"]) or "–", exact(part["price_subtotal"]))
            for part in self._get_grouped_section_summary()
        ]
        texts = sorted(f"{taxes}: {amount}" for taxes, amount in parts)
        return {**shown, "taxes": ", ".join(texts if len(parts) > 1 else [parts[0][0]])}

    def _finance_portal_get_sections(self):
        """Return the section and the subsection that a line stands in."""
        return self.parent_id | self.parent_id.parent_id
