"""Projects of the two customers, and who gets what of them, see ``e2e/extensions.py``."""

SETUP = """
staff = {
    key: env["res.users"].search([("login", "=", found["logins"][key])])
    for key in ("user", "manager")
}
for key, user in staff.items():
    user.group_ids += env.ref(f"project.group_project_{key}")


def make_project(key, partner):
    project, unshared = env["project.project"].create([
        {"name": f"{name} of {key}", "partner_id": partner.id, "company_id": company.id,
         "date_start": "2026-01-05", "date": "2026-06-30", "allow_milestones": True,
         "finance_show_assignees": True, "privacy_visibility": "invited_users"}
        for name in ("Mill", "Unshared project")
    ])
    project.finance_shared = True
    shown, done, hidden, theirs = env["project.task"].create([
        {"name": f"{name} of {key}", "project_id": owner.id, "finance_shared": ticked,
         "state": state, "date_deadline": "2026-02-01 12:00:00"}
        for name, owner, ticked, state in (
            ("Wheel", project, True, "01_in_progress"),
            ("Plan", project, True, "1_done"),
            ("Hidden task", project, False, "01_in_progress"),
            ("Unshared task", unshared, True, "01_in_progress"),
        )
    ])
    milestone = env["project.milestone"].create(
        {"name": f"Water of {key}", "project_id": project.id, "deadline": "2026-03-01"}
    )
    found["names"][key] += [one.name for one in (project, shown, done, milestone)]
    found["secret"] += [one.name for one in (unshared, hidden, theirs)]
    # Colleagues who follow a project may read it; they are told of nothing that is said there.
    silent = env.ref("project.mt_project_stage_change").ids
    project.message_subscribe(staff["user"].partner_id.ids, silent)
    project.access_token = f"native-project-of-{key}"
    found["documents"][key] |= {
        "project": project.id, "unshared": unshared.id, "project_token": project.access_token,
        "task": shown.id,
    }
    for kind, one in (("project", project), ("unshared", unshared)):
        found["refs"][key][kind] = Scope._make_ref(one)
    for records in (project + unshared, shown + done + hidden + theirs, milestone):
        found["rows"].setdefault(records._name, {})[key] = records.ids
    if key == "ada":  # whom Odoo's own portal shows it
        project.message_subscribe(people["nat"].ids, silent)


for key in ("ada", "ben", "bea"):
    make_project(key, people[key])
"""

LINKS = {"project_link": ("project.project", "project")}

ADDRESSES = """
method path                       anon  link  A     own   B     gone  nat   plain user  mgr   as-A
GET  ~/projects                   login login A     own   B     login login login login login A
GET  @/{project_link}             404   A     404   404   404   404   404   404   404   404   404
GET  @/{project}                  login login A     404   404   login login login login login A
GET  @/{unshared}                 login login 404   404   404   login login login login login 404
GET  @/{project_link}/pdf         404   404   404   404   404   404   404   404   404   404   404
GET  @/{project}/pdf              401   401   404   404   404   401   401   401   401   401   404
GET  /finance/p/{unknown}         404   404   404   404   404   404   404   404   404   404   404
POST /finance/p/{unknown}/request-access \
                                  ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
"""

ODOO_ADDRESSES = """
method path                       anon  link  A     own   B     gone  nat   plain user  mgr   as-A
GET  /my/projects                 erp   erp   home  home  home  erp   A     +     all   staff staff
GET  /my/projects/{project_id}    my    my    my    my    my    my    A     my    staff staff staff
GET  /my/projects/{project_id}?access_token={project_token} \
                                  410   410   410   410   410   410   A     410   staff staff staff
GET  /my/projects/{project_id}/task/{task_id}?access_token={project_token} \
                                  410   410   410   410   410   410   A     410   A     A     A
GET  /mail/view?model=project.project&res_id={project_id}&access_token={project_token} \
                                  410   410   410   410   410   410   +     410   back  back  back
GET  /my/projects/{unshared_id}   my    my    my    my    my    my    my    my    my    staff staff
"""

LAST = """
method path                       anon  link  A     own   B     gone  nat   plain user  mgr   as-A
GET  /finance/p/{project_link_token} \
                                  doc   doc   doc   doc   doc   doc   doc   doc   doc   doc   doc
"""

MODELS = """
model                             anon  link  A     own   B     gone  nat   plain user  mgr   as-A
project.project                   -     -     -     -     -     -     A     none  all   all+  all+
project.task                      -     -     -     -     -     -     none  none  all+  all+  all+
project.milestone                 -     -     -     -     -     -     none  none+ all+  all+  all+
"""

METHODS = """
method                                                  nat   plain user  mgr   as-A
project.project.action_finance_portal_hide_tasks        -     -     +     +     +
project.project.action_finance_portal_retry             -     -     -     +     +
project.project.action_finance_portal_revoke_all        -     -     -     +     +
project.project.action_finance_portal_send              -     -     -     +     +
project.project.action_finance_portal_preview -     -     -     +     +
project.share.wizard.action_finance_portal_preview_email -     -     -     +     +
task.share.wizard.action_finance_portal_preview_email -     -     -     +     +
project.project.action_finance_portal_send_many         -     -     -     +     +
project.project.action_finance_portal_show_open_tasks   -     -     +     +     +
"""

TABLES = {"project_project", "project_task", "project_milestone"}

PORTAL = "/finance/customer-portal"
PAGES = [
    ("link", "/finance/d/{project_link}"),
    ("A", f"{PORTAL}/projects"),
    ("A", "/finance/d/{project}"),
]
ANSWERS = [("anon", "/finance/p/{unknown}/request-access")]
