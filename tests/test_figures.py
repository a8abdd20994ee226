"""Page and official PDF agree in every figure (section 13), over a family of documents."""

import re
from collections import Counter
from decimal import Decimal

import lxml.html

from odoo import Command
from odoo.tests import tagged

from .page_common import InvoicePageCase, OrderPageCase

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
CELLS = ("name", "detail", "quantity", "unit", "price", "discount", "taxes", "amount")
LINES, TOTALS = "o_main_table", "o_total_table"
REPORTS = {
    "account.move": "account.report_invoice_with_payments",
    "sale.order": "sale.report_saleorder",
}


class FiguresMixin:
    """Read the figures of a page, and of what the renderer makes the official PDF from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.included = cls.tax.copy({"name": "Incl", "price_include_override": "tax_included"})
        cls.other_tax = cls.tax.copy({"name": "Low", "amount": 5.5})
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref("uom.group_uom")

    def figures(self, texts):
        """Return the numbers in texts; how often each comes, but no zeros."""
        found = NUMBER.findall(" ".join(texts))
        numbers = (Decimal(number.replace(",", "")) for number in found)
        return Counter(number.normalize() for number in numbers if number)

    def printed(self, document):
        """Return the figures of the lines and of the totals that the official PDF prints."""
        reports = self.env["ir.actions.report"].sudo().with_context(lang="en_US")
        report = reports._get_report(REPORTS[document._name])
        data = {"report_type": "pdf"}
        values = {**report._get_rendering_context(report, document.ids, data), **data}
        page = lxml.html.fromstring(reports._render_template(report.report_name, values))
        found = []
        for name in (LINES, TOTALS):
            rows = page.xpath(f"//table[contains(@class, '{name}')]//tr[td]")
            cells = [cell for row in rows for cell in row.xpath("./td") if self.is_shown(cell)]
            cells = [
                cell
                for cell in cells
                if not cell.xpath(".//*[contains(@class, 'oe_payment_label')]")
            ]
            found.append(self.figures(cell.text_content() for cell in cells))
        return found

    def is_shown(self, cell):
        """Return whether a cell is printed, and not for phones only."""
        return "d-none" not in (cell.get("class") or "").split()

    def shown(self, document):
        """Return the same of the document's page."""
        values = self.values(document)
        lines = [row[cell] for row in values["table"]["rows"] for cell in CELLS]
        rows = [*values["totals"], *values.get("company_totals", ())]
        # How a payment is called differs: we name the credit note, Odoo its day.
        labels = [row["label"] for row in rows if row["kind"] != "payment"]
        totals = labels + [row["amount"] for row in rows]
        return [self.figures(lines), self.figures(totals)]

    def check(self, name, document):
        with self.subTest(name):
            self.env.flush_all()
            self.assertEqual(self.shown(document), self.printed(document))

    def make_currency(self, name, digits):
        currency = self.setup_other_currency(name)
        currency.rounding = 10**-digits
        return currency

    def make_family(self):
        """Yield ``(name, lines, values)`` of documents."""
        yen, dinar = self.make_currency("JPY", 0), self.make_currency("KWD", 3)
        many = [self.line(0.12345, **{self.QUANTITY: 10000}), self.line(19.99, taxed=True)]
        yield "many decimals", many, {}
        yield "few decimals", [self.line(7), self.line(7.5), self.line(0.001)], {}
        yield "tax included", [self.line(11.5, tax_ids=[Command.set(self.included.ids)])], {}
        mixed = [
            self.line(10.05, taxed=True),
            self.line(3, tax_ids=[Command.set(self.other_tax.ids)]),
        ]
        yield "two taxes", mixed, {}
        discounts = [self.line(99.99, discount=33.33, taxed=True), self.line(5, discount=12.5)]
        yield "discounts", discounts, {}
        yield "no decimals", [*many, *discounts], {"currency_id": yen.id}
        yield "three decimals", [*many, *discounts], {"currency_id": dinar.id}
        yield (
            "another unit",
            [self.line(12, product_uom_id=self.dozen.id, **{self.QUANTITY: 2.5})],
            {},
        )
        for kind in ("", "collapse_prices", "collapse_composition"):
            flags = {kind: True} if kind else {}
            lines = [
                self.line(1.2345, taxed=True),
                self.section("Food", **flags),
                self.line(2.345, taxed=True, **{self.QUANTITY: 3}),
                self.line(4.5),
                self.section("Bread", kind="line_subsection"),
                self.line(6.789, taxed=True),
                self.section("Drinks"),
                self.line(8),
            ]
            for currency in (self.company.currency_id, yen):
                name = f"sections {kind} {currency.name}"
                yield name, lines, {"currency_id": currency.id}


@tagged("post_install", "-at_install")
class TestFiguresOfInvoices(FiguresMixin, InvoicePageCase):
    QUANTITY = "quantity"

    @classmethod
    def line(cls, price=100.0, taxed=False, **values):
        product = cls.product_a.id
        return super().line(price, taxed, **{"product_id": product, **values})

    def test_page_and_pdf_agree(self):
        for name, lines, values in self.make_family():
            for kind in ("out_invoice", "out_refund"):
                numbered = [{"sequence": n, **line} for n, line in enumerate(lines)]
                self.check(f"{kind} {name}", self.make(*numbered, move_type=kind, **values))

    def test_with_cash_rounding(self):
        for strategy in ("add_invoice_line", "biggest_tax"):
            rounding = self.env["account.cash.rounding"].create(
                {
                    "name": strategy,
                    "rounding": 0.05,
                    "strategy": strategy,
                    "profit_account_id": self.company_data["default_account_revenue"].id,
                    "loss_account_id": self.company_data["default_account_expense"].id,
                }
            )
            move = self.make(self.line(9.99, taxed=True), invoice_cash_rounding_id=rounding.id)
            self.check(strategy, move)

    def test_with_payments(self):
        move = self.make(self.line(100.33, taxed=True))
        self.pay(move, 30.11)
        self.check("partly paid", move)
        self.reverse(paid := self.make())
        self.check("credited", paid)

    def test_prices_with_taxes(self):
        """Companies may show lines with their taxes."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET account_price_include = 'tax_included' WHERE id = %s",
            [self.company.id],
        )
        self.env.invalidate_all()
        for name, lines, values in self.make_family():
            numbered = [{"sequence": n, **line} for n, line in enumerate(lines)]
            self.check(name, self.make(*numbered, **values))


@tagged("post_install", "-at_install")
class TestFiguresOfQuotes(FiguresMixin, OrderPageCase):
    QUANTITY = "product_uom_qty"

    def test_page_and_pdf_agree(self):
        for name, lines, values in self.make_family():
            currency = values.pop("currency_id", None)
            order = self.make(*lines, **values)
            if currency and currency != order.currency_id.id:
                order.pricelist_id = self.env["product.pricelist"].create(
                    {"name": name, "currency_id": currency}
                )
            self.check(name, order)
