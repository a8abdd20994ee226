"""What the demo shows of each bridge: which data it loads, and what the start sends.

Read in two ways: by the demo's start, and by path in an Odoo shell, so it imports nothing of ours.
"""

# The file beside this one whose ``load(env, customers, tax)`` makes the bridge's data.
DATA: dict[str, str] = {
    "finance_portal_project": "demo_project.py",
    "finance_portal_timesheet": "demo_time.py",
}

# The module, beside this one, whose ``SAMPLES`` the start sends, see ``demo_sending.py``.
SAMPLES: dict[str, str] = {
    "finance_portal_project": "demo_project_sending",
    "finance_portal_timesheet": "demo_time_sending",
}
