from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TimeCase


@tagged("post_install", "-at_install")
class TestTimeReset(TimeCase):
    """Staff take back an answer, with a reason; the customer is asked again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first, cls.second, cls.third = cls.entries
        cls.request.user_id = cls.make_user(
            "boss", "hr_timesheet.group_hr_timesheet_approver", lang="en_US"
        )

    def reset(self, request=None, reason="Entered twice"):
        wizard = self.env["finance.portal.time.reset"].create(
            {"request_id": (request or self.request).id, "reason": reason}
        )
        return wizard.action_reset()

    def test_staff_reset_with_a_reason_and_the_customer_is_asked_anew(self):
        _link, page = self.open_request()
        self.answer(page, "answer", **self.reject(self.second))
        decision = self.decisions()
        self.assertTrue(self.request.activity_ids)
        self.reset()
        self.assertFalse(self.request.activity_ids, "nobody is sent after the old answer")
        self.assertEqual((self.request.state, self.approvals()), ("sent", ["waiting"] * 3))
        self.assertFalse(any(self.entries.mapped("finance_rejection")))
        self.assertTrue(decision.voided_at)
        self.assertEqual(
            (decision.voided_by_id, decision.void_reason), (self.env.user, "Entered twice")
        )
        row = self.Event.search([("res_id", "=", self.request.id), ("kind", "=", "reopened")])
        self.assertEqual(len(row), 1)
        self.assertIn("Entered twice", self.request.message_ids[0].body)
        self.first.unit_amount = 6
        page = self.visit(page.url)
        self.assertIn("6:00", page.text)
        self.answer(page)
        self.assertEqual(self.request.state, "approved")
        self.assertEqual(len(self.decisions()), 2)

    def test_only_timesheet_administrators_reset(self):
        self.answer(self.open_request()[1])
        approver = self.request.user_id
        with self.assertRaises(AccessError):
            self.request.with_user(approver)._reset("I want to")
        with self.assertRaises(AccessError):
            self.env["finance.portal.time.reset"].with_user(approver).create(
                {"request_id": self.request.id, "reason": "I want to"}
            )
        with self.assertRaisesRegex(UserError, "Please say why"):
            self.reset(reason=" . ")
        self.assertEqual(self.request.state, "approved")

    def test_what_was_not_answered_cannot_be_reset(self):
        with self.assertRaisesRegex(UserError, "hasn't been answered"):
            self.reset()

    def test_rejected_entries_are_asked_about_again(self):
        _link, page = self.open_request()
        self.answer(page, "answer", **self.reject(self.second))
        self.second.unit_amount = 1
        again = self.make_request(self.ada, self.second)
        self.assertEqual(self.second.finance_time_request_id, again)
        self.assertFalse(self.second.finance_rejection)
        # What was answered stays what it was, also when the answer is taken back.
        old = self.visit(page.url).text
        for text in ("Talk with the carpenter", "2:15", "Too long", "13:45"):
            self.assertIn(text, old)
        self.assertEqual(self.request.hours, 13.75)
        self.reset()
        self.assertEqual(self.approvals(), ["waiting"] * 3)
        self.assertEqual(self.request.line_ids, self.first | self.third)
        self.assertEqual(self.request.hours, 11.5)
