"""Create a project of the demo company; runs in an Odoo shell, see ``load``."""

from datetime import timedelta
from typing import NamedTuple

from odoo import fields

STAGES = ("Planned", "In design", "In production")


class Planned(NamedTuple):
    """A task: its stage's number, when it is due, hours, and whether the customer sees it."""

    name: str
    stage: int
    days: int
    hours: float
    spent: float = 0
    closed: bool = False
    shown: bool = True


TASKS = (
    Planned("Workshop: who comes to the quay, and why", 1, -24, 8, 7.5, closed=True),
    Planned("Logo and colours", 1, -12, 16, 18, closed=True),
    Planned("Design of the website", 1, 2, 24, 15.5),
    Planned("Texts for the website", 1, -2, 10, 4),
    Planned("Website online", 0, 16, 12),
    Planned("Signs for the shop front", 2, 9, 14, 6),
    Planned("Opening weekend: posters and cards", 0, 30, 8),
    Planned("Second set of logo drafts", 1, -15, 6, 3, closed=True, shown=False),
    Planned("Ask the printer for a better price", 2, 1, 2, 0.5, shown=False),
    Planned("Internal: hours left for corrections?", 0, 5, 1, shown=False),
)
PARTS = (
    Planned("Letters, cut from aluminium", 2, 5, 6),
    Planned("Lighting", 0, 9, 4),
)

# name, deadline in days, reached
MILESTONES = (
    ("Concept agreed", -10, True),
    ("Website online", 16, False),
    ("Opening weekend", 33, False),
)


def load(env, customers: dict, _tax) -> None:
    """Create a project in full swing, with tasks that its customer sees and some not."""
    today = fields.Date.context_today(env.user)
    ada = customers["en_GB"].child_ids[:1]
    stages = env["project.task.type"].create(
        [{"name": name, "sequence": number} for number, name in enumerate(STAGES)]
    )
    project = env["project.project"].create(
        {
            "name": "New shop on Quay Street",
            "allow_billable": True,  # or the form shows no customer
            "partner_id": ada.id,
            "company_id": env.company.id,
            "date_start": today - timedelta(days=30),
            "date": today + timedelta(days=35),
            "type_ids": [(6, 0, stages.ids)],
            "allow_milestones": True,
            "finance_show_assignees": True,
            "finance_show_hours": True,
            "description": "<p>Ada decides quickly with pictures. Stay below 100 hours.</p>",
        }
    )
    for number, (name, days, reached) in enumerate(MILESTONES):
        env["project.milestone"].create(
            {
                "name": name,
                "sequence": number,
                "project_id": project.id,
                "deadline": today + timedelta(days=days),
                "is_reached": reached,
            }
        )
    for plan in TASKS:
        _create_task(env, project, stages, plan)
    signs = project.task_ids.filtered(lambda task: task.name.startswith("Signs"))
    for plan in PARTS:
        _create_task(env, project, stages, plan).parent_id = signs


def _create_task(env, project, stages, plan: Planned):
    """Create one task, with its hours where Odoo keeps any."""
    today = fields.Date.context_today(env.user)
    due = today + timedelta(days=plan.days)
    task = env["project.task"].create(
        {
            "name": plan.name,
            "project_id": project.id,
            "stage_id": stages[plan.stage].id,
            "sequence": len(project.task_ids),
            "date_deadline": fields.Datetime.to_datetime(due) + timedelta(hours=10),
            "allocated_hours": plan.hours,
            "state": "1_done" if plan.closed else "01_in_progress",
            "user_ids": [(6, 0, env.user.ids)],
            "finance_shared": plan.shown,
        }
    )
    if plan.spent and "timesheet_ids" in task._fields:
        env["account.analytic.line"].create(
            {
                "name": plan.name,
                "project_id": project.id,
                "task_id": task.id,
                "date": min(due, today) - timedelta(days=2),
                "unit_amount": plan.spent,
                "employee_id": _employee(env).id,
            }
        )
    return task


def _employee(env):
    """Return the employee of the user, who is made one if need be."""
    return env.user.employee_id or env["hr.employee"].create(
        {"name": env.user.name, "user_id": env.user.id, "company_id": env.company.id}
    )
