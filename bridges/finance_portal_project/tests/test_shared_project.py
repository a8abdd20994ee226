"""A project of no company, which all companies share, goes by its manager's everywhere."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ProjectCase


@tagged("post_install", "-at_install")
class TestSharedProject(ProjectCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company(name="Other Branch")
        cls.chief = cls.make_user(
            "chief",
            "project.group_project_manager",
            "account.group_account_invoice",
            "finance_portal.group_finance_portal_user",
        )
        cls.chief.write({"company_ids": [Command.link(cls.other.id)], "company_id": cls.other.id})
        cls.common = cls.make_project(company_id=False, user_id=cls.chief.id, share=True)

    def attach(self, size=10):
        return self.env["ir.attachment"].create(
            {
                "name": "plan.pdf",
                "raw": b"%PDF" + b"x" * size,
                "res_model": "project.project",
                "res_id": self.common.id,
            }
        )

    def test_files_and_notes_are_its_companys(self):
        self.assertNotEqual(self.env.company, self.other)
        self.common.finance_note, self.common.finance_file_ids = "Mind the step", self.attach()
        for name in ("file", "note"):
            with self.subTest(name):
                rows = self.env[f"finance.portal.{name}"]._of(self.common)
                self.assertEqual(rows.company_id, self.other)

    def test_its_companys_limit_holds_for_files_ticked_or_posted(self):
        self.company.finance_portal_file_mb, self.other.finance_portal_file_mb = 5, 1
        large = self.attach(1024 * 1024)
        with self.assertRaisesRegex(UserError, "too large"):
            self.common.finance_file_ids = large
        shown = self.common.with_context(**large._finance_portal_get_show_context())
        with self.assertRaisesRegex(UserError, "too large"):
            shown.message_post(body="The plan", attachment_ids=large.ids)

    def test_the_digest_of_its_company_counts_it(self):
        moment = fields.Datetime.now() - timedelta(days=4)
        with patch.object(fields.Datetime, "now", lambda: moment):
            link, _token = self.issue(self.common)
        self.env["mail.mail"].sudo().search(
            [("mail_message_id", "=", link.mail_message_id)]
        ).unlink()
        self.env.flush_all()
        name = "kpi_finance_portal_unopened"
        digest = self.env["digest.digest"].create({"name": "Week", name: True})
        digest = digest.with_context(allowed_company_ids=self.chief.company_ids.ids)
        for company, expected in ((self.other, 1), (self.company, 0)):
            digest.company_id = company
            with self.subTest(company=company.name):
                [found] = [
                    one
                    for one in digest._compute_kpis(company, self.chief)
                    if one["kpi_name"] == name
                ]
                self.assertEqual(found["kpi_col2"]["value"], expected)
