"""A customer's project for tests: with stages, tasks, milestones and people."""

from odoo import Command

from odoo.addons.finance_portal.tests.common import FinancePortalCase
from odoo.addons.finance_portal.tests.page_common import PageCase


class ProjectCase(FinancePortalCase):
    """``FinancePortalCase`` with a project of ``ada``, nothing of which is shared yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("project.group_project_manager")
        cls.todo, cls.doing = cls.env["project.task.type"].create(
            [{"name": "Planned", "sequence": 1}, {"name": "Under construction", "sequence": 2}]
        )
        cls.project = cls.make_project()

    @classmethod
    def make_project(cls, partner=None, share=False, **values):
        """Return a project, shared with its customer only when asked."""
        project = cls.env["project.project"].create(
            {
                "name": "Harbour shop",
                "partner_id": (partner or cls.ada).id,
                "company_id": cls.company.id,
                "user_id": cls.env.user.id,
                "type_ids": [Command.set((cls.todo | cls.doing).ids)],
                "allow_milestones": True,
                **values,
            }
        )
        if share:
            project.finance_shared = True
        return project

    @classmethod
    def make_task(cls, name, shown=True, project=None, **values):
        """Return a task, shown to the customer unless told otherwise."""
        return cls.env["project.task"].create(
            {
                "name": name,
                "project_id": (project or cls.project).id,
                "stage_id": cls.todo.id,
                "user_ids": [Command.clear()],
                "finance_shared": shown,
                **values,
            }
        )


class ProjectPageCase(ProjectCase, PageCase):
    """Projects around one day, and short ways to read their page."""

    def rows(self, project=None):
        """Return ``(kind, name)`` of the rows of the task table."""
        rows = self.values(project or self.project)["tasks"]["rows"]
        return [(row["kind"], row["name"]) for row in rows]

    def row(self, name, project=None):
        """Return the row of a task."""
        rows = self.values(project or self.project)["tasks"]["rows"]
        [row] = [row for row in rows if row["name"] == name and row["kind"] != "section"]
        return row
