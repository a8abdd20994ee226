"""Hours on the page of a project, where Odoo keeps any and staff show them."""

from odoo import Command
from odoo.tests import tagged

from .common import ProjectPageCase

APP = "hr_timesheet"


@tagged("post_install", "-at_install")
class TestProjectHours(ProjectPageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeps_hours = cls.env["ir.module.module"]._get(APP).state == "installed"
        cls.project.finance_show_hours = True
        if cls.keeps_hours:
            cls.project.allow_timesheets = True
            # sudo: people are hired by others than those who run projects
            cls.employee = (
                cls.env["hr.employee"]
                .sudo()
                .create({"name": "Walter Worker", "company_id": cls.company.id})
            )

    def make_worked(self, name, planned, spent, **values):
        """Return a task with an entry of so many hours."""
        task = self.make_task(name, allocated_hours=planned, **values)
        self.env["account.analytic.line"].create(
            {
                "name": "INTERNAL words",
                "project_id": self.project.id,
                "task_id": task.id,
                "employee_id": self.employee.id,
                "unit_amount": spent,
            }
        )
        return task

    def hours(self, name):
        row = self.row(name)
        return row["planned"], row["spent"], row["left"]

    def totals(self, document=None, *kinds):
        return super().totals(document or self.project, *kinds)

    def assertNoHours(self):
        self.make_task("Roof", allocated_hours=8)
        values = self.values(self.project)
        self.assertFalse(values["tasks"]["has_hours"])
        self.assertEqual((self.hours("Roof"), values["totals"]), (("", "", ""), []))
        self.assertNotIn("Planned: ", str(self.render(self.project)))

    def test_no_hours_without_the_app(self):
        self.assertEqual(self.project.finance_keeps_hours, self.keeps_hours)
        if not self.keeps_hours:
            self.assertNoHours()

    def test_no_hours_unless_staff_show_them(self):
        self.project.finance_show_hours = False
        self.assertNoHours()

    def test_no_hours_of_a_project_that_keeps_none(self):
        if self.keeps_hours:
            self.project.allow_timesheets = False
            self.assertFalse(self.project.finance_keeps_hours)
            self.assertNoHours()

    def test_hours_and_their_sums(self):
        if not self.keeps_hours:
            return
        roof = self.make_worked("Roof", 10, 2.5)
        self.make_worked("Tiles", 4, 1.25, parent_id=roof.id)
        self.make_worked("Gutter", 0, 0.5, parent_id=roof.id, shown=False)
        self.make_worked("Talk", 0, 1)
        self.make_worked("Hidden", 5, 3, shown=False)
        self.assertEqual(self.hours("Roof"), ("10:00 h", "4:15 h", "5:45 h"))
        self.assertEqual(self.hours("Tiles"), ("4:00 h", "1:15 h", "2:45 h"))
        self.assertEqual(self.hours("Talk"), ("", "1:00 h", ""))
        self.assertEqual(
            self.totals(),
            [
                ("Time planned", "10:00 h"),
                ("Time spent", "5:15 h"),
                ("Remaining", "4:45 h"),
            ],
        )
        page = str(self.render(self.project))
        self.assertNotIn("INTERNAL", page)
        self.assertNotIn("Walter Worker", page)

    def test_more_than_planned_is_said_in_words(self):
        if not self.keeps_hours:
            return
        self.make_worked("Roof", 3, 4.5)
        self.assertEqual(self.hours("Roof"), ("3:00 h", "4:30 h", "-1:30 h"))
        self.assertEqual(self.totals()[-1], ("More than planned", "1:30 h"))

    def test_days_where_the_company_counts_in_days(self):
        if not self.keeps_hours:
            return
        self.company.timesheet_encode_uom_id = self.env.ref("uom.product_uom_day")
        self.make_worked("Roof", 16, 4)
        self.assertEqual(self.hours("Roof"), ("2 days", "0.5 days", "1.5 days"))

    def test_page_follows_the_hours(self):
        """What is kept of the page is drawn anew once an entry comes in."""
        if not self.keeps_hours:
            return
        page = self.env["finance.portal.page"]
        roof = self.make_worked("Roof", 8, 1)
        project = self.project.sudo().with_company(self.company)
        before = page._get_document_values(project)["totals"]
        roof.timesheet_ids.unit_amount = 2
        self.assertNotEqual(page._get_document_values(project)["totals"], before)


@tagged("post_install", "-at_install")
class TestProjectPageIsFresh(ProjectPageCase):
    """A page that is kept is the page as it would be drawn now (``_get_page_sources``)."""

    def drawn(self):
        page = self.env["finance.portal.page"]
        project = self.project.sudo().with_company(self.company).with_context(lang="en_US")
        return page._get_document_values(project)

    def test_every_change_of_what_is_shown_is_seen(self):
        worker = self.make_user("worker", "project.group_project_user", name="Walter Worker")
        task, other = self.make_task("Roof"), self.make_task("Floor", shown=False)
        task.user_ids = [Command.set(worker.ids)]
        milestone = self.env["project.milestone"].create(
            {"name": "Water", "project_id": self.project.id}
        )
        self.project.write({"date_start": "2026-01-01", "date": "2026-12-01"})
        changes = {
            "name": (self.project, {"name": "Harbour house"}),
            "end": (self.project, {"date": "2026-11-01"}),
            "names": (self.project, {"finance_show_assignees": True}),
            "a name": (worker.partner_id, {"name": "Walt"}),
            "assigned": (task, {"user_ids": [Command.link(self.env.user.id)]}),
            "stage": (task, {"stage_id": self.doing.id}),
            "stage's name": (self.doing, {"name": "Being built"}),
            "done": (task, {"state": "1_done"}),
            "shown": (other, {"finance_shared": True}),
            "below": (other, {"parent_id": task.id}),
            "hidden": (task, {"finance_shared": False}),
            "archived": (other, {"active": False}),
            "milestone": (milestone, {"is_reached": True}),
            "no milestones": (self.project, {"finance_show_milestones": False}),
            "manager": (self.project, {"user_id": worker.id}),
            "customer": (self.customer, {"name": "Bakery & Sons"}),
            "status": (self.project, {"last_update_status": "done"}),
            "company": (self.company, {"name": "Renamed"}),
        }
        before = self.drawn()
        for what, (record, values) in changes.items():
            with self.subTest(what=what):
                record.write(values)
                after = self.drawn()
                self.assertNotEqual(after, before)
                self.assertEqual(
                    after["tasks"], self.values(self.project)["tasks"], "as drawn anew"
                )
                before = after
