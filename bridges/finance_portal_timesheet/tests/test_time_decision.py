import base64
import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.finance_portal.tests.http_common import GATEWAY, FinancePortalHttpCase

from .common import PDF, SEEN, TimeCase


@tagged("post_install", "-at_install")
class TestTimeDecision(TimeCase):
    """The customer's answer: once, to exactly what they saw, and what it does to the entries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second, cls.third = cls.entries
        cls.request.user_id = cls.make_user(
            "boss", "hr_timesheet.group_hr_timesheet_approver", lang="en_US"
        )

    def verdicts(self, decision):
        return {part["id"]: (part["verdict"], part["reason"]) for part in decision._get_parts()}

    # === WHO ANSWERS === #

    def test_staff_who_open_a_customers_link_answer_nothing(self):
        self.authenticate("boss", "boss")
        link, page = self.open_request()
        self.assertNotIn('id="decision"', page.text)
        self.assertIn("signed in to the back office", page.text)
        terms = self.request.sudo()._finance_portal_get_terms()
        form = {"csrf_token": self.csrf_of(page), "name": "Ada Baker"}
        form["seen"] = self.request.sudo()._finance_portal_seal_terms(terms, link)
        for kind in ("accept", "decline", "answer"):
            path = page.url.partition("?")[0]
            answer = self.visit(f"{path}/{kind}", "POST", data=form)
            self.assertEqual(answer.status_code, 409)
        self.assertFalse(self.decisions())

    def test_another_browser_in_another_network_has_to_know_the_address(self):
        link, page = self.open_request()
        self.Event._record(
            "viewed", access=link, visit="other", ip="198.51.100.7", verdict="person",
            reason="acted",
        )  # fmt: skip
        refused = self.answer(page, "answer", **self.reject(self.first))
        self.assertEqual(refused.status_code, 422)
        self.assertFalse(self.decisions())
        after = self.answer(
            refused, "answer", address=self.ada.email, **self.reject(self.first)
        )
        self.assertEqual(after.status_code, 200)
        self.assertEqual(self.approvals(), ["rejected", "approved", "approved"])

    # === ANSWERS === #

    def test_l7_who_answers_is_a_person_whatever_the_browser_says(self):
        for kind, expected in (("accept", "accepted"), ("answer", "partial")):
            with self.subTest(kind=kind):
                request = self.make_request(self.ada, self.make_entry() | self.make_entry())
                link, page = self.open_request(request)
                form = self.reject(request.line_ids[0]) if kind == "answer" else {}
                with patch.object(type(self), "visit", self.visit_as_gateway):
                    self.answer(page, kind, **form)
                rows = self.Event.search([("link_id", "=", link.id)], order="id")
                told = rows.filtered_domain([("kind", "in", ("viewed", expected))])
                self.assertEqual(told.mapped("kind"), ["viewed", expected])
                self.assertEqual(set(told.mapped("verdict")), {"person"})

    def visit_as_gateway(self, path, method="GET", **options):
        return FinancePortalHttpCase.visit(self, path, method, **{**options, "agent": GATEWAY})

    def test_approving_all_keeps_the_evidence(self):
        link, page = self.open_request()
        after = self.answer(page)
        self.assertEqual((after.status_code, after.url), (200, page.url))
        self.assertIn("Approved by Ada Baker", after.text)
        self.assertNotIn('id="decision"', after.text)
        self.assertEqual((self.request.state, self.approvals()), ("approved", ["approved"] * 3))
        decision = self.decisions()
        self.assertRecordValues(
            decision,
            [
                {
                    "kind": "accepted",
                    "name": "Ada Baker",
                    "partner_id": self.ada.id,
                    "customer_id": self.customer.id,
                    "link_id": link.id,
                    "pdf": base64.b64encode(PDF),
                    "voided_at": False,
                }
            ],
        )
        self.assertEqual(
            self.verdicts(decision), {str(one.id): ("accepted", "") for one in self.entries}
        )
        terms = json.loads(decision.terms)
        self.assertEqual(terms["head"]["hours"], "13.7500")
        self.assertEqual(
            [line["name"] for line in terms["lines"]], ["Drawings", "Talk with the carpenter", ""]
        )
        kinds = self.Event.search([("link_id", "=", link.id)], order="id").mapped("kind")
        self.assertEqual(kinds[-2:], ["viewed", "accepted"])

    def test_the_answer_has_one_word_wherever_staff_read_it(self):
        for rejected in range(3):
            request = self.make_request(self.ada, self.make_entry() | self.make_entry())
            form = self.reject(*request.line_ids[:rejected])
            self.become_stranger()
            _link, page = self.open_request(request)
            self.answer(page, "answer" if form else "accept", **form)
            self.env.invalidate_all()
            request = request.with_context(lang="en_US")
            labels = dict(request._fields["state"]._description_selection(request.env))
            word = labels[request.state].lower()
            with self.subTest(word):
                self.assertIn(request.state, ("approved", "partial", "rejected"))
                shown = request._fields["finance_status"]._description_selection(request.env)
                self.assertEqual(dict(shown)[request.finance_status].lower(), word)
                self.assertIn(f" · {word}", request.finance_status_line)

    def test_one_entry_rejected(self):
        link, page = self.open_request()
        after = self.answer(page, "answer", **self.reject(self.second, why="We said <1 hour"))
        self.assertIn("Approved in part by Ada Baker", after.text)
        self.assertIn("We said &lt;1 hour", after.text)
        self.assertEqual(self.request.state, "partial")
        self.assertEqual(self.approvals(), ["approved", "rejected", "approved"])
        self.assertEqual(
            self.entries.mapped("finance_rejection"), [False, "We said <1 hour", False]
        )
        decision = self.decisions()
        self.assertEqual((decision.kind, decision.name), ("partial", "Ada Baker"))
        self.assertEqual(
            self.verdicts(decision),
            {
                str(self.first.id): ("accepted", ""),
                str(self.second.id): ("declined", "We said <1 hour"),
                str(self.third.id): ("accepted", ""),
            },
        )
        told = self.request.message_ids.filtered(lambda one: "in part by Ada Baker" in one.body)
        self.assertIn("We said &lt;1 hour", told.body)
        self.assertIn(self.request.user_id.partner_id, told.notified_partner_ids)
        self.assertEqual(self.request.activity_ids.user_id, self.request.user_id)
        kinds = self.Event.search([("link_id", "=", link.id)]).mapped("kind")
        self.assertIn("partial", kinds)

    def test_answers_that_agree_are_one_answer(self):
        _link, page = self.open_request()
        after = self.answer(page, "answer")
        self.assertIn("Approved by Ada Baker", after.text)
        self.assertEqual(self.decisions().kind, "accepted")
        other = self.make_request(self.ada)
        _link, page = self.open_request(other)
        after = self.answer(page, "answer", **self.reject(other.line_ids))
        self.assertIn("Rejected on", after.text)
        self.assertEqual((other.state, self.decisions(other).kind), ("rejected", "declined"))

    def test_rejecting_all_takes_a_reason(self):
        _link, page = self.open_request()
        refused = self.answer(page, "decline", reason=" ")
        self.assertEqual(refused.status_code, 422)
        self.assertIn("rejecting the hours", refused.text)
        self.assertRegex(refused.text, r'<details[^>]*open="open"', "what is missing can be seen")
        after = self.answer(page, "decline", name="", reason="Wrong month")
        self.assertIn("Rejected on", after.text)
        self.assertIn("Wrong month", after.text)
        self.assertEqual((self.request.state, self.approvals()), ("rejected", ["rejected"] * 3))
        self.assertEqual({*self.entries.mapped("finance_rejection")}, {"Wrong month"})

    def test_signed_in_customers_answer_the_same_way(self):
        self.sign_in()
        ref = self.env["finance.portal.scope"]._make_ref(self.request)
        page = self.visit(f"/finance/d/{ref}")
        self.assertIn("Approved by", self.answer(page).text)
        self.assertEqual(self.decisions().account_id, self.account)

    def test_an_answer_is_given_once(self):
        _link, page = self.open_request(partner=self.ben)
        self.answer(page)
        again = self.answer(page, "answer", **self.reject(self.first))
        self.assertIn("Approved by Ada Baker", again.text)
        self.assertEqual(self.approvals(), ["approved"] * 3)
        self.assertEqual(len(self.decisions()), 1)

    # === WHAT IS MISSING === #

    def assertRefused(self, answer, status, text):
        self.assertEqual(answer.status_code, status)
        self.assertIn(text, answer.text)
        self.assertFalse(self.decisions())
        self.assertEqual((self.request.state, self.approvals()), ("sent", ["waiting"] * 3))

    def test_what_is_missing_is_said_and_nothing_has_to_be_typed_again(self):
        _link, page = self.open_request()
        refused = self.answer(page, "answer", name="", **self.reject(self.second))
        self.assertRefused(refused, 422, "Please enter your name")
        self.assertIn("Too long", refused.text)
        self.assertRegex(
            refused.text, rf'value="declined"[^>]*name="entry_{self.second.id}"[^>]*checked'
        )
        refused = self.answer(page, "answer", **self.reject(self.second, why=" - "))
        self.assertRefused(refused, 422, "rejecting: Aug 4, 2026")
        self.assertIn('value="Ada Baker"', refused.text)

    def test_approving_all_with_an_entry_marked_asks_what_is_meant(self):
        _link, page = self.open_request()
        refused = self.answer(page, "accept", **self.reject(self.second))
        self.assertRefused(refused, 422, "You marked an entry Reject")

    # === BOUND TO WHAT WAS SEEN === #

    def test_an_entry_that_changed_meanwhile_is_refused_and_shown(self):
        _link, page = self.open_request()
        self.second.unit_amount = 5
        refused = self.answer(page, "answer", **self.reject(self.third))
        self.assertRefused(refused, 409, "The entries changed while you were reading")
        for text in ("2:15", "5:00", "Too long"):
            self.assertIn(text, refused.text)
        after = self.answer(refused)
        self.assertIn("You marked an entry", after.text)
        after = self.answer(refused, **{f"entry_{self.third.id}": "accepted"})
        self.assertIn("Approved by", after.text)

    def test_whatever_the_page_shows_is_bound(self):
        changes = {
            "date": lambda: self.first.write({"date": "2026-08-06"}),
            "person": lambda: self.first.write({"employee_id": self.omar.id}),
            "a minute": lambda: self.first.write({"unit_amount": 7.51}),
            "text": lambda: self.first.write({"name": "Sketches"}),
            "task": lambda: self.first.write({"task_id": False}),
            "task's name": lambda: self.task.write({"name": "Bar"}),
            "project's name": lambda: self.project.write({"name": "Bakery"}),
            "person's name": lambda: self.nina.write({"name": "Nina Baker"}),
            "gone": self.third.unlink,
            "taken out": self.second.action_finance_leave_request,
            "more": lambda: self.request._add(self.make_entry()),
            "period": lambda: self.request.write({"date_to": "2026-08-30"}),
            "note": lambda: self.request.write({"finance_note": "Prices rise"}),
        }
        for name, change in changes.items():
            with self.subTest(change=name):
                savepoint = self.env.cr.savepoint()
                _link, page = self.open_request()
                change()
                refused = self.answer(page)
                self.assertEqual(refused.status_code, 409, name)
                self.assertFalse(self.decisions())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_an_entry_that_went_to_another_customer_is_neither_shown_nor_approved(self):
        _link, page = self.open_request()
        self.second.project_id = self.rival_project
        refused = self.answer(page)
        self.assertEqual(refused.status_code, 409)
        self.assertNotIn("Forge", refused.text)
        self.answer(refused)
        self.assertEqual(self.approvals(), ["approved", False, "approved"])
        self.assertFalse(self.second.finance_time_request_id)

    # === ATTACKS === #

    def test_a_form_speaks_of_the_entries_shown_and_of_no_others(self):
        foreign = self.make_request(self.eve).line_ids
        mine = self.make_entry()
        _link, page = self.open_request()
        forged = {f"entry_{one.id}": "accepted" for one in foreign | mine}
        after = self.answer(page, "answer", **forged, **self.reject(self.first))
        self.assertEqual(after.status_code, 200)
        self.assertEqual(self.approvals(foreign | mine), ["waiting", False])
        self.assertNotIn(str(foreign.id), self.verdicts(self.decisions()))

    def test_an_entry_without_an_answer_is_not_approved(self):
        _link, page = self.open_request()
        for forged in (None, "", "paid", "approved"):
            refused = self.answer(page, "answer", **{f"entry_{self.second.id}": forged})
            self.assertRefused(refused, 422, "Please approve or reject: Aug 4, 2026")

    def test_a_form_of_another_request_or_link_answers_nothing(self):
        _link, page = self.open_request()
        other = self.make_request(self.ada)
        _link, second_page = self.open_request(other)
        link, bens_page = self.open_request(partner=self.ben)
        sealed = SEEN.search(page.text).group(1)
        for target in (second_page, bens_page):
            with mute_logger("odoo.addons.finance_portal.models.web.ir_http_failures"):
                refused = self.answer(target, seen=sealed)
            self.assertEqual(refused.status_code, 400)
        self.assertFalse(self.decisions(other))
        self.assertRefused(self.visit(f"/finance/d/{link.ref}/accept", "POST"), 400, "")

    def test_l10_extra_recipients_look_and_do_not_answer(self):
        _link, page = self.open_request(partner=self.stranger)
        self.assertIn("Talk with the carpenter", page.text)
        self.assertNotIn('type="radio"', page.text)
        for kind in ("accept", "decline", "answer"):
            refused = self.answer(page, kind, reason="No")
            self.assertEqual(refused.status_code, 409)
            self.assertIn("Only contacts of Bakery can respond", refused.text)
        self.assertEqual(self.approvals(), ["waiting"] * 3)

    def test_quotes_take_no_answer_line_by_line(self):
        quote = self.make_quote()
        _link, token = self.issue(quote)
        page = self.visit(f"/q/{token}", follow=True)
        with mute_logger("odoo.addons.finance_portal.models.web.ir_http_failures"):
            refused = self.answer(page, "answer")
        self.assertEqual((refused.status_code, quote.state), (404, "sent"))

    def test_l3_an_expired_link_changes_nothing(self):
        link, page = self.open_request()
        link._revoke("staff")
        with mute_logger("odoo.addons.finance_portal.models.web.ir_http_failures"):
            self.assertRefused(self.answer(page), 410, "no longer active")

    def test_hostile_texts_are_cleaned(self):
        _link, page = self.open_request()
        why = "\x00\u202eToo\x07 long" + "x" * 3000
        self.answer(page, "answer", name="Ada\u202e Baker\r\n", **self.reject(self.first, why=why))
        self.assertEqual(self.decisions().name, "Ada Baker")
        self.assertEqual(self.first.finance_rejection, "Too long" + "x" * 492)

    # === APPROVED === #

    def test_approved_entries_stay_as_they_are(self):
        self.answer(self.open_request()[1], "answer", **self.reject(self.third))
        self.assertTrue(self.first.readonly_timesheet)
        self.assertFalse(self.third.readonly_timesheet)
        for vals in (
            {"date": "2026-08-30"},
            {"unit_amount": 8},
            {"employee_id": self.omar.id},
            {"project_id": self.rival_project.id},
            {"task_id": False},
            {"name": "Other"},
        ):
            for entry in (self.first, self.first.sudo()):
                with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "approved this"):
                    entry.write(vals)
        with self.assertRaisesRegex(UserError, "approved this"):
            self.first.unlink()
        self.third.write({"unit_amount": 1})

    def test_approved_entries_do_not_move_with_their_task(self):
        self.answer(self.open_request()[1])
        self.task.project_id = self.rival_project
        self.assertEqual(self.first.project_id, self.project)
        self.project.partner_id = self.rival
        self.assertEqual(self.first.partner_id.commercial_partner_id, self.customer)

    def test_approved_entries_stay_with_who_worked(self):
        self.answer(self.open_request()[1])
        worked = self.first.employee_id.sudo()  # sudo: employees are an officer's
        before = (worked, self.first.user_id)
        worked.user_id = self.request.user_id
        with self.assertRaisesRegex(UserError, "approved this"):
            worked.unlink()
        self.env.flush_all()
        self.assertEqual((self.first.employee_id, self.first.user_id), before)
