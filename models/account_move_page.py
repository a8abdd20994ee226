import re
from datetime import timedelta

from babel.dates import format_timedelta
from markupsafe import Markup

from odoo import fields, models
from odoo.tools import float_round, format_date, formatLang, html_sanitize, is_html_empty
from odoo.tools.misc import babel_locale_parse, get_lang

KINDS = {"out_invoice": "invoice", "out_refund": "credit_note", "out_receipt": "receipt"}
ROW_KINDS = {
    "product": "product",
    "line_section": "section",
    "line_subsection": "subsection",
    "line_note": "note",
}
# So long that a row of six columns no longer fits in the page's one column.
WIDE_AMOUNT = 16
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)


def _digits(number, most=2):
    """Return how many decimals a number needs, ``most`` at most.

    >>> _digits(3.0), _digits(0.25), _digits(1 / 3)
    (0, 2, 2)
    """
    rounded = f"{float_round(number, precision_digits=most):.{most}f}"
    return len(rounded.rstrip("0").partition(".")[2])


class AccountMove(models.Model):
    _inherit = "account.move"

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

    # === AMOUNT AND STATUS === #

    def _finance_portal_get_hero(self):
        """Return the one amount that matters now, and how it stands.

        :return: dict of ``label``, ``amount``, ``states`` (list of ``(tone, text)``, tone being
            one of good, calm, warn, bad) and ``notes`` (list of sentences)
        """
        if self.move_type == "out_refund":
            return self._finance_portal_get_credit_hero()
        if self._finance_portal_is_open():
            return self._finance_portal_get_open_hero()
        notes = []
        if self.payment_state == "paid":
            states = [("good", self.env._("Paid"))]
            dates = [entry["date"] for entry in self._finance_portal_get_counterparts()]
            if dates:
                day = format_date(self.env, max(dates))
                notes.append(self.env._("Paid on %(date)s. Thank you!", date=day))
        elif self.payment_state == "in_payment":
            states = [("calm", self.env._("Payment is being processed"))]
        elif self.payment_state == "reversed":
            states = [("calm", self.env._("Reversed"))]
            notes.append(self.env._("A credit note covers this document: nothing to pay."))
        else:
            states = []  # imported without its payments: the ERP itself does not know
        return self._finance_portal_make_hero(self.env._("Total"), self.amount_total, states, notes)

    def _finance_portal_get_open_hero(self):
        """Return the hero of an invoice or receipt with something to pay."""
        due, notes, states = self._finance_portal_get_due_date(), [], []
        if due:
            states.append(self._finance_portal_get_due_state(due))
            notes.append(self._finance_portal_get_due_note(due))
        left = self._finance_portal_amount_left()
        if not self.currency_id.is_zero(self.amount_total - left):
            states.append(("calm", self.env._("Partly paid")))
            paid = self._finance_portal_money(self.amount_total - left)
            total = self._finance_portal_money(self.amount_total)
            notes.append(self.env._("%(paid)s of %(total)s paid", paid=paid, total=total))
        else:
            notes += self._finance_portal_get_discount_notes()
        return self._finance_portal_make_hero(self.env._("Amount due"), left, states, notes)

    def _finance_portal_get_credit_hero(self):
        """Return the hero of a credit note: how much, and what became of it."""
        left, notes = self._finance_portal_amount_left(), []
        if not self._finance_portal_is_open():
            kinds = {entry["move"].move_type for entry in self._finance_portal_get_counterparts()}
            if "out_invoice" not in kinds:
                states = [("good", self.env._("Refunded"))]
            elif len(kinds) == 1:
                states = [("good", self.env._("Offset against invoices"))]
            else:
                states = [("good", self.env._("Settled"))]
        elif not self.currency_id.is_zero(self.amount_total - left):
            states = [("calm", self.env._("Partly settled"))]
            amount = self._finance_portal_money(left)
            notes.append(self.env._("%(amount)s still open in your favor", amount=amount))
        else:
            states = [("calm", self.env._("Open credit"))]
            notes.append(self.env._("Nothing to pay: this amount is in your favor."))
        return self._finance_portal_make_hero(
            self.env._("Credit"), self.amount_total, states, notes
        )

    def _finance_portal_make_hero(self, label, amount, states, notes):
        """Return the dict that the hero part of the document page draws."""
        return {
            "label": label,
            "amount": self._finance_portal_money(amount),
            "states": states,
            "notes": notes,
        }

    def _finance_portal_is_open(self):
        """Return whether something is left to pay, or to be paid back."""
        known = self.payment_state not in ("invoicing_legacy", "reversed")
        return known and not self.currency_id.is_zero(self._finance_portal_amount_left())

    def _finance_portal_amount_left(self):
        """Return what is left to pay, counting payments without a journal entry as paid."""
        pending = sum(entry["amount"] for entry in self._finance_portal_get_pending())
        return max(self.amount_residual - pending, 0)

    def _finance_portal_get_due_date(self):
        """Return the day on which the next payment is due, if any."""
        installments = self._finance_portal_get_open_installments()
        return installments[:1].date_maturity or self.invoice_date_due

    def _finance_portal_get_due_state(self, due):
        """Return ``(tone, text)`` for what is due on the day ``due``."""
        days = (due - fields.Date.context_today(self)).days
        if days < 0:
            late = self._finance_portal_days(-days)
            return "bad", self.env._("Overdue by %(days)s", days=late)
        if days == 0:
            return "warn", self.env._("Due today")
        if days == 1:
            return "warn", self.env._("Due tomorrow")
        when = self._finance_portal_days(days, from_now=True)
        return "calm", self.env._("Due %(in_days)s", in_days=when)

    def _finance_portal_get_due_note(self, due):
        """Return a sentence on what to pay by the day ``due``."""
        day = format_date(self.env, due)
        installments = self._finance_portal_get_open_installments()
        if len(installments) < 2:
            return self.env._("Due date: %(date)s", date=day)
        today = fields.Date.context_today(self)
        now = installments.filtered(lambda line: line.date_maturity <= max(due, today))
        amount = self._finance_portal_money(abs(sum(now.mapped("amount_residual_currency"))))
        if due < today:
            return self.env._("%(amount)s was due by %(date)s", amount=amount, date=day)
        return self.env._("Next payment: %(amount)s by %(date)s", amount=amount, date=day)

    def _finance_portal_get_discount_notes(self):
        """Return what the customer saves by paying early, while that is still possible."""
        today = fields.Date.context_today(self)
        if not self._is_eligible_for_early_payment_discount(self.currency_id, today):
            return []
        line = self._finance_portal_get_term_lines()[:1]
        return [
            self.env._(
                "Pay %(amount)s by %(date)s and save %(discount)s.",
                amount=self._finance_portal_money(abs(line.discount_amount_currency)),
                date=format_date(self.env, line.discount_date),
                discount=self._finance_portal_money(
                    abs(line.amount_currency) - abs(line.discount_amount_currency)
                ),
            )
        ]

    # === INSTALLMENTS AND PAYMENT === #

    def _finance_portal_get_term_lines(self):
        """Return the journal items that stand for the installments, the earliest first."""
        return self.line_ids.filtered(lambda line: line.display_type == "payment_term").sorted(
            lambda line: (line.date_maturity or line.date, line.id)
        )

    def _finance_portal_shows_installments(self):
        """Return whether the company tells the customer about single installments."""
        term = self.invoice_payment_term_id
        return bool(self.show_payment_term_details and term.display_on_invoice)

    def _finance_portal_get_open_installments(self):
        """Return the unpaid installments, if there are several and the customer may know."""
        lines = self._finance_portal_get_term_lines()
        if len(lines) < 2 or not self._finance_portal_shows_installments():
            return lines.browse()
        return lines.filtered(lambda line: not line.reconciled)

    def _finance_portal_get_plan(self):
        lines = self._finance_portal_get_term_lines()
        if len(lines) < 2 or not self._finance_portal_shows_installments():
            return []
        return [
            {
                "date": format_date(self.env, line.date_maturity),
                "amount": self._finance_portal_money(abs(line.amount_currency)),
                "tone": tone,
                "state": state,
            }
            for line in lines
            for tone, state in [self._finance_portal_get_installment_state(line)]
        ]

    def _finance_portal_get_installment_state(self, line):
        """Return ``(tone, text)`` for one installment."""
        if line.reconciled:
            return "good", self.env._("Paid")
        if abs(line.amount_residual_currency) != abs(line.amount_currency):
            return "calm", self.env._("Partly paid")
        return self._finance_portal_get_due_state(line.date_maturity)

    def _finance_portal_get_pay(self):
        if self.move_type == "out_refund" or not self._finance_portal_is_open():
            return None
        bank = self.partner_bank_id
        number = self.env._("IBAN") if bank.acc_type == "iban" else self.env._("Account number")
        rows = [
            (self.env._("Account holder"), bank.acc_holder_name or bank.partner_id.name),
            (number, bank.acc_number),
            (self.env._("BIC"), bank.bank_bic),
            (self.env._("Bank"), bank.bank_name),
            (self.env._("Payment reference"), self.payment_reference),
        ]
        return [row for row in rows if row[1]] or None

    def _finance_portal_get_counterparts(self):
        """Return what this document was paid or offset with.

        :return: list of dicts of ``date``, ``amount`` (in the document's currency), ``move``
        """
        content = (self.invoice_payments_widget or {}).get("content", [])
        entries = [entry for entry in content if not entry["is_exchange"]]
        booked = [
            {"date": entry["date"], "amount": entry["amount"], "move": move}
            for entry in entries
            for move in self.browse(entry["move_id"]).with_prefetch(
                [other["move_id"] for other in entries]
            )
        ]
        return booked + self._finance_portal_get_pending()

    def _finance_portal_get_pending(self):
        """Return the payments that wait for the bank statement, without a journal entry so far.

        The ERP takes a document for paid with these, though its open amount is unchanged.
        """
        if self.currency_id.is_zero(self.amount_residual):
            return []
        return [
            {
                "date": payment.date,
                "amount": payment.currency_id._convert(
                    payment.amount, self.currency_id, self.company_id, payment.date
                ),
                "move": self.browse(),
            }
            for payment in self.matched_payment_ids
            if not payment.move_id and payment.state in ("in_process", "paid")
        ]

    def _finance_portal_get_counterpart_label(self, entry):
        """Return one line on a payment, a refund or an offset document."""
        move = entry["move"]
        if move.move_type == "out_refund":
            return self.env._("Credit note %(number)s", number=move.name)
        if move.move_type == "out_invoice":
            return self.env._("Used for invoice %(number)s", number=move.name)
        day = format_date(self.env, entry["date"])
        if self.move_type == "out_refund":
            return self.env._("Refunded on %(date)s", date=day)
        return self.env._("Paid on %(date)s", date=day)

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

        Pictures go as well: the editor stores them behind the ERP's permanent tokens.
        """
        clean = html_sanitize(html, sanitize_attributes=True, strip_style=True, strip_classes=True)
        return Markup(IMAGE.sub("", clean))  # noqa: S704  sanitized the line before

    # === LINES === #

    def _finance_portal_get_table(self):
        """Return the lines as rows of text.

        :return: dict of ``rows`` (see :meth:`_finance_portal_make_row`), ``has_discount``,
            ``has_taxes``, ``has_price`` and ``is_wide`` (too wide for columns)
        """
        rows = []
        for line in self._get_move_lines_to_report():
            if line.collapse_composition or line.collapse_prices:
                rows += self._finance_portal_get_collapsed_rows(line)
            elif line.display_type == "product":
                rows.append(self._finance_portal_get_product_row(line))
            else:
                rows.append(self._finance_portal_get_text_row(line))
        longest = max((len(row[key]) for row in rows for key in ("price", "amount")), default=0)
        return {
            "rows": rows,
            "has_discount": any(row["discount"] for row in rows),
            "has_taxes": any(row["taxes"] for row in rows),
            "is_wide": longest > WIDE_AMOUNT,
        }

    def _finance_portal_make_row(self, kind, name, **cells):
        """Return one row: ``kind``, ``name`` (first line), ``detail`` (the rest), and cells.

        Cells are text, empty where nothing is to be shown: ``quantity``, ``unit``, ``price``,
        ``discount``, ``taxes``, ``amount``.
        """
        title, _newline, detail = (name or "").strip().partition("\n")
        names = ("quantity", "unit", "price", "discount", "taxes", "amount")
        return {
            "kind": kind,
            "name": title,
            "detail": detail.strip(),
            **{cell: cells.get(cell) or "" for cell in names},
        }

    def _finance_portal_get_product_row(self, line):
        quantity = self._finance_portal_quantity(line.quantity)
        discount = self._finance_portal_number(-line.discount) if line.discount else ""
        return self._finance_portal_make_row(
            "product",
            line.name,
            quantity=quantity,
            unit=self._finance_portal_unit(line.product_uom_id),
            price=formatLang(self.env, line.price_unit, dp="Product Price"),
            discount=discount and self.env._("%(percent)s%%", percent=discount),
            taxes=", ".join(tax.tax_label for tax in line.tax_ids if tax.tax_label),
            amount=self._finance_portal_money(self._finance_portal_line_amount(line)),
        )

    def _finance_portal_get_text_row(self, line):
        """Return the row of a section, a subsection or a note."""
        kind = ROW_KINDS.get(line.display_type, "note")
        amount = 0
        if kind != "note":
            amount = sum(map(self._finance_portal_line_amount, line._get_section_lines()))
        return self._finance_portal_make_row(
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
                    "unit": self._finance_portal_unit(child["line_uom"]),
                    "price": only_total and price,
                    "taxes": taxes,
                    "amount": only_total and amount,
                }
                rows.append(self._finance_portal_make_row(kind, child["name"], **cells))
            elif kind == "note":
                rows.append(self._finance_portal_make_row(kind, child["name"]))
            else:
                name = "\n".join(filter(None, (child["name"], taxes)))
                rows.append(self._finance_portal_make_row(kind, name, amount=amount))
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
        left = self._finance_portal_money(self._finance_portal_amount_left())
        is_credit = self.move_type == "out_refund"
        label = self.env._("Open credit") if is_credit else self.env._("Amount due")
        return [*rows, {"kind": "due", "label": label, "amount": left}]

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
