"""Create the documents of the demo company."""

import runpy
from datetime import timedelta
from pathlib import Path

from odoo import fields

WORDS = runpy.run_path(str(Path(__file__).with_name("words.py")))
say, translate = WORDS["say"], WORDS["translate"]

SERVICES = (
    ("Brand workshop, one day", 1400.0),
    ("Logo design, three drafts", 1850.0),
    ("Stationery set", 640.0),
    ("Photo retouching, per picture", 24.5),
    ("Website page design", 480.0),
    ("Signage artwork", 310.0),
)


def load(env, customers: dict):
    """Create documents in every state a customer can meet; return the usual tax."""
    standard, reduced = _create_taxes(env)
    today = fields.Date.context_today(env.user)
    german, english = customers["de_DE"], customers["en_GB"]

    def post(customer, days_ago, lines, **values):
        return _post(env, customer, today - timedelta(days=days_ago), lines, **values)

    post(german, 2, [_line("Logo design, three drafts", 1850.0, standard)])
    post(customers["nl_NL"], 4, _long_invoice(standard))
    post(
        customers["fr_FR"],
        6,
        [
            _line("Brand workshop, one day", 1400.0, standard, discount=10),
            _line("Printed guide, 50 copies", 12.9, reduced, quantity=50),
        ],
    )
    pages = _line("Website page design", 480.0, standard, quantity=6)
    partly = post(customers["es_ES"], 9, [pages])
    _pay(env, partly, 1000.0)
    paid = post(english, 20, [_line("Signage artwork", 310.0, standard)])
    _pay(env, paid)
    post(english, 75, [_line("Stationery set", 640.0, standard)])
    post(english, 33, [_line("Website maintenance, October", 180.0, standard)])
    post(english, 2, [_line("Website maintenance, November", 180.0, standard)])
    post(customers["ar_001"], 1, [_line("Brand identity", 2600.0, standard)])
    post(german, 12, [_line("Stationery set, returned", 128.0, standard)], move_type="out_refund")
    post(english, 3, [_line("Poster, museum edition", 45.0, reduced)], move_type="out_receipt")
    both = [
        post(german, 30 + number, [_line("Photo retouching", 24.5, standard, quantity=10 + number)])
        for number in range(2)
    ]
    _pay(env, both[0] + both[1])
    env["finance.portal.issued.statement"]._start(english.child_ids[:1])
    return standard


def _create_taxes(env):
    """Create the two rates the documents use."""
    group = env["account.tax.group"].create({"name": "VAT", "country_id": env.ref("base.de").id})
    common = {
        "type_tax_use": "sale",
        "tax_group_id": group.id,
        "country_id": env.ref("base.de").id,
    }
    rates = ((19, "VAT 19%"), (7, "VAT 7%"))
    taxes = env["account.tax"].create(
        [{**common, "name": name, "amount": rate, "invoice_label": name} for rate, name in rates]
    )
    translate(group, "name")
    translate(taxes, "name")
    translate(taxes, "invoice_label")
    return taxes


def _line(name: str, price: float, tax, quantity: float = 1, discount: float = 0) -> dict:
    return {
        "name": name,
        "price_unit": price,
        "quantity": quantity,
        "discount": discount,
        "tax_ids": [(6, 0, tax.ids)],
    }


def _long_invoice(tax) -> list[dict]:
    """Return 60 priced lines in five sections, with a note in each."""
    lines = []
    for number in range(60):
        if number % 12 == 0:
            lines.append({"display_type": "line_section", "name": f"Phase {number // 12 + 1}"})
            lines.append({"display_type": "line_note", "name": "As agreed in our last meeting."})
        name, price = SERVICES[number % len(SERVICES)]
        lines.append(_line(f"{name} ({number + 1})", price, tax, quantity=1 + number % 4))
    return lines


def _post(env, customer, date, lines, move_type="out_invoice"):
    """Create and post one document, in the customer's language."""
    lines = [{**line, "name": say(line["name"], customer.lang)} for line in lines]
    terms = env.ref("account.account_payment_term_30days")
    values = {
        "move_type": move_type,
        "partner_id": customer.id,
        "invoice_date": date,
        "invoice_line_ids": [(0, 0, line) for line in lines],
    }
    if move_type == "out_invoice":
        values["invoice_payment_term_id"] = terms.id
    move = env["account.move"].create(values)
    move.action_post()
    return move


def _pay(env, moves, amount: float | None = None) -> None:
    """Register one payment by bank transfer, of everything unless an amount is given."""
    context = {"active_model": "account.move", "active_ids": moves.ids}
    values = {"group_payment": True} if amount is None else {"amount": amount}
    wizard = env["account.payment.register"].with_context(**context).create(values)
    wizard.action_create_payments()
