"""Create a week of hours of the demo company; runs in an Odoo shell, see ``load``."""

from datetime import timedelta

from odoo import fields

PEOPLE = ("Mira Okafor", "Jonas Lindqvist")
TASKS = ("Newsletter", "Shop pages", "Photos")

# person, task, day of the week, hours, what was done
WEEK = (
    (0, 0, 0, 2.5, "First draft of the newsletter"),
    (0, 1, 0, 4, "Category pages: new order, new headings"),
    (1, 2, 1, 6.5, "Photo session in the workshop, on site"),
    (0, 0, 1, 1.25, "Corrections after your call"),
    (0, 1, 2, 5.75, "Category pages: texts for oak, pine and ash"),
    (1, 2, 2, 3, "Choice and retouching, 40 pictures"),
    (1, 1, 3, 2.75, "Pictures uploaded and linked"),
    (0, 1, 3, 3.5, "Checked the pages on phones, small repairs"),
    (0, 0, 4, 0.75, "Newsletter sent, list cleaned up"),
    (1, 2, 4, 8, "Second photo session"),
)


def load(env, customers: dict, _tax) -> None:
    """Create a project, two people's hours of last week, and the request to approve them."""
    today = fields.Date.context_today(env.user)
    monday = today - timedelta(days=today.weekday() + 7)
    ada = customers["en_GB"].child_ids[:1]
    project = env["project.project"].create(
        {
            "name": "Online shop, care and content",
            "partner_id": ada.id,
            "company_id": env.company.id,
            "allow_timesheets": True,
        }
    )
    tasks = env["project.task"].create(
        [{"name": name, "project_id": project.id} for name in TASKS]
    )
    people = env["hr.employee"].create(
        [{"name": name, "company_id": env.company.id} for name in PEOPLE]
    )
    entries = env["account.analytic.line"].create(
        [
            {
                "name": text,
                "project_id": project.id,
                "task_id": tasks[task].id,
                "employee_id": people[person].id,
                "date": monday + timedelta(days=day),
                "unit_amount": hours,
            }
            for person, task, day, hours, text in WEEK
        ]
    )
    env["finance.portal.time.request"]._start(entries)
