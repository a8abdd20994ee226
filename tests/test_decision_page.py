"""How a page asks for the customer's answer, and shows it (section 5)."""

import re

from odoo.tests import tagged

from .page_common import OrderPageCase

FORM = re.compile(r"<form id=\"decision\".*?</form>", re.DOTALL)


@tagged("post_install", "-at_install")
class TestDecisionPage(OrderPageCase):
    """What the templates make of a decision; the engine that makes it has tests of its own."""

    def draw(self, order=None, **decision):
        """Return the HTML of a page with a decision; open unless told otherwise."""
        defaults = {
            "state": "open",
            "title": "Accept this quote",
            "notes": [],
            "consent": "By pressing Accept, you agree.",
            "needs_signature": False,
            "options": [],
            "seen": "sealed",
            "changes": [],
            "changed": ("It changed", "See below"),
            "error": "",
            "typed": {},
        }
        return str(self.render(order or self.make(), decision={**defaults, **decision}))

    def option(self, line):
        return {
            "field": f"option_{line.id}",
            "name": line.name,
            "detail": "",
            "unit": "",
            "price": "20.00",
            "quantity": "2",
            "label": "Quantity of it",
        }

    def test_open_document_asks_for_a_name_and_offers_accept_and_decline(self):
        [form] = FORM.findall(self.draw())
        names = re.findall(r' name="([^"]+)"', form)
        self.assertEqual(names, ["csrf_token", "seen", "name", "reason"])
        self.assertIn('value="sealed"', form)
        self.assertEqual(
            re.findall(r'formaction="/finance/d/reference/(\w+)"', form), ["accept", "decline"]
        )
        self.assertRegex(form, r"(?s)<details[^>]*>.*Yes, decline.*</details>")

    def test_accept_is_the_one_primary_action(self):
        html = self.draw()
        self.assertRegex(html, r'<a class="quiet" href="/finance/d/reference/pdf"')
        self.assertRegex(html, r'<div class="bar">')
        for other in (str(self.render(self.make())), self.draw(state="closed")):
            self.assertRegex(other, r'<a class="button" href="/finance/d/reference/pdf"')

    def test_signature_is_asked_for_only_where_it_is_needed(self):
        html = self.draw(needs_signature=True)
        [form] = FORM.findall(html)
        self.assertIn('name="signature"', form)
        self.assertIn('name="signature_typed"', form)
        self.assertIn("signature.js", html)
        plain = self.draw()
        self.assertNotIn("signature", plain)
        self.assertIn("decide.js", plain)

    def test_every_optional_product_has_one_field_wherever_it_stands(self):
        order = self.make(
            self.section("Extras", is_optional=True), self.line(20, name="Butter"), self.line(30)
        )
        shown, hidden = order.order_line[1], self.make().order_line
        html = self.draw(order, options=[self.option(shown), self.option(hidden)])
        for line in (shown, hidden):
            self.assertEqual(html.count(f'name="option_{line.id}"'), 1)
        self.assertIn(f'name="option_{hidden.id}"', FORM.findall(html)[0])
        self.assertNotIn(f'name="option_{shown.id}"', FORM.findall(html)[0])
        self.assertNotIn(f"option_{order.order_line[2].id}", html, "not to be chosen")
        self.assertEqual(html.count('aria-label="Quantity of it"'), 2)
        # Wherever it is pressed, the page stays there.
        for place in ("update", "update-choices"):
            self.assertEqual(html.count(f'formaction="/finance/d/reference/options#{place}"'), 1)
            self.assertEqual(html.count(f'id="{place}"'), 1)

    def test_what_was_typed_is_kept_beside_the_error(self):
        [form] = FORM.findall(
            self.draw(error="Please sign.", typed={"name": "Ada & Co", "reason": "Too dear"})
        )
        self.assertRegex(form, r'role="alert">Please sign.</p>')
        self.assertIn('value="Ada &amp; Co"', form)
        self.assertIn(">Too dear</textarea>", form)

    def test_changes_stand_above_everything(self):
        html = self.draw(changes=[{"label": "Total", "old": "100", "new": "120"}])
        self.assertLess(html.index("It changed"), html.index("<h1>"))
        self.assertRegex(html, r"<del><bdi>100</bdi></del>")
        self.assertRegex(html, r"<ins><bdi>120</bdi></ins>")
        self.assertEqual(len(FORM.findall(html)), 1)

    def test_answered_document_shows_the_outcome_and_no_form(self):
        for state, badge in (("accepted", "Accepted"), ("declined", "Declined")):
            html = self.draw(self.make(days=5), state=state, title="So be it", notes=["Thanks."])
            self.assertIn("So be it", html)
            self.assertIn("Thanks.", html)
            self.assertRegex(html, rf'class="state \w+">{badge}<')
            self.assertNotIn("Valid until", html)
            for trace in (*FORM.findall(html), "formaction", "decide.js", 'class="bar"'):
                self.assertNotIn(trace, html)

    def test_confirmed_order_keeps_its_own_states(self):
        order = self.make()
        order.action_confirm()
        html = self.draw(order, state="accepted", title="Accepted by Ada")
        self.assertRegex(html, r'class="state good">Order confirmed<')

    def test_closed_document_says_why(self):
        html = self.draw(self.make(days=-2), state="closed", title="Too late", notes=["Sorry."])
        self.assertIn("Sorry.", html)
        self.assertIn("Expired", html)
        self.assertEqual(FORM.findall(html), [])

    def test_texts_of_others_are_escaped(self):
        evil = "<script>alert(1)</script>"
        html = self.draw(
            title=evil,
            notes=[evil],
            error=evil,
            seen=evil,
            typed={"name": f'"{evil}', "reason": f"</textarea>{evil}"},
            changes=[{"label": evil, "old": evil, "new": evil}],
            options=[{**self.option(self.make().order_line), "name": evil, "label": evil}],
        )
        self.assertNotIn("<script>alert", html)
        self.assertEqual(html.count("</textarea>"), 1)
