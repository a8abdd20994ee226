"""What visitors could make up to have a quote confirmed that nobody accepted, or to break it."""

import base64
import io
import json
import zlib

from PIL import Image

from odoo.tests import tagged

from ..tools.terms import pack
from .decision_common import SEEN, drawn
from .http_common import FinancePortalHttpCase


@tagged("post_install", "-at_install")
class TestDecisionAttacks(FinancePortalHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("finance_portal.throttle.deciding", "1000/60")
        cls.classPatch(
            cls.env.registry["sale.order"],
            "_finance_portal_fetch_pdf",
            lambda self, **_options: ("Quotation.pdf", b"%PDF-1.4"),
        )
        cls.oven, cls.tray = cls.env["product.product"].create(
            [
                {"name": name, "type": "service", "list_price": price}
                for name, price in (("Oven", 100), ("Tray", 10))
            ]
        )
        cls.quote = cls.make_quote_with_options()
        cls.Decision = cls.env["finance.portal.decision"]

    @classmethod
    def make_quote_with_options(cls, **values):
        lines = [
            {"product_id": cls.oven.id, "price_unit": 100},
            {"name": "Extras", "display_type": "line_section", "is_optional": True},
            {"product_id": cls.tray.id, "price_unit": 10, "product_uom_qty": 0},
        ]
        return cls.make_quote(lines=lines, **values)

    def setUp(self):
        super().setUp()
        self.link, self.page = self.open_quote(self.quote)

    def open_quote(self, quote, partner=None):
        """Open a fresh link to a quote; return ``(link, page)``."""
        link, token = self.issue(quote, partner)
        page = self.visit(f"/q/{token}", follow=True)
        self.csrf = self.csrf_of(page)
        return link, page

    def seen_on(self, page):
        return SEEN.search(page.text).group(1)

    def post(self, press="accept", /, through=None, files=None, **form):
        """Post a form; return the answer, without following it."""
        data = {
            "csrf_token": self.csrf,
            "seen": self.seen_on(self.page),
            "name": "Ada Baker",
            **form,
        }
        self.env.flush_all()
        answer = self.url_open(
            f"/finance/d/{(through or self.link).ref}/{press}",
            data={name: value for name, value in data.items() if value is not None},
            files=files,
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return answer

    def assertNothingDecided(self, answer, status):
        """Assert that an answer was refused in plain words and that all is as it was."""
        self.assertEqual(answer.status_code, status)
        self.assertStrictHeaders(answer)
        self.assertIn("</html>", answer.text)
        self.assertNotIn("Traceback", answer.text)
        self.assertEqual(self.quote.state, "sent")
        self.assertFalse(self.Decision.search([("res_id", "=", self.quote.id)]))

    # === WHAT WAS SEEN === #

    def test_terms_seen_elsewhere_count_for_nothing(self):
        _other, of_other_link = self.open_quote(self.quote, self.ben)
        _twin, of_other_quote = self.open_quote(self.make_quote_with_options())
        for page in (of_other_link, of_other_quote):
            self.assertNothingDecided(self.post(seen=self.seen_on(page)), 400)

    def test_terms_of_an_earlier_version_count_for_nothing(self):
        early = self.seen_on(self.page)
        self.quote.order_line[0].price_unit = 500
        self.assertNothingDecided(self.post(seen=early), 409)
        self.assertNothingDecided(self.post("decline", seen=early), 409)

    def test_terms_seen_before_count_again_once_they_hold_again(self):
        early = self.seen_on(self.page)
        self.quote.order_line[0].price_unit = 500
        self.visit(f"/finance/d/{self.link.ref}")
        self.quote.order_line[0].price_unit = 100
        self.assertEqual(self.post(seen=early).status_code, 303)
        self.assertEqual(self.quote.state, "sale")

    def test_nobody_else_can_seal_terms(self):
        seal, _dot, packed = self.seen_on(self.page).partition(".")
        terms = json.loads(zlib.decompress(base64.urlsafe_b64decode(packed)))
        cheaper = {**terms, "head": {**terms["head"], "total": "1.00"}}
        for seen in (
            None, "", ".", packed, f".{packed}", f"{seal}.", f"{seal}.{pack(cheaper)}",
            f"{seal}.{packed}=", f"{seal}.{packed}.{packed}", f"{seal[:-1]}.{packed}",
            f"{seal.upper()}.{packed}", f"{seal} .{packed}", f"{seal}.{packed}\0", "é.ü",
        ):  # fmt: skip
            with self.subTest(seen=str(seen)[:80]):
                self.assertNothingDecided(self.post(seen=seen), 400)

    # === WHO === #

    def test_the_form_of_one_link_answers_through_no_other(self):
        other, token = self.issue(self.quote, self.ben)
        self.assertNothingDecided(self.post(through=other), 400)
        self.visit(f"/q/{token}", follow=True)
        self.assertNothingDecided(self.post(through=other), 400)

    def test_the_link_of_an_order_answers_nothing(self):
        order = self.make_quote_with_options()
        order.action_confirm()
        link, token = self.issue(order)
        self.assertEqual(link.prefix, "i")
        self.csrf = self.csrf_of(self.open_link(token))
        for kind in ("accept", "decline", "options"):
            self.assertEqual(self.post(kind, through=link).status_code, 303)
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.Decision.search([("res_id", "=", order.id)]))
        order.action_cancel()
        self.assertEqual(self.post(through=link).status_code, 410)

    def test_the_next_customer_is_not_bound_by_the_answer_of_the_last(self):
        """An acceptance that waits for its payment says nothing about somebody else's quote."""
        quote = self.make_quote_with_options(require_payment=True, prepayment_percent=1)
        link, self.page = self.open_quote(quote)
        self.post(through=link)
        self.assertEqual((quote.state, quote.finance_decision_ids.kind), ("sent", "accepted"))
        quote.partner_id = self.eve
        link, self.page = self.open_quote(quote, self.eve)
        self.assertNotIn("Ada Baker", self.page.text)
        self.assertIn(">Accept<", self.page.text)
        self.post(through=link, name="Eve")
        quote.invalidate_recordset()
        kept = [(one.name, bool(one.voided_at)) for one in quote.finance_decision_ids.sorted("id")]
        self.assertEqual(kept, [("Ada Baker", True), ("Eve", False)])

    # === OPTIONS === #

    def test_a_quantity_that_is_none_is_asked_for_again(self):
        field = f"option_{self.quote.order_line[-1].id}"
        for text in ("-1", "-0.01", "nan", "inf", "-inf", "1e308", "1e999", "1000001", "x", "1;2",
                     "1 000", "0x10", "\0", "9" * 5000):  # fmt: skip
            for kind in ("accept", "options"):
                with self.subTest(text=text[:20], kind=kind):
                    refused = self.post(kind, **{field: text})
                    self.assertNothingDecided(refused, 422)
                    self.assertIn('value="Ada Baker"', refused.text, "not to be typed again")
        self.assertEqual(self.quote.amount_total, 100)

    def test_a_new_quantity_is_shown_before_it_is_accepted(self):
        field = f"option_{self.quote.order_line[-1].id}"
        for text, total in (("2", 120), ("2,0", 120), ("1e1", 200), ("٣", 130), (" 1.5 ", 115),
                            ("-0", 100), ("", 100)):  # fmt: skip
            with self.subTest(text=text):
                self.quote.order_line[-1].product_uom_qty = 4
                self.page = self.visit(f"/finance/d/{self.link.ref}")
                answer = self.post(**{field: text})
                self.assertEqual(answer.status_code, 200)
                self.assertIn("Your choice changed the total", answer.text)
                self.assertEqual((self.quote.state, self.quote.amount_total), ("sent", total))

    def test_a_discount_is_taken_no_more_often_than_offered(self):
        """Else it would pay for the whole order: nothing would be due before it's confirmed."""
        values = {"name": "Rebate", "type": "service", "list_price": -10}
        rebate = self.env["product.product"].create(values)
        for offered in (0, 1, 3):
            quote = self.make_quote(
                lines=[
                    {"product_id": self.oven.id, "price_unit": 100},
                    {"name": "Extras", "display_type": "line_section", "is_optional": True},
                    {"product_id": rebate.id, "price_unit": -10, "product_uom_qty": offered},
                ],
                require_payment=True,
                prepayment_percent=1,
            )
            field, before = f"option_{quote.order_line[-1].id}", quote.amount_total
            for kind in ("options", "accept"):
                link, self.page = self.open_quote(quote)
                most = max(offered, 1)
                with self.subTest(offered=offered, kind=kind):
                    for number in (most + 1, most + 0.5, 10, 1000):
                        refused = self.post(kind, through=link, **{field: str(number)})
                        self.assertEqual(refused.status_code, 422)
                        quote.invalidate_recordset()
                        self.assertEqual((quote.amount_total, quote.state), (before, "sent"))
            self.post("options", through=link, **{field: str(most)})
            self.assertEqual(quote.amount_total, 100 - 10 * most)

    def test_who_chooses_types_nothing_twice(self):
        """Whichever button shows the new total: name, reason and signature come back."""
        field = f"option_{self.quote.order_line[-1].id}"
        self.quote.require_signature = True
        for number, kind in enumerate(("options", "accept"), 2):
            with self.subTest(kind):
                self.page = self.visit(f"/finance/d/{self.link.ref}")
                form = {field: str(number), "signature_typed": "1", "reason": "Too dear"}
                answer = self.post(kind, **form)
                self.assertStrictHeaders(answer)
                self.assertIn('value="Ada Baker"', answer.text)
                self.assertRegex(answer.text, r'name="signature_typed"[^>]*checked')
                self.assertIn(">Too dear</textarea>", answer.text)
                self.assertEqual(self.quote.state, "sent")

    def test_only_lines_that_are_optional_can_be_chosen(self):
        other = self.make_quote_with_options()
        lines = self.quote.order_line[:2] | other.order_line
        fields = {f"option_{line.id}": "7" for line in lines}
        fields |= {"option_": "7", "option_x": "7", "option_-1": "7", "product_uom_qty": "7"}
        self.assertEqual(self.post("options", **fields).status_code, 200)
        self.assertEqual((self.quote.amount_total, other.amount_total), (100, 100))
        self.assertEqual(self.post(**fields).status_code, 303)
        self.assertEqual((self.quote.state, self.quote.amount_total), ("sale", 100))
        self.assertEqual((other.state, other.amount_total), ("sent", 100))

    def test_nothing_can_be_chosen_any_more_once_it_is_decided(self):
        self.post()
        field = f"option_{self.quote.order_line[-1].id}"
        self.assertEqual(self.post("options", **{field: "9"}).status_code, 303)
        self.assertEqual((self.quote.state, self.quote.amount_total), ("sale", 100))

    # === FORMS OF ANY SHAPE === #

    def test_texts_are_kept_as_they_can_be_read(self):
        name = "Ada\0\x01\x1b[31m\u202e Baker\r\nBcc: x@y.z\u2066\u200b"
        self.assertEqual(self.post(name=name).status_code, 303)
        decision = self.Decision.search([("res_id", "=", self.quote.id)])
        self.assertEqual(decision.name, "Ada[31m Baker Bcc: x@y.z")
        quote = self.make_quote_with_options()
        link, self.page = self.open_quote(quote)
        reason = "\x01Too dear\r\n\r\n\u202e<b>Sorry</b>\0"
        self.assertEqual(self.post("decline", through=link, reason=reason).status_code, 303)
        decision = self.Decision.search([("res_id", "=", quote.id)])
        self.assertEqual(decision.reason, "Too dear\n\n<b>Sorry</b>")

    def test_a_name_nobody_can_see_is_no_name(self):
        for name in ("", "\0", "\u200b\u200b", "\u3164", "\u2800", "...", " \u00a0\n"):
            with self.subTest(name=name):
                self.assertNothingDecided(self.post(name=name), 422)

    def test_large_fields_are_cut_or_refused(self):
        long = "x" * 11_000_000
        self.assertNothingDecided(self.post(seen=long), 400)
        self.assertNothingDecided(self.post(csrf_token=long), 400)
        self.assertNothingDecided(self.post(name=f"{long} Baker", signature=long, seen="x"), 400)
        self.assertEqual(self.post("decline", reason=long).status_code, 303)
        self.assertEqual(len(self.Decision.search([("res_id", "=", self.quote.id)]).reason), 2000)

    def test_files_in_place_of_texts_are_no_answer(self):
        file = ("name.txt", b"Ada Baker", "text/plain")
        for field, status in (("name", 422), ("seen", 400), ("csrf_token", 400)):
            with self.subTest(field=field):
                answer = self.post(files={field: file}, **{field: None})
                self.assertNothingDecided(answer, status)

    def test_names_of_fields_mean_nothing_beyond_the_form(self):
        """What a form calls its fields never reaches the arguments of our own methods."""
        other, _token = self.issue(self.quote, self.ben)
        fields = {
            "ref": other.ref, "kind": "declined", "state": "cancel", "link": "1", "visit": "x",
            "name[]": "x", "context": "{}", "db": "x", "partner_id": "1",
        }  # fmt: skip
        self.assertEqual(self.post(**fields).status_code, 303)
        decision = self.Decision.search([("res_id", "=", self.quote.id)])
        self.assertEqual((decision.kind, decision.link_id), ("accepted", self.link))

    def test_a_field_called_self_does_no_harm(self):
        answer = self.post(**{"name": "Ada"}, files={"self": ("x", b"x")})
        self.assertEqual(answer.status_code, 303)

    def test_other_bodies_and_methods_are_no_answer(self):
        url = f"/finance/d/{self.link.ref}/accept"
        form = {"csrf_token": self.csrf, "seen": self.seen_on(self.page), "name": "A"}
        for body in (form, {"jsonrpc": "2.0", "method": "call", "params": form}, [form], "x"):
            answer = self.url_open(url, json=body, allow_redirects=False, method="POST")
            self.assertNothingDecided(answer, 400)
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"):
            answer = self.url_open(f"{url}?name=A&seen={form['seen']}", method=method)
            self.assertEqual(answer.status_code, 405, method)
            self.assertEqual(self.quote.state, "sent")

    def test_a_signature_made_to_break_the_reader_is_asked_for_again(self):
        self.quote.require_signature = True
        self.page = self.visit(f"/finance/d/{self.link.ref}")
        picture = base64.b64decode(drawn().partition(",")[2])
        huge = picture[:16] + (20_000).to_bytes(4, "big") * 2 + picture[24:]
        gif = io.BytesIO()
        Image.new("L", (99, 99)).save(gif, "GIF")
        for content in (huge, picture[:-30], gif.getvalue(), b"", b"\x89PNG\r\n\x1a\n"):
            data_url = "data:image/png;base64," + base64.b64encode(content).decode()
            self.assertNothingDecided(self.post(signature=data_url), 422)
        self.assertNothingDecided(self.post(signature=drawn()[:22] + "A" * 2_000_000), 422)
