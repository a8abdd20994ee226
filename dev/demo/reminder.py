"""Remind the customers of the demo company: of invoices and of quotes, each with one who isn't."""

import runpy
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields

WORDS = runpy.run_path(str(Path(__file__).with_name("words.py")))
QUOTES = runpy.run_path(str(Path(__file__).with_name("quotes.py")))
say = WORDS["say"]

# As a browser of a person leaves it.
PERSON = {"verdict": "person", "reason": "acted", "ip": "192.0.2.7", "agent": "", "user_id": False}
SYSTEM = {"verdict": "system", "reason": False, "ip": False, "agent": False}

# The customer's language, what for, how much, and whether somebody opened it.
OFFERED = (
    ("fr_FR", "Website page design", 2240.0, False),
    ("es_ES", "Brand identity", 3900.0, True),
)
# The customer's language, how many days ago it was invoiced, what for, and how much.
LATE = (
    ("fr_FR", 52, "Logo design, three drafts", 1850.0),
    ("fr_FR", 44, "Stationery set", 640.0),
    ("nl_NL", 48, "Signage artwork", 310.0),
)


def load(env, customers: dict, tax) -> None:
    """Create overdue invoices and quotes that were sent, and turn reminders on."""
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
    make = QUOTES["_Maker"](env, tax)
    for language, name, price, is_opened in OFFERED:
        lines = [make.line(say(name, language), price)]
        quote = make.quote(customers[language], lines, days_ago=4, valid_for=30)
        _send(quote, is_opened)
    env.company.finance_reminders = True


def _send(quote, is_opened: bool) -> None:
    """Have a quote sent three days ago, though nobody was there to get the email."""
    env, now = quote.env, fields.Datetime.now()
    quote.action_quotation_sent()
    values = quote._finance_portal_prepare_link(quote.partner_id, env["mail.mail"])
    with patch.object(fields.Datetime, "now", lambda: now - timedelta(days=3)):
        # sudo: the system alone makes links
        link = env["finance.portal.link"].sudo().create([values])
        env["finance.portal.event"]._record("sent", access=link, **SYSTEM)
    if is_opened:
        with patch.object(fields.Datetime, "now", lambda: now - timedelta(days=2, hours=20)):
            env["finance.portal.event"]._record("viewed", access=link, **PERSON)
            link._mark_viewed()
