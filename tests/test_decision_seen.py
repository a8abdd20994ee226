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

    def section(self, name, *prices, **values):
        """Return the values of a section of lines with these prices, each net of the same tax."""
        line = {"product_id": self.product_a.id, "name": f"{name} line"}
        return [
            {"display_type": values.pop("kind", "line_section"), "name": name, **values},
            *({**line, "price_unit": price} for price in prices),
        ]

    def test_an_amount_that_moves_between_sections_is_shown(self):
        """The total stays what it was, and the lines' own prices are on no page."""
        for hidden in ("collapse_prices", "collapse_composition"):
            for kind in ("line_section", "line_subsection"):
                with self.subTest(hidden=hidden, kind=kind):
                    lines = [
                        *self.section("All"),
                        *self.section("Kitchen", 1000, kind=kind, **{hidden: True}),
                        *self.section("Service", 3000, kind=kind, **{hidden: True}),
                    ]

                    def swap(quote):
                        first, second = quote.order_line.filtered("price_unit")
                        first.price_unit, second.price_unit = 3000, 1000
                        self.assertEqual(quote.amount_untaxed, 4000)

                    self.assertChanged(
                        swap,
                        "Kitchen: Amount", "Service: Amount", "1,000.00", "3,000.00",
                        quote=self.make_quote(lines=lines),
                    )  # fmt: skip

    def test_another_tax_in_a_section_that_hides_its_lines_is_shown(self):
        taxes = self.env["account.tax"].create(
            [
                {"name": name, "invoice_label": name, "amount": 15, "tax_group_id": group.id}
                for group in self.env["account.tax.group"].search([], limit=1)
                for name in ("Local 15", "Abroad 15")
            ]
        )
        lines = [
            {**one, "tax_ids": [Command.set(taxes[0].ids)]} if "price_unit" in one else one
            for one in self.section("Kitchen", 100, 200, collapse_composition=True)
        ]
        self.assertChanged(
            lambda quote: quote.order_line[1].write({"tax_ids": [Command.set(taxes[1].ids)]}),
            "Kitchen: Taxes", "Local 15", "Abroad 15: 100.00, Local 15: 200.00",
            quote=self.make_quote(lines=lines),
        )  # fmt: skip

    def test_what_a_section_hides_may_change_as_long_as_it_comes_to_the_same(self):
        lines = self.section("Kitchen", 1000, 3000, collapse_composition=True)
        quote = self.quote = self.make_quote(lines=lines)
        _link, page = self.open_quote(quote)
        first, second = quote.order_line.filtered("price_unit")
        first.price_unit, second.price_unit = 1500, 2500
        self.answer(page)
        self.assertEqual(quote.state, "sale")

    def test_the_form_holds_no_price_that_the_page_hides(self):
        lines = [
            *self.section("Kitchen", 11.11, 5, collapse_prices=True),
            *self.section("Service", 22.22, 5, collapse_composition=True),
            *self.section("Rest", 33.33),
        ]
        quote = self.make_quote(lines=lines)
        _link, page = self.open_quote(quote)
        seen = canonical(unpack(SEEN.search(page.text).group(1).partition(".")[2]))
        for text in ("11.11", "Service line", "22.22"):
            self.assertNotIn(text, seen)
        for text in ("33.33", "16.11", "27.22"):
            self.assertIn(text, seen, "what the page shows")
        quote.order_line[1].price_unit = 12
        self.assertEqual(self.answer(page).status_code, 409, "the total changed all the same")

    def test_what_no_customer_decides_on_may_change(self):
        _link, page = self.open_quote()
        self.quote.write({"client_order_ref": "B-77", "user_id": self.env.uid})
        self.answer(page)
        self.assertEqual(self.quote.state, "sale")

    def test_a_kept_page_looks_for_no_decision(self):
        """Whether there is one is kept with the page, and forgotten with every change of it."""
        _link, page = self.open_quote()
        self.answer(page)
        Decision = type(self.Decision)
        get_standing, asked = Decision._get_standing, []

        def ask(model, documents):
            asked.append(documents)
            return get_standing(model, documents)

        self.patch(Decision, "_get_standing", ask)
        self.assertIn("Accepted by Ada Baker", self.visit(page.url).text)
        asked.clear()
        self.assertIn("Accepted by Ada Baker", self.visit(page.url).text)
        self.assertFalse(asked, "drawn before")
        get_standing(self.Decision, self.quote)._void("reopened")
        self.assertNotIn("Accepted by Ada Baker", self.visit(page.url).text)
        self.assertTrue(asked, "drawn anew")

    def test_an_acceptance_stands_while_the_language_it_was_given_in_says_the_same(self):
        """Its customer may read another one since, with another name for the same unit."""
        for code in ("de_DE", "fr_FR"):
            self.env["res.lang"]._activate_lang(code)
        unit = self.quote.order_line.product_uom_id
        words = {"en_US": unit.name, "de_DE": "Stück", "fr_FR": unit.name}
        unit.update_field_translations("name", words)
        self.quote.require_payment = True
        _link, page = self.open_quote()
        self.answer(page)
        self.assertEqual(self.decisions().terms_lang, "en_US")
        self.assertEqual(self.decisions()._get_facts()["language"], "en_US")

        def is_accepted(reader, **changed):
            self.ada.lang = reader
            unit.update_field_translations("name", {**words, **changed})
            terms = self.quote._finance_portal_get_terms()
            return self.quote._finance_portal_get_standing_decision(terms) == self.decisions()

        for code in words:
            self.assertTrue(is_accepted(code), code)
        self.assertTrue(is_accepted("de_DE", de_DE="Sack"), "nobody agreed to that word")
        for code in ("en_US", "de_DE"):
            # French still has the word that was agreed to, but its customer never read it.
            self.assertFalse(is_accepted(code, en_US="Sacks"), code)
        get_terms = self.quote._finance_portal_get_terms
        for archived in ("it_IT", False):  # Odoo refuses to work in it; and what is older
            self.assertFalse(self.quote._finance_portal_still_says("0", archived, get_terms))
