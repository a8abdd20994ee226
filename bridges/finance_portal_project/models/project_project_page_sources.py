"""Which rows the page of a project is drawn from, as SQL. Imports no Odoo."""

# ruff: noqa: S608  # built from constants of this file; values come as parameters

OWN = "SELECT {} FROM project_project WHERE id = %(project)s"
SHOWN = "project_id = %(project)s AND finance_shared"
TASKS = f"SELECT {{}} FROM project_task WHERE {SHOWN}"
ASSIGNED = f"task_id IN ({TASKS.format('id')})"
PEOPLE = (
    f"SELECT user_id FROM project_task_user_rel WHERE {ASSIGNED} UNION {OWN.format('user_id')}"
)
# All rows that the page of a project is drawn from, each found by an index.
PAGE_SOURCES = (
    ("project_project", "id = %(project)s"),
    ("project_task", SHOWN),
    ("project_task_type", f"id IN ({TASKS.format('stage_id')})"),
    ("project_milestone", "project_id = %(project)s"),
    ("project_task_user_rel", ASSIGNED),
    ("res_users", f"id IN ({PEOPLE})"),
    ("res_partner", f"id IN (SELECT partner_id FROM res_users WHERE id IN ({PEOPLE}))"),
    (
        "res_partner",
        "id IN (SELECT unnest(ARRAY[id, commercial_partner_id]) FROM res_partner"
        f" WHERE id = ({OWN.format('partner_id')}))",
    ),
    ("res_company", "id = %(company)s"),
    ("res_partner", "id = (SELECT partner_id FROM res_company WHERE id = %(company)s)"),
)
