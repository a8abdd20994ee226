"""The way a person asks for approval, and takes an answer back, in a real browser."""

from odoo.tests import tagged

from odoo.addons.finance_portal.tests.tour_common import TourCase

from .common import TimeCase


@tagged("post_install", "-at_install")
class TestTimeTour(TimeCase, TourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.external_report_layout_id = cls.env.ref("web.external_layout_standard")
        group = "hr_timesheet.group_timesheet_manager"
        cls.make_user("boss", group, password="boss", name="Boss")

    def test_ask_for_approval(self):
        entries = self.make_entry(3, name="Carpentry, the counter")
        entries |= self.make_entry(2, name="Carpentry, the shelves")
        with self.mock_mail_gateway():
            self.start_tour("/odoo/all-timesheets", "finance_portal_ask_for_approval", login="boss")
        self.env.invalidate_all()
        self.assertEqual(self.approvals(entries), ["waiting"] * 2)
        token = self.token_mailed_to(self.customer)
        self.assertEqual(self.link_of(token, "t").res_id, entries.finance_time_request_id.id)

    def test_reset_approval(self):
        self.answer(self.open_request()[1])
        url = f"/odoo/time-approvals/{self.request.id}"
        self.start_tour(url, "finance_portal_reset_approval", login="boss")
        self.env.invalidate_all()
        self.assertEqual((self.request.state, self.approvals()), ("sent", ["waiting"] * 3))
        self.assertEqual(self.decisions().void_reason, "Entered twice")
