from odoo import models
from odoo.tools import SQL, is_html_empty

from .account_move_page_sources import PAGE_SOURCES

KINDS = {"out_invoice": "invoice", "out_refund": "credit_note", "out_receipt": "receipt"}


class AccountMove(models.Model):
    """The document page: who and what."""

    _inherit = "account.move"

    def _finance_portal_get_page_sources(self):
        """Return the rows that the document page of an invoice is drawn from."""
        own = {"move": self.id, "company": self.company_id.id}
        seeds = SQL("SELECT %s::int", self.id)
        return [
            *self._finance_portal_fill_sources(PAGE_SOURCES, **own),
            *self.env["finance.portal.waiting"]._get_page_sources(seeds),
        ]

    def _finance_portal_get_page_values(self):
        """Return what the document page shows, formatted for the context's language.

        :return: dict of

            - ``kind``: "invoice", "credit_note" or "receipt"
            - ``hero``: see :meth:`_finance_portal_get_hero`
            - ``facts``: list of ``(label, value)``, none of them empty
            - ``parties``: list of ``{label, lines}``, address blocks
            - ``sender_vat``: the tax ID to print for the company, when not its usual one
            - ``table``: see :meth:`_finance_portal_get_table`
            - ``totals``, ``company_totals``: list of ``{kind, label, amount}``
            - ``company_totals_title``, ``amount_in_words``: a line of text, or empty
            - ``plan``: list of ``{date, amount, tone, state}``, the installments if several
            - ``pay``: how to pay by bank transfer, see :meth:`_finance_portal_get_pay`
            - ``notes``: list of markup: legal notes, payment terms, terms and conditions
        """
        self.ensure_one()
        move = self._finance_portal_in_company_time()
        return {
            "kind": KINDS.get(move.move_type, "invoice"),
            "hero": move._finance_portal_get_hero(),
            "facts": move._finance_portal_get_facts(),
            "parties": move._finance_portal_get_parties(),
            "sender_vat": move.fiscal_position_id.foreign_vat,
            "table": move._finance_portal_get_table(),
            "totals": move._finance_portal_get_totals() + move._finance_portal_get_settlement(),
            "company_totals": move._finance_portal_get_company_totals(),
            **move._finance_portal_get_total_texts(),
            "plan": move._finance_portal_get_plan(),
            "pay": move._finance_portal_get_pay(),
            "notes": move._finance_portal_get_notes(),
        }

    def _finance_portal_in_company_time(self):
        """Also write nothing: Odoo's computation of a line's section would do so (rule L7)."""
        move = super()._finance_portal_in_company_time()
        return move.with_context(skip_invoice_sync=True)

    # === WHO AND WHAT === #

    def _finance_portal_get_facts(self):
        day_labels = {
            "out_invoice": self.env._("Invoice date"),
            "out_refund": self.env._("Credit note date"),
            "out_receipt": self.env._("Receipt date"),
        }
        supply_date = self.show_taxable_supply_date and self.taxable_supply_date
        incoterm = (self.invoice_incoterm_id.code, self.incoterm_location)
        rows = [
            (day_labels.get(self.move_type), self._finance_portal_day(self.invoice_date)),
            (self.env._("Taxable supply"), self._finance_portal_day(supply_date)),
            (self.env._("Delivery date"), self._finance_portal_day(self.delivery_date)),
            (self.env._("Source"), self.invoice_origin),
            (self.env._("Customer code"), self.partner_id.ref),
            (self.env._("Your reference"), self.ref),
            (self.env._("Incoterm"), " ".join(filter(None, incoterm))),
        ]
        return [row for row in rows if row[1]]

    def _finance_portal_get_parties(self):
        labels = {"out_refund": self.env._("Credited to")}
        billed, delivered = map(
            self._finance_portal_get_addressee, (self.partner_id, self.partner_shipping_id)
        )
        lines = self._finance_portal_get_billed_lines(billed)
        blocks = [{"label": labels.get(self.move_type, self.env._("Billed to")), "lines": lines}]
        is_apart = delivered and delivered != billed
        if is_apart and self._finance_portal_uses("account.group_delivery_invoice_address"):
            lines = delivered._finance_portal_get_address_lines()
            blocks.append({"label": self.env._("Delivered to"), "lines": lines})
        return [block for block in blocks if block["lines"]]

    def _finance_portal_get_notes(self):
        notes = (
            self.fiscal_position_id.note,
            self.taxes_legal_notes,
            self.invoice_payment_term_id.note,
            self.narration,
        )
        return [self._finance_portal_clean(note) for note in notes if not is_html_empty(note)]
