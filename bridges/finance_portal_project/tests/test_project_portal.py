"""Projects in the portal: the list, the overview, and what record rules let an account read."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.finance_portal.tests.portal_common import PortalCase

from .common import ProjectCase


@tagged("post_install", "-at_install")
class TestProjectPortal(ProjectCase, PortalCase):
    def setUp(self):
        super().setUp()
        self.today = fields.Date.context_today(self.env.user)
        self.sign_in()

    def make_shared(self, name, days=0, **values):
        """Return a project that was shared some days ago."""
        project = self.make_project(share=True, name=name, **values)
        project.finance_shared_on = self.today - timedelta(days=days)
        return project

    def make_some(self):
        """Create a project with a shown task in each state."""
        project = self.make_project(share=True, user_id=self.env.user.id, company_id=False)
        for state in ("1_done", "01_in_progress"):
            self.make_task("Roof", project=project, state=state)

    # === THE LIST === #

    def test_scope(self):
        """A list holds what was shared with the customer, and nothing else."""
        colleagues = self.make_shared("Of a colleague", partner=self.ben)
        mine = self.make_shared("Mine")
        self.make_project(name="Never sent")
        self.make_project(name="Of a rival", partner=self.eve, share=True)
        self.make_shared("Archived").active = False
        self.make_shared("Template").is_template = True
        self.make_shared("Given away").partner_id = self.eve
        names = self.names(self.open("/projects"))
        self.assertCountEqual(names, [colleagues.name, mine.name])
        self.account.own_documents = True
        self.assertEqual(self.names(self.open("/projects")), [mine.name])

    def test_filters_search_and_orders(self):
        old = self.make_shared("Old house", days=9, date_start=self.today, date=self.today)
        done = self.make_shared("Done house", days=3)
        done.last_update_status = "done"
        new = self.make_shared("New 100% boat")
        for path, projects in {
            "": [new, done, old],
            "?show=open": [new, old],
            "?show=done": [done],
            "?sort=oldest": [old, done, new],
            "?sort=ending": [old, done, new],
            "?q=house": [done, old],
            "?q=100%25": [new],
            "?q=nothing": [],
        }.items():
            names = self.names(self.open(f"/projects{path}"))
            self.assertEqual(names, [project.name for project in projects], path)

    def test_states_and_progress_as_on_the_page(self):
        project = self.make_shared("House", date_start="2026-01-01", date="2026-02-01")
        self.make_task("Hidden", shown=False, project=project)
        for state in ("1_done", "01_in_progress", "1_canceled"):
            self.make_task("Roof", project=project, state=state)
        self.make_task("Archived", project=project, active=False)
        row = self.open("/projects").text.split(self.path_of(project))[1].split("</tr>")[0]
        page = self.visit(self.path_of(project)).text
        self.assertEqual(self.states(row), [("calm", "In progress")])
        self.assertIn(("calm", "In progress"), self.states(page))
        self.assertIn("<bdi>1 of 2 done</bdi>", row)
        self.assertIn("<bdi>1 of 2</bdi>", page)
        self.assertIn('<progress class="progress" aria-label="Tasks done" max="2" value="1">', page)

    def test_empty_list_and_overview(self):
        page = self.open("/projects")
        self.assertIn("Projects that we share with you will appear here.", page.text)
        project = self.make_shared("House")
        news = self.open().text
        self.assertIn("Project shared with you", news)
        self.assertIn(self.path_of(project), news)

    def test_constant_queries(self):
        """A list takes no more queries for many projects than for a few."""
        counts = []
        for _round in range(2):
            for _number in range(8):
                self.make_some()
            self.open("/projects")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.open("/projects")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)

    # === RECORD RULES === #

    def test_record_rules_say_the_same_as_the_scope(self):
        """For code that runs as an account's user; their browser does not get that far."""
        project, other = self.make_shared("Mine"), self.make_project(name="Never sent")
        followed = self.make_project(name="Followed")
        shown, hidden = (self.make_task("Roof", shown=s, project=project) for s in (True, False))
        secret = self.make_task("Roof", project=other)
        (project | other | followed).message_subscribe(self.ada.ids)
        for task in shown | hidden | secret:
            task.message_subscribe(self.ada.ids)
        followed.collaborator_ids = [Command.create({"partner_id": self.ada.id})]
        milestone = self.env["project.milestone"].create(
            {"name": "Water", "project_id": project.id}
        )

        def read(model):
            return self.env[model].with_user(self.account.user_id).search([]).sudo()

        self.assertEqual(read("project.project"), project)
        self.assertEqual(read("project.task"), shown)
        self.assertLessEqual(read("project.milestone"), milestone)
        self.assertFalse(read("project.collaborator"))
        with self.assertRaises(AccessError):
            read("project.update")
        with self.assertRaises(AccessError):
            hidden.with_user(self.account.user_id).read(["name"])
        project.finance_show_milestones = False
        self.assertFalse(read("project.milestone"))
        self.account.user_id.group_ids -= self.env.ref(
            "finance_portal.group_finance_portal_account"
        )
        self.assertEqual(read("project.project"), project | other | followed, "Odoo's own")

    def test_the_first_company_is_one_that_works_whoever_asks_first(self):
        """A project of all companies goes by it; what is remembered has no context."""
        projects = self.env["project.project"]
        closed = projects._finance_portal_get_first_company()
        self.env.cr.execute("UPDATE res_company SET active = FALSE WHERE id = %s", [closed])
        self.env.invalidate_all()
        self.addCleanup(self.env.registry.clear_cache)
        self.env.registry.clear_cache()
        for everything in (projects.with_context(active_test=False), projects):
            first = everything._finance_portal_get_first_company()
            self.assertTrue(self.env["res.company"].browse(first).active)
        shared = self.make_project(share=True, user_id=False, company_id=False)
        self.assertEqual(shared._finance_portal_get_company().id, first)
