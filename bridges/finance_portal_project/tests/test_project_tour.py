"""The way a person sends a project, in a real browser."""

from odoo.tests import tagged

from odoo.addons.finance_portal.failures import LinkGone
from odoo.addons.finance_portal.tests.tour_common import TourCase

from .common import ProjectCase


@tagged("post_install", "-at_install")
class TestProjectTour(ProjectCase, TourCase):
    def test_send_project(self):
        roof, floor = self.make_task("Roof", shown=False), self.make_task("Floor", shown=False)
        groups = ("project.group_project_manager", "account.group_account_manager")
        self.make_user("boss", *groups, password="boss", name="Boss")
        with self.mock_mail_gateway():
            url = f"/odoo/project.project/{self.project.id}"
            self.start_tour(url, "finance_portal_project_send", login="boss")
        self.env.invalidate_all()
        self.assertEqual((roof | floor).mapped("finance_shared"), [True, True])
        token = self.token_mailed_to(self.ada)
        self.assertFalse(self.project.finance_shared)
        with self.assertRaises(LinkGone, msg="the tour took the project away"):
            self.link_of(token, "p")
