"""Who may answer by a link: the recipient, not staff in their place, not a follower (L10)."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models.decisions import signature
from .decision_common import DecisionCase

ANSWERS = ("accept", "decline", "answer", "options")
ELSEWHERE = "198.51.100.7"
# How people sign in scripts for which Odoo brings no handwriting.
NAMES = (
    "张伟", "佐藤 花子", "김민준", "สมชาย", "अनिल कुमार", "José Ñandú", "Αλέξανδρος", "דוד כהן",
    "محمد علي", "გიორგი", "Արամ", "Nguyễn Thị Ánh", "Łukasz Żółć", "தமிழ்", "Ада Бърн",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestDecisionEntitlement(DecisionCase):
    def first_opened_elsewhere(self, link, visit="visit-of-another-browser"):
        """Let a person have looked at a link from another browser and network before."""
        self.Event._record(
            "viewed", access=link, visit=visit, ip=ELSEWHERE, verdict="person", reason="acted"
        )

    def assertNothingDecided(self):
        self.assertFalse(self.decisions())
        self.assertEqual(self.quote.state, "sent")

    # === STAFF === #

    def test_staff_who_open_a_customers_link_look_and_answer_nothing(self):
        self.authenticate("seller", "seller")
        link, page = self.open_quote()
        self.assertNotIn(">Accept<", page.text)
        self.assertIn("signed in to the back office", page.text)
        form = {"csrf_token": self.csrf_of(page), "seen": self.seal(link), "name": "Ada Baker"}
        for kind in ANSWERS:
            with self.subTest(kind):
                path = page.url.partition("?")[0]
                answer = self.visit(f"{path}/{kind}", "POST", data=form)
                self.assertEqual(answer.status_code, 404 if kind == "answer" else 409)
                self.assertNothingDecided()
        rows = self.Event.search([("link_id", "=", link.id), ("kind", "=", "refused")])
        self.assertEqual(set(rows.mapped("verdict")), {"staff"})
        self.assertLessEqual({"signed_in"}, set(rows.mapped("reason")))

    def seal(self, link):
        """Return what the page shows the recipient, sealed."""
        quote = self.quote.sudo().with_company(self.company)
        return quote._finance_portal_seal_terms(quote._finance_portal_get_terms(), link)

    # === ANOTHER BROWSER IN ANOTHER NETWORK === #

    def test_another_browser_in_another_network_has_to_know_the_address(self):
        for kind, state in (("decline", "cancel"), ("accept", "sale")):
            with self.subTest(kind):
                self.quote = self.make_quote(user_id=self.seller.id)
                link, page = self.open_quote()
                self.first_opened_elsewhere(link)
                refused = self.answer(page, kind, reason="Too dear")
                self.assertEqual(refused.status_code, 422)
                self.assertIn("enter the email address this document was sent to", refused.text)
                self.assertIn('name="address"', refused.text)
                self.assertIn('value="Ada Baker"', refused.text, "what was typed stays")
                self.assertNotIn(self.ada.email, refused.text, "nobody is told the address")
                self.assertNothingDecided()
                wrong = self.answer(refused, kind, address="ben@bakery.example.com")
                self.assertEqual(wrong.status_code, 422)
                self.assertNothingDecided()
                self.answer(wrong, kind, address=" ADA@bakery.example.com")
                self.assertEqual((len(self.decisions()), self.quote.state), (1, state))
                self.assertEqual(
                    self.Event.search(
                        [("link_id", "=", link.id), ("kind", "=", "refused")]
                    ).mapped("reason"),
                    ["other_browser"] * 2,
                )

    def test_the_browser_that_opened_it_first_goes_on_in_any_network(self):
        link, token = self.issue(self.quote)
        with patch.object(type(self.Event), "_get_first_opening") as opening:
            self.visit(f"/q/{token}", follow=True)
            rows = self.Event.search([("link_id", "=", link.id), ("visit", "!=", False)])
            visit = rows[-1:].visit
            page = self.visit(f"/q/{token}", follow=True)  # the second click is another visit
            opening.side_effect = lambda _link: (visit, ELSEWHERE)
            self.answer(page)
        self.assertEqual(self.quote.state, "sale")

    def test_the_same_network_is_asked_nothing(self):
        link, page = self.open_quote()
        self.Event._record(
            "viewed", access=link, visit="v", ip="127.0.0.9", verdict="person", reason="acted"
        )
        self.answer(page)
        self.assertEqual(self.quote.state, "sale")

    # === NAMES === #

    def test_whoever_types_a_name_can_sign(self):
        for name in NAMES:
            with self.subTest(name), patch.object(signature, "find_font", lambda _name: []):
                signed = signature.read_signature(self.env, {"signature_typed": "1"}, name)
                self.assertEqual(signed["signature_kind"], "typed")

    def test_a_font_that_cannot_be_read_keeps_nobody_from_signing(self):
        for path in (__file__, "/nowhere.ttf"):
            with (
                self.subTest(path),
                patch.object(signature, "find_font", lambda _name, path=path: [path]),
            ):
                signed = signature.read_signature(self.env, {"signature_typed": "1"}, "张伟")
                self.assertEqual(signed, {"signature": None, "signature_kind": "typed"})

    def test_a_name_without_a_font_is_kept_as_text(self):
        self.quote = self.make_quote(user_id=self.seller.id, require_signature=True)
        _link, page = self.open_quote()
        with patch.object(signature, "find_font", lambda _name: []):
            self.answer(page, name="张伟", signature_typed="1")
        decision = self.decisions()
        self.assertEqual(
            (decision.name, decision.signature_kind, decision.signature), ("张伟", "typed", False)
        )
        self.assertEqual((self.quote.state, self.quote.signed_by), ("sale", "张伟"))
        report = self.env["ir.actions.report"]._render_qweb_html(
            "finance_portal.action_report_decision", decision.ids
        )[0]
        self.assertEqual(report.decode().count("张伟"), 2, "entered, and signed")
