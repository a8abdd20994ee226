"""What the demo shows of each bridge and other app: its data, and what is sent at the start.

Read in two ways: by the demo's start, and by path in an Odoo shell, so it imports nothing of ours.
"""

# The file in this folder whose ``load(env, customers, tax)`` creates a module's data.
DATA: dict[str, str] = {
    "finance_portal_payment": "demo_payment.py",
    "finance_portal_project": "demo_project.py",
    "finance_portal_timesheet": "demo_time.py",
    "website_sale": "demo_shop.py",
}

# The module, beside this one, whose ``SAMPLES`` the start sends, see ``demo_sending.py``.
SAMPLES: dict[str, str] = {
    "finance_portal_project": "demo_project_sending",
    "finance_portal_timesheet": "demo_time_sending",
}

# What a bridge adds to what there is to do with the samples of others, by their names.
MORE: dict[str, dict[str, str]] = {
    "finance_portal_payment": {
        "quote": """
     It waits for a prepayment: press Pay now, type any card number, and pay.""",
        "invoice": """
     Press Pay now, type any card number, choose what shall become of it, and pay.""",
    },
}
