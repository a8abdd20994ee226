"""What the demo shows of each bridge and other app: its data, and what is sent at the start.

Read in two ways: by the demo's start, and by path in an Odoo shell, so it imports nothing of ours.
"""

# The file in this folder whose ``load(env, customers, tax)`` creates a module's data.
DATA: dict[str, str] = {
    "finance_portal_payment": "payment.py",
    "finance_portal_project": "project.py",
    "finance_portal_reminder": "reminder.py",
    "finance_portal_timesheet": "timesheet.py",
    "website_sale": "shop.py",
}

# The module, beside this one, whose ``SAMPLES`` the start sends, see ``sending.py``.
SAMPLES: dict[str, str] = {
    "finance_portal_project": "project_sending",
    "finance_portal_timesheet": "timesheet_sending",
}

# What a bridge adds to what there is to do with the samples of others, by their names.
MORE: dict[str, dict[str, str]] = {
    "finance_portal_payment": {
        "quote": """
    It asks for a prepayment: press Pay now, enter any card number, and pay.""",
        "invoice": """
    Press Pay now, enter any card number, choose the payment result, and pay.""",
    },
}
