"""How the lines of a quote or an order are shown (section 5)."""

from odoo import Command
from odoo.tests import tagged

from .page_common import OrderPageCase


@tagged("post_install", "-at_install")
class TestOrderPageLines(OrderPageCase):
    def test_line_shows_quantity_price_discount_taxes_and_amount(self):
        line = self.line(40, taxed=True, product_uom_qty=2.5, discount=12.5, name="Bread\nwith rye")
        [row] = self.rows(self.make(line))
        expected = {
            "kind": "product",
            "name": "Bread",
            "detail": "with rye",
            "quantity": "2.5",
            "price": "40.00",
            "discount": "-12.5%",
            "taxes": self.tax.tax_label,
            "amount": self.money(87.5),
            "tag": "",
            "option": "",
        }
        self.assertEqual({key: row[key] for key in expected}, expected)

    def test_other_units_are_told_in_the_products_own(self):
        self.env.ref("base.group_user").implied_ids |= self.env.ref("uom.group_uom")
        dozen = self.env.ref("uom.product_uom_dozen")
        [row] = self.rows(self.make(self.line(product_uom_id=dozen.id, product_uom_qty=2)))
        self.assertEqual((row["quantity"], row["unit"]), ("2", "Dozens (24 Units)"))

    def test_sections_sum_up_what_is_below_them(self):
        rows = self.rows(
            self.make(
                self.section("Food"),
                self.line(10),
                self.section("Drinks", "line_subsection"),
                self.line(20),
                self.section("Enjoy", "line_note"),
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
        [row, other] = self.rows(
            self.make(
                self.section("Menu", collapse_composition=True),
                self.line(10, name="Secret soup"),
                self.line(20, name="Secret salad"),
                self.section("Secret part", "line_subsection"),
                self.line(5, name="Secret wine"),
                self.section("Rest"),
            )
        )
        self.assertEqual(
            (row["name"], row["quantity"], row["price"], row["amount"]),
            ("Menu", "1", "35.00", self.money(35)),
        )
        self.assertEqual(other["name"], "Rest")

    def test_hidden_prices_show_lines_without_amounts(self):
        rows = self.rows(
            self.make(
                self.section("Menu", collapse_prices=True),
                self.line(10, name="Soup", discount=10),
                self.section("Sweets", "line_subsection"),
                self.line(20, name="Cake"),
                self.section("Other"),
                self.line(7, name="Tea"),
            )
        )
        self.assertEqual(
            [(row["name"], row["price"], row["discount"], row["amount"]) for row in rows],
            [
                ("Menu", "", "", self.money(29)),
                ("Soup", "", "", ""),
                ("Sweets", "", "", ""),
                ("Cake", "", "", ""),
                ("Other", "", "", self.money(7)),
                ("Tea", "7.00", "", self.money(7)),
            ],
        )

    def test_optional_products_are_marked_and_name_their_field(self):
        order = self.make(
            self.line(100),
            self.section("Extras", is_optional=True),
            self.line(20, name="Butter", product_uom_qty=0),
            self.section("Sweet", "line_subsection"),
            self.line(30, name="Jam", product_uom_qty=2),
        )
        lines = order.order_line
        self.assertEqual(
            [(row["name"], row["tag"], row["option"], row["amount"]) for row in self.rows(order)],
            [
                ("Bread", "", "", self.money(100)),
                ("Extras", "Optional", "", self.money(60)),
                ("Butter", "Not included", f"option_{lines[2].id}", ""),
                ("Sweet", "", "", self.money(60)),
                ("Jam", "", f"option_{lines[4].id}", self.money(60)),
            ],
        )
        order.action_confirm()
        self.assertEqual(self.rows(order)[2]["tag"], "Not ordered")

    def test_combo_shows_its_products_and_their_sum(self):
        combo = self.env["product.combo"].create(
            {"name": "Bread", "combo_item_ids": [Command.create({"product_id": self.bread.id})]}
        )
        breakfast = self.env["product.product"].create(
            {"name": "Breakfast", "type": "combo", "combo_ids": [Command.set(combo.ids)]}
        )
        order = self.make({"product_id": breakfast.id, "product_uom_qty": 2})
        self.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": self.bread.id,
                "product_uom_qty": 2,
                "price_unit": 15,
                "tax_ids": [Command.clear()],
                "combo_item_id": combo.combo_item_ids.id,
                "linked_line_id": order.order_line.id,
                "sequence": 5,
            }
        )
        self.assertEqual(
            [(r["kind"], r["name"], r["quantity"], r["amount"]) for r in self.rows(order)],
            [
                ("combo", "Breakfast", "2", self.money(30)),
                ("item", "Bread", "2", self.money(30)),
            ],
        )

    def test_down_payment_shows_once_it_is_invoiced(self):
        order = self.make()
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "fixed",
                "fixed_amount": 30,
            }
        )
        invoice = wizard._create_invoices(order)
        self.assertEqual([row["name"] for row in self.rows(order)], ["Bread"])
        invoice.action_post()
        section, line = self.rows(order)[1:]
        self.assertEqual((section["kind"], section["amount"]), ("section", ""))
        self.assertEqual((line["quantity"], line["price"], line["amount"]), ("", "30.00", ""))
        self.assertEqual(self.totals(order, "payment"), [("Invoiced so far", self.money(30))])

    def test_totals_are_those_of_odoo(self):
        order = self.make(self.line(100, taxed=True))
        group = order.tax_totals["subtotals"][0]["tax_groups"][0]["group_name"]
        self.assertEqual(
            self.totals(order),
            [
                ("Untaxed Amount", self.money(100)),
                (group, self.money(15)),
                ("Total", self.money(115)),
            ],
        )

    def test_currency_without_decimals(self):
        yen = self.setup_other_currency("JPY", rounding=1)
        pricelist = self.env["product.pricelist"].create({"name": "Yen", "currency_id": yen.id})
        order = self.make(self.line(1500), pricelist_id=pricelist.id)
        self.assertEqual(self.values(order)["hero"]["amount"], self.money(1500, yen))
        self.assertNotIn(".", self.rows(order)[0]["amount"])
