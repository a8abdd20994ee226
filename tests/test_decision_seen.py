"""A customer accepts exactly what they saw: what changed meanwhile is shown first."""

from odoo import Command
from odoo.tests import tagged

from ..tools.terms import canonical, unpack
from .decision_common import SEEN, DecisionCase


@tagged("post_install", "-at_install")
class TestDecisionSeen(DecisionCase):
    def test_a_new_price_is_shown_before_it_is_accepted(self):
        self.assertChanged(
            lambda quote: quote.order_line.write({"price_unit": 120}),
            "Oven: Unit price", "100.00", "120.00",
        )  # fmt: skip

    def test_a_new_quantity_is_shown(self):
        self.assertChanged(lambda q: q.order_line.write({"product_uom_qty": 3}), "Oven: Quantity")

    def test_a_new_tax_is_shown(self):
        tax = self.env["account.tax"].create({"name": "Luxury 20", "amount": 20})
        self.assertChanged(
            lambda quote: quote.order_line.write({"tax_ids": [Command.set(tax.ids)]}),
            "Luxury 20", "120.00",
        )  # fmt: skip

    def test_new_terms_are_shown(self):
        self.assertChanged(lambda quote: quote.write({"note": "<p>No refunds</p>"}), "No refunds")
        term = self.env.ref("account.account_payment_term_immediate")
        self.assertChanged(
            lambda quote: quote.write({"payment_term_id": term.id}), "Payment terms", term.name
        )

    def test_a_line_added_or_removed_is_shown(self):
        self.assertChanged(
            lambda quote: quote.write(
                {
                    "order_line": [
                        Command.create({"name": "Night work", "display_type": "line_note"})
                    ]
                }
            ),
            "Night work",
        )
        self.assertChanged(
            lambda quote: quote.order_line[:1].unlink(),
            "Oven", "not part of it",
            quote=self.make_quote(
                lines=[
                    {"product_id": self.product_a.id, "name": "Oven", "price_unit": 1},
                    {"product_id": self.product_a.id, "name": "Tray", "price_unit": 2},
                ]
            ),
        )  # fmt: skip

    def test_another_currency_is_shown(self):
        abroad = self.setup_other_currency("EUR")
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": abroad.id}
        )
        self.assertChanged(
            lambda quote: quote.write({"pricelist_id": pricelist.id}),
            "Currency", "EUR",
        )  # fmt: skip

    def test_the_form_holds_no_price_that_the_page_hides(self):
        def section(name, **values):
            return {"display_type": "line_section", "name": name, **values}

        lines = [
            section("Kitchen", collapse_prices=True),
            {"product_id": self.product_a.id, "name": "Oven", "price_unit": 11.11},
            section("Service", collapse_composition=True),
            {"product_id": self.product_a.id, "name": "Secret crew", "price_unit": 22.22},
            section("Rest"),
            {"product_id": self.product_a.id, "name": "Tray", "price_unit": 33.33},
        ]
        quote = self.make_quote(lines=lines)
        _link, page = self.open_quote(quote)
        seen = canonical(unpack(SEEN.search(page.text).group(1).partition(".")[2]))
        for text in ("11.11", "Secret", "22.22"):
            self.assertNotIn(text, seen)
        self.assertIn("33.33", seen)
        quote.order_line[1].price_unit = 12
        self.assertEqual(self.answer(page).status_code, 409, "the total changed all the same")

    def test_what_no_customer_decides_on_may_change(self):
        _link, page = self.open_quote()
        self.quote.write({"client_order_ref": "B-77", "user_id": self.env.uid})
        self.answer(page)
        self.assertEqual(self.quote.state, "sale")
