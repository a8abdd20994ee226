"""Reminders in the tests that look at everything, see ``e2e/extensions.py``."""

from e2e.reminder.reminding import mail_reminder

EMAILS = [mail_reminder]

SETUP = """
step = env["finance.portal.reminder.step"].search([("company_id", "=", company.id)], limit=1)
found["rows"]["finance.portal.reminder.step"] = {"ada": step.ids}
for key in ("ada", "bea"):
    move = env["account.move"].create({
        "move_type": "out_invoice", "partner_id": people[key].id, "company_id": company.id,
    })
    reminder = env["finance.portal.reminder"].create({
        "company_id": company.id, "customer_id": move.commercial_partner_id.id,
        "partner_id": people[key].id, "currency_id": move.currency_id.id, "state": "skipped",
        "res_model": move._name,
        "line_ids": [Command.create({"res_id": move.id, "state": "skipped"})],
    })
    found["rows"].setdefault("finance.portal.reminder", {})[key] = reminder.ids
    found["rows"].setdefault("finance.portal.reminder.line", {})[key] = reminder.line_ids.ids
"""

TABLES = {
    "finance_portal_reminder",
    "finance_portal_reminder_line",
    "finance_portal_reminder_step",
}

MODELS = """
model                             anon  link  A     own   B     gone  nat   plain user  mgr   as-A
finance.portal.reminder           -     -     -     -     -     -     -     -     all+  all+  all+
finance.portal.reminder.line      -     -     -     -     -     -     -     -     all   all   all
finance.portal.reminder.step      -     -     -     -     -     -     -     -     A     A+    A+
"""

METHODS = """
method                                                      nat   plain user  mgr   as-A
finance.portal.reminder.action_open                         -     -     +     +     +
finance.portal.reminder.action_skip                         -     -     +     +     +
finance.portal.reminder.action_unskip                       -     -     +     +     +
finance.portal.reminder.action_use_template                 -     -     +     +     +
finance.portal.reminder.line.action_open_document           -     -     +     +     +
"""
