"""Time approvals in the tests that look at everything, see ``e2e/extensions.py``."""

SETUP = """
manager = env["res.users"].search([("login", "=", found["logins"]["manager"])])
manager.group_ids += env.ref("hr_timesheet.group_timesheet_manager")
worker = env["hr.employee"].create({"name": "Nina"})
for key in ("ada", "ben", "bea"):
    project = env["project.project"].create({
        "name": f"Mill of {key}", "partner_id": people[key].id, "company_id": company.id,
    })
    entries = env["account.analytic.line"].create([{
        "name": text, "employee_id": worker.id, "project_id": project.id,
        "date": "2026-01-12", "unit_amount": 2.5,
    } for text in ("Plans", "Gears")])
    request = env["finance.portal.time.request"]._start(entries)
    request._ask()
    found["names"][key].append(request.name)
    found["documents"][key]["time"] = request.id
    found["refs"][key]["time"] = Scope._make_ref(request)
    found["rows"].setdefault("finance.portal.time.request", {})[key] = request.ids
    found["rows"].setdefault("account.analytic.line", {})[key] = entries.ids
unasked = env["finance.portal.time.request"].create({"partner_id": people["ada"].id})
found["refs"]["ada"]["time_draft"] = Scope._make_ref(unasked)
"""

LINKS = {"time_link": ("finance.portal.time.request", "time")}

TABLES = {"finance_portal_time_request", "account_analytic_line"}

DIALOGS = {"finance.portal.time.reset"}

ADDRESSES = """
method path                       anon  link  A     own   B     gone  nat   plain user  mgr   as-A
GET  ~/time                       login login A     own   B     login login login login login A
GET  /finance/t/{unknown}         404   404   404   404   404   404   404   404   404   404   404
POST /finance/t/{unknown}/request-access \
                                  ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
GET  @/{time_link}                404   A     404   404   404   404   404   404   404   404   404
GET  @/{time}                     login login A     404   404   login login login login login A
GET  @/{time_draft}               login login 404   404   404   login login login login login 404
POST @/{time_link}/accept         404   400   404   404   404   404   404   404   404   404   404
POST @/{time}/accept              login login 400   404   404   login login login login login 403
POST @/{time_link}/answer         404   400   404   404   404   404   404   404   404   404   404
POST @/{time}/answer              login login 400   404   404   login login login login login 403
POST @/{time_link}/decline        404   400   404   404   404   404   404   404   404   404   404
POST @/{time}/decline             login login 400   404   404   login login login login login 403
POST @/{time}/options             login login 404   404   404   login login login login login 403
"""

ODOO_ADDRESSES = """
method path                       anon  link  A     own   B     gone  nat   plain user  mgr   as-A
GET  /my/timesheets               erp   erp   home  home  home  erp   +     ok    ok    +     +
"""

LAST = """
method path                       anon  link  A     own   B     gone  nat   plain user  mgr   as-A
GET  /finance/t/{time_link_token} doc   doc   doc   doc   doc   doc   doc   doc   doc   doc   doc
"""

MODELS = """
model                             anon  link  A     own   B     gone  nat   plain user  mgr   as-A
finance.portal.time.request       -     -     -     -     -     -     -     -     all   all+  all+
finance.portal.time.reset         -     -     -     -     -     -     -     -     -     none+ none+
"""

METHODS = """
method                                                      nat   plain user  mgr   as-A
account.analytic.line.action_finance_ask_approval           -     -     -     +     +
account.analytic.line.action_finance_leave_request          -     -     -     +     +
finance.portal.time.request.action_cancel                   -     -     -     +     +
finance.portal.time.request.action_finance_portal_retry     -     -     -     +     +
finance.portal.time.request.action_finance_portal_revoke_all \
                                                            -     -     -     +     +
finance.portal.time.request.action_finance_portal_send      -     -     -     +     +
finance.portal.time.request.action_finance_portal_preview -     -     -     +     +
finance.portal.time.request.action_finance_portal_send_many -     -     -     +     +
finance.portal.time.request.action_get_entries              -     -     -     +     +
finance.portal.time.request.action_reset                    -     -     -     +     +
finance.portal.time.request.get_portal_url                  -     -     -     +     +
finance.portal.time.reset.action_reset                      -     -     -     +     +
"""

PORTAL = "/finance/customer-portal"
PAGES = [
    ("link", "/finance/d/{time_link}"),
    ("A", "/finance/d/{time}"),
    ("A", f"{PORTAL}/time"),
    ("as-A", "/finance/d/{time}"),
]
ANSWERS = [
    ("link", "/finance/d/{time_link}/accept"),
    ("A", "/finance/d/{time}/answer"),
]
