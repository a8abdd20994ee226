from odoo.tests import tagged

from .common import TimeCase


@tagged("post_install", "-at_install")
class TestTimeRequest(TimeCase):
    def test_approve_all(self):
        _link, page = self.open_request()
        self.assertIn("Approve all", page.text)
        after = self.answer(page)
        self.assertEqual(after.status_code, 200, after.text)
        self.assertIn("Approved by Ada Baker", after.text)
        self.assertEqual(self.request.state, "approved")
        self.assertEqual(self.approvals(), ["approved"] * 3)
