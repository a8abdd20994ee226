from odoo import models
from odoo.tools import SQL, is_html_empty

from ..web.page_cache import PossibleRows
from .sale_order_page_sources import (
    ADDED_SOURCES,
    INVOICE_SOURCES,
    INVOICES,
    IS_INVOICED,
    PAGE_SOURCES,
    PAYMENT_SOURCES,
    PAYMENTS,
)


class SaleOrder(models.Model):
    """The document page of a quote or an order: who and what."""

    _inherit = "sale.order"

    def _finance_portal_get_page_sources(self):
        """Return the rows that the document page of a quote or an order is drawn from."""
        added = [source for name, *source in ADDED_SOURCES if name in self._fields]
        own = {"order": self.id, "company": self.company_id.id}
        invoices = [
            *self._finance_portal_fill_sources(INVOICE_SOURCES, **own),
            *self.env["finance.portal.waiting"]._get_page_sources(SQL(INVOICES, **own)),
        ]
        payments = self._finance_portal_fill_sources(PAYMENT_SOURCES, **own)
        return [
            *self._finance_portal_fill_sources((*PAGE_SOURCES, *added), **own),
            PossibleRows(SQL(IS_INVOICED), invoices),
            PossibleRows(SQL(PAYMENTS, **own), payments),
        ]

    def _finance_portal_get_page_values(self):
        """Return what the document page shows, formatted for the context's language.

        :return: dict of

            - ``kind``: "quote" or "order"
            - ``hero``: see :meth:`_finance_portal_get_hero`
            - ``facts``: list of ``(label, value)``, none of them empty
            - ``parties``: list of ``{label, lines}``, address blocks
            - ``sender_vat``: the tax ID to print for the company, when not its usual one
            - ``table``: see :meth:`_finance_portal_get_table`
            - ``totals``: list of ``{kind, label, amount}``
            - ``notes``: list of markup: terms and conditions, payment terms, legal remarks
        """
        self.ensure_one()
        order = self._finance_portal_in_company_time()
        return {
            "kind": "quote" if order._finance_portal_is_quote() else "order",
            "hero": order._finance_portal_get_hero(),
            "facts": order._finance_portal_get_facts(),
            "parties": order._finance_portal_get_parties(),
            "sender_vat": order.fiscal_position_id.foreign_vat,
            "table": order._finance_portal_get_table(),
            "totals": (
                order._finance_portal_get_total_rows(order.currency_id, "_currency")
                + order._finance_portal_get_settlement()
            ),
            "notes": order._finance_portal_get_notes(),
        }

    # === WHO AND WHAT === #

    def _finance_portal_get_facts(self):
        is_quote = self._finance_portal_is_quote()
        day_label = self.env._("Quotation date") if is_quote else self.env._("Order date")
        term = self.payment_term_id
        rows = [
            (day_label, self._finance_portal_day(self.date_order)),
            (self.env._("Expiration"), is_quote and self._finance_portal_day(self.validity_date)),
            (self.env._("Your reference"), self.client_order_ref),
            (self.env._("Delivery date"), self._finance_portal_day(self.commitment_date)),
            (self.env._("Salesperson"), self.user_id.name),
            # A term with a note says it in the note, in a whole sentence.
            (self.env._("Payment terms"), is_html_empty(term.note) and term.name),
            (self.env._("Incoterm"), self._finance_portal_get_incoterm()),
        ]
        return [row for row in rows if row[1]]

    def _finance_portal_get_parties(self):
        """Return the addresses that Odoo prints on the PDF, by its rules, of whoever stayed."""
        is_quote = self._finance_portal_is_quote()
        label = self.env._("Prepared for") if is_quote else self.env._("Customer")
        named, billed, shipped = map(
            self._finance_portal_get_addressee,
            (self.partner_id, self.partner_invoice_id, self.partner_shipping_id),
        )
        blocks = [{"label": label, "lines": self._finance_portal_get_billed_lines(named)}]
        if billed == shipped != named:
            both = self.env._("Invoicing and shipping address")
            blocks.append({"label": both, "lines": billed._finance_portal_get_address_lines()})
        elif billed != shipped:
            for label, partner in (
                (self.env._("Invoicing address"), billed),
                (self.env._("Shipping address"), shipped),
            ):
                lines = partner._finance_portal_get_address_lines()
                blocks.append({"label": label, "lines": lines})
        return [block for block in blocks if block["lines"]]

    def _finance_portal_get_notes(self):
        notes = (self.note, self.payment_term_id.note, self.fiscal_position_id.note)
        return [self._finance_portal_clean(note) for note in notes if not is_html_empty(note)]

    # === WHAT OTHER ADDONS BRING === #

    def _finance_portal_get_incoterm(self):
        """Return the terms of delivery, known where stock is managed."""
        if "incoterm" not in self._fields:
            return ""
        return " ".join(filter(None, (self.incoterm.code, self.incoterm_location)))

    def _finance_portal_is_optional(self, line):
        """Return whether the customer may choose the quantity of a line, or of a section's lines.

        Known where quotation templates are used.
        """
        if not line or "is_optional" not in line._fields:
            return False
        return line.is_optional if line.display_type else line._is_line_optional()
