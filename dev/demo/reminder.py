"""Remind the customers of the demo company: two who are late, one of whom gets no reminder."""

import runpy
from datetime import timedelta
from pathlib import Path

from odoo import fields

WORDS = runpy.run_path(str(Path(__file__).with_name("words.py")))
say = WORDS["say"]

# The customer's language, how many days ago it was invoiced, what for, and how much.
LATE = (
    ("fr_FR", 52, "Logo design, three drafts", 1850.0),
    ("fr_FR", 44, "Stationery set", 640.0),
    ("nl_NL", 48, "Signage artwork", 310.0),
)


def load(env, customers: dict, tax) -> None:
    """Create overdue invoices, and turn reminders on."""
    today = fields.Date.context_today(env.user)
    for language, days, name, price in LATE:
        line = {"name": say(name, language), "price_unit": price, "tax_ids": [(6, 0, tax.ids)]}
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customers[language].id,
                "invoice_date": today - timedelta(days=days),
                "invoice_payment_term_id": env.ref("account.account_payment_term_30days").id,
                "invoice_line_ids": [(0, 0, line)],
            }
        )
        move.action_post()
    customers["nl_NL"].write(
        {
            "finance_no_reminders": True,
            "finance_no_reminders_until": today + timedelta(days=14),
            "finance_no_reminders_note": "Sanne is waiting for the corrected artwork",
        }
    )
    env.company.finance_reminders = True
