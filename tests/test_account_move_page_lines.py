"""How the lines of an invoice are shown (section 5)."""

from odoo.tests import tagged

from .page_common import InvoicePageCase


@tagged("post_install", "-at_install")
class TestPageLines(InvoicePageCase):
    def rows(self, move):
        return self.values(move)["table"]["rows"]

    def test_line_shows_quantity_price_discount_taxes_and_amount(self):
        line = self.line(40, taxed=True, quantity=2.5, discount=12.5, name="Bread\nwith seeds")
        [row] = self.rows(self.make(line))
        expected = {
            "kind": "product",
            "name": "Bread",
            "detail": "with seeds",
            "quantity": "2.5",
            "price": "40.00",
            "discount": "-12.5%",
            "taxes": self.tax.tax_label,
            "amount": self.money(87.5),
        }
        self.assertEqual({key: row[key] for key in expected}, expected)

    def test_columns_without_content_are_left_out(self):
        table = self.values(self.make())["table"]
        self.assertFalse(table["has_discount"] or table["has_taxes"])
        html = self.render(self.make())
        self.assertNotIn("Discount", html)
        self.assertNotIn("Taxes", html)

    def test_amounts_include_taxes_where_the_company_says_so(self):
        invoice = self.make(
            self.section("Food"), self.line(100, taxed=True), self.line(50, taxed=True)
        )
        amounts = [row["amount"] for row in self.rows(invoice)]
        self.assertEqual(amounts, [self.money(150), self.money(100), self.money(50)])
        # Odoo refuses the change once there are invoices, and every test has one.
        self.env.cr.execute("UPDATE res_company SET account_price_include = 'tax_included'")
        self.env.invalidate_all()
        amounts = [row["amount"] for row in self.rows(invoice)]
        # Odoo's PDF adds up sections without taxes even then, and the page says the same.
        self.assertEqual(amounts, [self.money(150), self.money(115), self.money(57.5)])

    def test_sections_sum_up_what_is_below_them(self):
        rows = self.rows(
            self.make(
                self.section("Food", sequence=1),
                self.line(10, sequence=2),
                self.section("Drinks", "line_subsection", sequence=3),
                self.line(20, sequence=4),
                self.section("Enjoy", "line_note", sequence=5),
            )
        )
        self.assertEqual(
            [(row["kind"], row["amount"]) for row in rows],
            [
                ("section", self.money(30)),
                ("product", self.money(10)),
                ("subsection", self.money(20)),
                ("product", self.money(20)),
                ("note", ""),
            ],
        )

    def test_hidden_composition_shows_the_section_alone(self):
        [row] = self.rows(
            self.make(
                self.section("Menu", collapse_composition=True, sequence=1),
                self.line(10, sequence=2, name="Secret soup"),
                self.line(20, sequence=3, name="Secret salad"),
            )
        )
        self.assertEqual(
            (row["name"], row["quantity"], row["amount"]), ("Menu", "1", self.money(30))
        )

    def test_hidden_prices_show_lines_without_amounts(self):
        rows = self.rows(
            self.make(
                self.section("Menu", collapse_prices=True, sequence=1),
                self.line(10, sequence=2, name="Soup"),
                self.line(20, sequence=3, name="Salad"),
            )
        )
        self.assertEqual(
            [(row["name"], row["price"], row["amount"]) for row in rows],
            [("Menu", "", self.money(30)), ("Soup", "", ""), ("Salad", "", "")],
        )

    def test_amounts_too_wide_for_columns_are_marked(self):
        self.assertFalse(self.values(self.make())["table"]["is_wide"])
        self.assertTrue(self.values(self.make(self.line(12345678901.5)))["table"]["is_wide"])

    def test_totals_are_those_of_odoo(self):
        invoice = self.make(self.line(100, taxed=True))
        group = invoice.tax_totals["subtotals"][0]["tax_groups"][0]["group_name"]
        self.assertEqual(
            self.totals(invoice),
            [
                ("Untaxed Amount", self.money(100)),
                (group, self.money(15)),
                ("Total", self.money(115)),
            ],
        )

    def test_cash_rounding_is_a_line_of_its_own(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Whole",
                "rounding": 1.0,
                "strategy": "add_invoice_line",
                "rounding_method": "UP",
                "profit_account_id": self.company_data["default_account_revenue"].id,
                "loss_account_id": self.company_data["default_account_expense"].id,
            }
        )
        invoice = self.make(self.line(99.4), invoice_cash_rounding_id=rounding.id)
        self.assertIn(("Rounding", self.money(0.6)), self.totals(invoice))
        self.assertIn(("Total", self.money(100)), self.totals(invoice))

    def test_taxes_are_repeated_in_the_companys_currency_where_it_must(self):
        self.company.display_invoice_tax_company_currency = True
        euro = self.setup_other_currency("EUR")
        invoice = self.make(self.line(200, taxed=True), currency_id=euro.id)
        amounts = [row["amount"] for row in self.values(invoice)["company_totals"]]
        self.assertEqual(amounts, [self.money(100), self.money(15), self.money(115)])
        self.assertEqual(self.values(self.make())["company_totals"], [])
