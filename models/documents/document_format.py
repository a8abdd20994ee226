import re
from datetime import timedelta

from babel.dates import format_timedelta
from markupsafe import Markup

from odoo import models
from odoo.tools import float_round, formatLang, html2plaintext, html_sanitize
from odoo.tools.misc import babel_locale_parse, get_lang

from ...tools.zones import get_zone

FILE_LINK = re.compile(
    r'(<a\b[^>]*?)\shref="[^"]*(?:access_token=|/web/(?:content|image)/)[^"]*"', re.IGNORECASE
)
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
NO_BREAK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # Odoo's, behind a minus


def _digits(number, most=2):
    """Return how many decimals a number needs, ``most`` at most.

    >>> _digits(3.0), _digits(0.25), _digits(1 / 3)
    (0, 2, 2)
    """
    rounded = f"{float_round(number, precision_digits=most):.{most}f}"
    return len(rounded.rstrip("0").partition(".")[2])


class FinancePortalDocument(models.AbstractModel):
    """Format values for a document page, and the parts that all kinds share.

    Everything is text in the language of the context; nothing here decides what is shown.
    """

    _inherit = "finance.portal.document"

    # === FORMATS === #

    def _finance_portal_money(self, amount, currency=None):
        """Return an amount as text, in the document's currency unless told otherwise.

        Rounded as the official PDF rounds: half a cent up.
        """
        return formatLang(
            self.env, amount, currency_obj=currency or self.currency_id, rounding_method="HALF-UP"
        )

    def _finance_portal_day(self, day):
        return self.env["finance.portal.page"]._format_day(day)

    def _finance_portal_day_of(self, moment):
        """Return the day of a moment (UTC) where the company is, as all days on the page."""
        return self._finance_portal_in_company_time()._finance_portal_day(moment)

    def _finance_portal_in_company_time(self):
        """Return this document where days are counted as its company counts them."""
        company = self._finance_portal_get_company()
        zone = get_zone(company.partner_id.tz, self.env.context.get("tz"))
        return self.with_context(tz=str(zone))

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
        """Return a number with ``most`` decimals at most, without trailing zeros."""
        return formatLang(self.env, number, digits=_digits(number, most))

    def _finance_portal_quantity(self, quantity):
        most = self.env["decimal.precision"].precision_get("Product Unit")
        return self._finance_portal_number(quantity, most)

    def _finance_portal_price(self, line):
        """Return a line's unit price with all its decimals, as the official PDF prints it."""
        html = self.env["ir.qweb.field.float"].record_to_html(line, "price_unit", {})
        return html2plaintext(html or "").replace(NO_BREAK, "")

    def _finance_portal_discount(self, line):
        """Return a line's discount as text, or nothing."""
        if not line.discount:
            return ""
        most = self.env["decimal.precision"].precision_get("Discount")
        percent = self._finance_portal_number(-line.discount, most)
        return self.env._("%(percent)s%%", percent=percent)

    def _finance_portal_unit(self, unit):
        """Return a unit's name, if the company works with units."""
        return unit.name if unit and self._finance_portal_uses("uom.group_uom") else ""

    def _finance_portal_units(self, quantity, unit, own_unit):
        """Return the unit of a quantity, and what that is in the product's own unit."""
        name = self._finance_portal_unit(unit)
        if not name or not own_unit or own_unit == unit:
            return name
        own = unit._compute_quantity(quantity, own_unit)
        return f"{name} ({self._finance_portal_quantity(own)} {own_unit.name})"

    def _finance_portal_uses(self, feature):
        """Return whether all employees have the group that switches a feature on."""
        # sudo: what is printed on every document is no secret to its reader
        return self.env["res.groups"].sudo()._is_feature_enabled(feature)

    # === PARTS OF A PAGE === #

    def _finance_portal_get_billed_lines(self, partner):
        """Return the payer's address, with their tax ID."""
        lines = partner._finance_portal_get_address_lines()
        if partner.vat:
            label = self.company_id.account_fiscal_country_id.vat_label or self.env._("Tax ID")
            lines.append(f"{label}: {partner.vat}")
        return lines

    def _finance_portal_clean(self, html):
        """Return text that staff wrote, without what the page's security policy forbids.

        Pictures go as well, and links to files: Odoo opens both with permanent tokens.
        """
        clean = html_sanitize(html, sanitize_attributes=True, strip_style=True, strip_classes=True)
        clean = FILE_LINK.sub(r"\1", str(clean))  # as markup, it would escape what is put in
        return Markup(IMAGE.sub("", clean))  # noqa: S704  sanitized the line before

    def _finance_portal_make_hero(self, label, amount, states, notes):
        """Return the dict that the hero part of the document page draws."""
        return {
            "label": label,
            "amount": self._finance_portal_money(amount),
            "states": states,
            "notes": notes,
        }

    def _finance_portal_get_total_rows(self, currency, suffix):
        """Return the rows of ``tax_totals``.

        :param currency: the currency of the amounts
        :param str suffix: the end of the names of the amounts in that currency
        """
        totals, rows = self.tax_totals or {}, []

        def add(kind, label, amount):
            text = self._finance_portal_money(amount, currency)
            rows.append({"kind": kind, "label": label, "amount": text})

        for subtotal in totals.get("subtotals", []):
            if subtotal["tax_groups"]:
                add("subtotal", subtotal["name"], subtotal[f"base_amount{suffix}"])
            for group in subtotal["tax_groups"]:
                label, base = group["group_name"], group[f"display_base_amount{suffix}"]
                if not totals["same_tax_base"] and base is not False:
                    base_text = self._finance_portal_money(base, currency)
                    label = self.env._("%(tax)s on %(amount)s", tax=label, amount=base_text)
                add("tax", label, group[f"tax_amount{suffix}"])
        rounding = totals.get(f"cash_rounding_base_amount{suffix}")
        if rounding:
            add("tax", self.env._("Rounding"), rounding)
        total = totals.get(f"total_amount{suffix}", self.amount_total)
        add("total", self.env._("Total"), total)
        return rows
