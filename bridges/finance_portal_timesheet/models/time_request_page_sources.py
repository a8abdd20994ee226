"""Which rows the page of a time approval is drawn from, as SQL. Imports no Odoo."""

# ruff: noqa: S608  # built from constants of this file; values come as parameters

OWN = "SELECT {} FROM finance_portal_time_request WHERE id = %(request)s"
LINES = "SELECT {} FROM account_analytic_line WHERE finance_time_request_id = %(request)s"
ASKED = OWN.format("unnest(ARRAY[partner_id, customer_id])")
PEOPLE = f"{ASKED} UNION {LINES.format('partner_id')}"
# All rows that the page is drawn from, each found by an index.
PAGE_SOURCES = (
    ("finance_portal_time_request", "id = %(request)s"),
    ("account_analytic_line", "finance_time_request_id = %(request)s"),
    ("project_project", f"id IN ({LINES.format('project_id')})"),
    ("project_task", f"id IN ({LINES.format('task_id')})"),
    ("hr_employee", f"id IN ({LINES.format('employee_id')})"),
    ("res_company", "id = %(company)s"),
    (
        "res_partner",
        f"id IN ({PEOPLE}"
        f" UNION SELECT commercial_partner_id FROM res_partner WHERE id IN ({PEOPLE})"
        " UNION SELECT partner_id FROM res_company WHERE id = %(company)s"
        f" UNION SELECT partner_id FROM res_users WHERE id IN ({OWN.format('user_id')}"
        f" UNION {LINES.format('user_id')}))",
    ),
    (
        "finance_portal_decision",
        "res_model = 'finance.portal.time.request' AND res_id = %(request)s",
    ),
)
