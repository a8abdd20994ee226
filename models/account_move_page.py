import re
from datetime import timedelta

from babel.dates import format_timedelta
from markupsafe import Markup

from odoo import models
from odoo.tools import SQL, float_round, format_date, formatLang, html_sanitize, is_html_empty
from odoo.tools.misc import babel_locale_parse, get_lang

from .account_move_page_sources import PAGE_SOURCES

KINDS = {"out_invoice": "invoice", "out_refund": "credit_note", "out_receipt": "receipt"}
FILE_LINK = re.compile(
    r'(<a\b[^>]*?)\shref="[^"]*(?:access_token=|/web/(?:content|image)/)[^"]*"', re.IGNORECASE
)
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)


def _digits(number, most=2):
    """Return how many decimals a number needs, ``most`` at most.

    >>> _digits(3.0), _digits(0.25), _digits(1 / 3)
    (0, 2, 2)
    """
    rounded = f"{float_round(number, precision_digits=most):.{most}f}"
    return len(rounded.rstrip("0").partition(".")[2])


class AccountMove(models.Model):
    """The document page: who and what, and how values are written."""

    _inherit = "account.move"

    def _finance_portal_get_page_sources(self):
        """Return the rows that the document page of an invoice is drawn from."""
        return [
            (table, SQL(condition, move=self.id, company=self.company_id.id))
            for table, condition in PAGE_SOURCES
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
            - ``pay``: ``None`` or ``(label, value)`` pairs on how to pay
            - ``notes``: list of markup: legal notes, payment terms, terms and conditions
        """
        self.ensure_one()
        # Due and overdue are counted in days where the company is.
        # The ERP's computation of a line's section would write to the invoice (rule L7).
        move = self.with_context(
            tz=self.company_id.partner_id.tz or self.env.context.get("tz"), skip_invoice_sync=True
        )
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
        billed = self._finance_portal_get_address(self.partner_id)
        if self.partner_id.vat:
            label = self.company_id.account_fiscal_country_id.vat_label or self.env._("Tax ID")
            billed.append(f"{label}: {self.partner_id.vat}")
        blocks = [{"label": labels.get(self.move_type, self.env._("Billed to")), "lines": billed}]
        delivered = self.partner_shipping_id
        is_apart = delivered and delivered != self.partner_id
        if is_apart and self._finance_portal_uses("account.group_delivery_invoice_address"):
            lines = self._finance_portal_get_address(delivered)
            blocks.append({"label": self.env._("Delivered to"), "lines": lines})
        return [block for block in blocks if block["lines"]]

    def _finance_portal_get_address(self, partner):
        """Return name and address as lines, the company's name above its contact's."""
        address = partner._display_address(without_company=True).splitlines()
        lines = [partner.commercial_company_name, partner.name, *address]
        return list(dict.fromkeys(line.strip() for line in lines if line and line.strip()))

    def _finance_portal_get_notes(self):
        notes = (
            self.fiscal_position_id.note,
            self.taxes_legal_notes,
            self.invoice_payment_term_id.note,
            self.narration,
        )
        return [self._finance_portal_clean(note) for note in notes if not is_html_empty(note)]

    def _finance_portal_clean(self, html):
        """Return text that staff wrote, without what the page's security policy forbids.

        Pictures go as well, and links to files: the ERP opens both with permanent tokens.
        """
        clean = html_sanitize(html, sanitize_attributes=True, strip_style=True, strip_classes=True)
        clean = FILE_LINK.sub(r"\1", clean)
        return Markup(IMAGE.sub("", clean))  # noqa: S704  sanitized the line before

    # === FORMATS === #

    def _finance_portal_money(self, amount, currency=None):
        """Return an amount as text, in the document's currency unless told otherwise."""
        return formatLang(self.env, amount, currency_obj=currency or self.currency_id)

    def _finance_portal_day(self, day):
        return format_date(self.env, day) if day else ""

    def _finance_portal_days(self, days, from_now=False):
        """Return a number of days in words, with the plural each language wants.

        :param bool from_now: "in 3 days" instead of "3 days"
        """
        return format_timedelta(
            timedelta(days=days),
            granularity="day",
            threshold=float("inf"),  # weeks and months hide how late it is
            add_direction=from_now,
            locale=babel_locale_parse(get_lang(self.env).code),
        )

    def _finance_portal_number(self, number, most=2):
        """Return a number with ``most`` decimals, without those that say nothing."""
        return formatLang(self.env, number, digits=_digits(number, most))

    def _finance_portal_quantity(self, quantity):
        most = self.env["decimal.precision"].precision_get("Product Unit")
        return self._finance_portal_number(quantity, most)

    def _finance_portal_unit(self, unit):
        """Return a unit's name, if the company works with units."""
        return unit.name if unit and self._finance_portal_uses("uom.group_uom") else ""

    def _finance_portal_uses(self, feature):
        """Return whether all employees have the group that switches a feature on."""
        # sudo: what is printed on every document is no secret to its reader
        return self.env["res.groups"].sudo()._is_feature_enabled(feature)
