"""What the page of a project tells its reader, and what it keeps to itself."""

from odoo import Command
from odoo.tests import tagged

from .common import ProjectPageCase


@tagged("post_install", "-at_install")
class TestProjectPage(ProjectPageCase):
    # === HOW IT STANDS === #

    def test_progress_counts_what_is_shown_and_nothing_else(self):
        self.make_task("Hidden", shown=False)
        self.make_task("Hidden and done", shown=False, state="1_done")
        self.make_task("Open")
        self.make_task("Done", state="1_done")
        self.make_task("Cancelled", state="1_canceled")
        self.make_task("Archived", active=False)
        values = self.values(self.project)
        self.assertEqual(values["progress"], {"done": 1, "total": 2, "text": "1 of 2"})
        hero = values["hero"]
        self.assertEqual((hero["label"], hero["amount"]), ("Tasks done", "1 of 2"))
        self.assertEqual(hero["states"], [("calm", "In progress")])

    def test_without_tasks_the_state_stands_first(self):
        values = self.values(self.project)
        self.assertIsNone(values["progress"])
        hero = {"label": "Status", "amount": "In progress", "states": [], "notes": []}
        self.assertEqual((values["hero"], values["tasks"]["rows"]), (hero, []))

    def test_staff_say_when_it_is_done(self):
        """All shown tasks may be done while others go on, so no count decides."""
        self.make_task("Done", state="1_done")
        self.assertEqual(self.project._finance_portal_get_states(), [("calm", "In progress")])
        self.project.last_update_status = "at_risk"
        self.assertEqual(self.project._finance_portal_get_states(), [("calm", "In progress")])
        self.project.last_update_status = "done"
        self.assertEqual(self.project._finance_portal_get_states(), [("good", "Done")])

    def test_dates_in_words(self):
        for start, end, states, note in (
            ("2026-03-01", "2026-03-14", "In progress", "Planned end: Mar 14, 2026 (in 4 days)"),
            ("2026-03-01", "2026-03-10", "In progress", "Planned end: Mar 10, 2026 (today)"),
            ("2026-03-01", "2026-03-09", "In progress", "Planned end: Mar 9, 2026"),
            ("2026-03-11", "2026-04-09", "Not started yet", "Planned end: Apr 9, 2026 (in 30 days)"),  # noqa: E501
        ):
            with self.subTest(end=end):
                self.project.write({"date_start": start, "date": end})
                hero = self.values(self.project)["hero"]
                self.assertEqual((hero["amount"], hero["notes"]), (states, [note]))
        facts = dict(self.values(self.project)["facts"])
        self.assertEqual(facts, {"Start": "Mar 11, 2026", "Planned end": "Apr 9, 2026"})

    def test_title_and_customer(self):
        self.assertEqual(self.project._finance_portal_get_title(), "Project Harbour shop")
        [party] = self.values(self.project)["parties"]
        self.assertEqual(party, {"label": "Customer", "lines": ["Bakery", "Ada"]})

    # === TASKS === #

    def test_tasks_by_stage_and_closed_ones_last(self):
        self.make_task("Roof", stage_id=self.doing.id)
        self.make_task("Floor")
        self.make_task("Walls", state="1_done")
        self.make_task("Pool", state="1_canceled", stage_id=self.doing.id)
        self.assertEqual(
            self.rows(),
            [
                ("section", "Planned"), ("task", "Floor"),
                ("section", "Under construction"), ("task", "Roof"),
                ("section", "Done"), ("task", "Pool"), ("task", "Walls"),
            ],
        )  # fmt: skip
        self.assertEqual(self.row("Pool")["tag"], "Cancelled")
        self.assertEqual(self.row("Walls")["tag"], "")

    def test_tasks_without_a_stage_are_listed_too(self):
        """A page lists every task it counts (section 9); stages are optional."""
        loose = self.make_task("Garden", stage_id=False)
        self.assertFalse(loose.stage_id)
        self.make_task("Pond", stage_id=False, parent_id=loose.id)
        self.make_task("Fence", stage_id=False, state="1_done")
        self.assertEqual(
            self.rows(),
            [("task", "Garden"), ("item", "Pond"), ("section", "Done"), ("task", "Fence")],
        )
        self.assertEqual(self.values(self.project)["progress"]["total"], 3)
        self.make_task("Roof", stage_id=self.doing.id)
        self.assertEqual(
            self.rows(),
            [
                ("task", "Garden"), ("item", "Pond"),
                ("section", "Under construction"), ("task", "Roof"),
                ("section", "Done"), ("task", "Fence"),
            ],
        )  # fmt: skip
        self.assertEqual(self.row("Garden")["tag"], "")

    def test_sub_tasks_below_their_task_if_both_are_shown(self):
        house = self.make_task("House")
        secret = self.make_task("Secret", shown=False)
        self.make_task("Door", parent_id=house.id, stage_id=self.doing.id)
        self.make_task("Quarrel", parent_id=house.id, shown=False)
        self.make_task("Window", parent_id=secret.id)
        self.assertEqual(
            self.rows(),
            [
                ("section", "Planned"),
                ("task", "Window"),
                ("task", "House"),
                ("item", "Door"),
            ],
        )
        self.assertEqual(self.row("Door")["tag"], "Under construction")
        self.assertEqual(self.row("House")["tag"], "")

    def test_late_tasks_say_so(self):
        self.make_task("Late", date_deadline="2026-03-08 10:00:00")
        self.make_task("Today", date_deadline="2026-03-10 23:00:00")
        self.make_task("Late but done", date_deadline="2026-03-01 10:00:00", state="1_done")
        late = [self.row("Late")[cell] for cell in ("due", "tone", "state")]
        self.assertEqual(late, ["Mar 8, 2026", "warn", "Overdue by 2 days"])
        self.assertEqual(self.row("Today")["state"], "")
        self.assertEqual(self.row("Late but done")["state"], "")

    def test_day_is_the_one_where_the_company_is(self):
        """A deadline is a moment; the customer reads a day."""
        self.company.partner_id.tz = "Asia/Tokyo"
        self.make_task("Late", date_deadline="2026-03-09 20:00:00")
        row = self.row("Late")
        self.assertEqual((row["due"], row["state"]), ("Mar 10, 2026", ""))

    def test_names_of_colleagues_only_when_allowed(self):
        worker = self.make_user("worker", "project.group_project_user", name="Walter Worker")
        self.make_task("Roof", user_ids=[Command.set(worker.ids)])
        page = self.render(self.project)
        self.assertEqual(self.row("Roof")["detail"], "")
        self.assertNotIn("Walter Worker", str(page))
        self.assertNotIn("Project manager", dict(self.values(self.project)["facts"]))
        self.project.finance_show_assignees = True
        self.assertEqual(self.row("Roof")["detail"], "Walter Worker")
        facts = dict(self.values(self.project)["facts"])
        self.assertEqual(facts["Project manager"], self.env.user.name)
        self.assertIn("Walter Worker", str(self.render(self.project)))

    # === MILESTONES === #

    def test_milestones(self):
        Milestone = self.env["project.milestone"]
        for name, deadline, reached in (
            ("Plan", "2026-02-01", True), ("Roof", "2026-03-05", False),
            ("Keys", "2026-05-01", False), ("Party", False, False),
        ):  # fmt: skip
            Milestone.create(
                {
                    "name": name,
                    "project_id": self.project.id,
                    "deadline": deadline,
                    "is_reached": reached,
                    "sequence": 1,
                }
            )
        rows = self.values(self.project)["milestones"]
        self.assertEqual(
            [(row["name"], row["due"], row["tone"], row["state"]) for row in rows],
            [
                ("Plan", "Feb 1, 2026", "good", "Reached"),
                ("Roof", "Mar 5, 2026", "warn", "Overdue by 5 days"),
                ("Keys", "May 1, 2026", "calm", ""),
                ("Party", "", "calm", ""),
            ],
        )
        self.project.finance_show_milestones = False
        self.assertEqual(self.values(self.project)["milestones"], [])
        self.project.write({"finance_show_milestones": True, "allow_milestones": False})
        self.assertEqual(self.values(self.project)["milestones"], [])

    # === WHAT STAYS WITH STAFF === #

    def test_nothing_internal_is_on_the_page(self):
        secret = {"description": "<p>INTERNAL budget</p>", "last_update_status": "at_risk"}
        self.project.write(secret)
        self.project.last_update_id.write({"name": "INTERNAL", "description": "INTERNAL risk"})
        self.project.message_post(body="INTERNAL talk")
        self.project.tag_ids = self.env["project.tags"].create({"name": "INTERNAL tag"})
        shown = self.make_task("Roof", description="<p>INTERNAL notes</p>")
        shown.message_post(body="INTERNAL words")
        self.make_task("INTERNAL task", shown=False)
        page = str(self.render(self.project))
        self.assertIn("Roof", page)
        self.assertNotIn("INTERNAL", page)
        self.assertNotRegex(page, r"(?i)(?<![a-z])risk(?![a-z])")
        self.assertNotIn("Download PDF", page)
