"""A contact who leaves the customer takes no project along (L4)."""

from odoo.tests import tagged

from odoo.addons.finance_portal.tests.contact_common import ContactCase

from .common import ProjectCase


@tagged("post_install", "-at_install")
class TestLeftProject(ProjectCase, ContactCase):
    def test_contact_who_moves_on_takes_no_project_along(self):
        self.project.finance_shared = True
        self.ada.parent_id = self.rival
        domain = self.env["finance.portal.scope"]._get_domain(
            "project.project", self.rival, self.company
        )
        self.assertNotIn(self.project, self.project.search(domain))
        self.assertFalse(self.project._finance_portal_is_shareable())

    def test_l4_everybodys_links_close_when_its_contact_leaves(self):
        """However they leave, and for good: the project would come back along with them."""
        for way in ("moved", "cut_off", "merged"):
            between = self.make_contact("Department")
            contact = self.make_contact("Bo", parent=between)
            project = self.make_project(contact, share=True)
            link, _token = self.issue(project, self.ben)
            with self.subTest(way=way):
                if way == "moved":
                    contact.parent_id = self.rival
                elif way == "cut_off":
                    between.unlink()
                else:
                    self.merge(contact, self.make_contact("Other", parent=self.rival))
                self.env.invalidate_all()
                self.assertEqual(link.revoke_reason, "customer")
