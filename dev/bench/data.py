"""Fill a database for the benchmark; runs in an Odoo shell, see ``load``."""

import io
import json
import runpy
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

DEMO_DATA = Path(__file__).parents[1] / "demo" / "data.py"

COMPANY = {
    "email": "office@studio.example",
    "phone": "+49 30 5550100",
    "website": "https://studio.example",
    "street": "Lindenweg 7",
    "zip": "10115",
    "city": "Berlin",
    "vat": "DE136695976",
    "primary_color": "#1F5C57",
    "secondary_color": "#E0A458",
}
LINES = (
    ("Brand workshop, one day", 1, 1400.0),
    ("Logo design, three drafts", 1, 1850.0),
    ("Stationery set", 2, 640.0),
    ("Website page design", 6, 480.0),
    ("Photo retouching, per picture", 40, 24.5),
)
TAX = "VAT 19%"
SERVICE = "Design work"
# About what the renderer makes of such an invoice.
PDF_SIZE = 35_000


def load(env, invoices: int, documents: int, quotes: int, answers: int) -> None:
    """Create companies, invoices and quotes, and print what to measure as one line of JSON.

    :param invoices: how many posted invoices the database holds in all
    :param documents: how many of them can be sent in batches, each to a customer of its own
    :param quotes: how many quotes can be sent in batches, each to a customer of its own
    :param answers: how many quotes of ours, and of Odoo's, can be accepted
    """
    ours = env.company
    env.ref("base.user_admin").email = "admin@studio.example"
    env["digest.digest"].search([]).state = "deactivated"  # nobody counts on its emails
    _set_up(env, ours, "Example Studio")
    facts = {}
    if "finance.portal.link" in env:
        facts = _load_pages(env, ours, answers)
    readers = _customers(env, "quoted", quotes)
    facts["quote_batch"] = [_quote(env, ours, reader).id for reader in readers]
    customers = _customers(env, "batch", documents)
    first = _invoice(env, ours, customers[:1])
    batch = _clone(env, first, customers.ids, "SEND")
    _attach_pdf(env, batch)
    filler = max(0, invoices - documents)
    _clone(env, first, customers[:1].ids * filler, "FILL")
    env.cr.execute("ANALYZE")
    env.cr.commit()
    print(json.dumps({**facts, "batch": batch}))


def _load_pages(env, ours, answers: int) -> dict:
    """Create the same documents for us and for a company that keeps Odoo's own links."""
    for bucket in ("viewing", "recovery", "deciding", "rendering"):
        env["ir.config_parameter"].set_param(f"finance_portal.throttle.{bucket}", "1000000/60")
    native = env["res.company"].create({"name": "Other Studio"})
    _set_up(env, native, "Other Studio")
    native.finance_portal_close_native = False
    env.ref("base.user_admin").company_ids += native
    live, dead, other = _customers(env, "reader", 3)
    fresh = [_invoice(env, native, other) for _number in range(2)]
    invoice = _invoice(env, native, other)
    # One more, whose page is measured and which nobody accepts.
    quotes = [_quote(env, ours, live).id for _number in range(answers + 1)]
    peers = env["sale.order"].concat(*(_quote(env, native, other) for _n in range(answers + 1)))
    peers.action_quotation_sent()
    return {
        "quotes": quotes,
        "native_quotes": [(quote.id, quote._portal_ensure_token()) for quote in peers],
        "live": _invoice(env, ours, live).id,
        "dead": _invoice(env, ours, dead).id,
        "native": invoice.id,
        "native_company": native.id,
        "native_path": invoice.get_portal_url(),
        "fresh_paths": [move.get_portal_url(report_type="pdf") for move in fresh],
    }


def _set_up(env, company, name: str) -> None:
    """Give a company its address, brand, currency, accounts and taxes."""
    germany, euro = env.ref("base.de"), env.ref("base.EUR")
    euro.active = True
    germany_values = {"country_id": germany.id, "account_fiscal_country_id": germany.id}
    company.write({**COMPANY, **germany_values, "name": name})
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
    draw_logo = runpy.run_path(str(DEMO_DATA))["draw_logo"]
    company.write(
        {
            **germany_values,  # the chart of accounts may have brought its own
            "currency_id": euro.id,
            "logo": draw_logo(),
            "external_report_layout_id": env.ref("web.external_layout_standard").id,
        }
    )
    germany_taxes = {"country_id": germany.id, "company_id": company.id}
    group = env["account.tax.group"].create({"name": TAX, **germany_taxes})
    env["account.tax"].create(
        {
            "name": TAX,
            "amount": 19,
            "type_tax_use": "sale",
            "tax_group_id": group.id,
            **germany_taxes,
        }
    )


def _customers(env, name: str, count: int):
    """Create customers with an address each."""
    return env["res.partner"].create(
        [
            {
                "name": f"Customer {name} {number}",
                "email": f"{name}{number}@customer.example",
                "lang": "en_US",
                "street": "4 Quay Street",
                "city": "Dublin",
                "country_id": env.ref("base.ie").id,
            }
            for number in range(count)
        ]
    )


def _invoice(env, company, customer, day="2026-01-15"):
    """Create and post the ordinary invoice that everything is measured on."""
    admin = env(user=env.ref("base.user_admin"), context={"allowed_company_ids": company.ids})
    taxes = admin["account.tax"].search([("name", "=", TAX), ("company_id", "=", company.id)])
    lines = [
        {"name": name, "quantity": count, "price_unit": price, "tax_ids": [(6, 0, taxes.ids)]}
        for name, count, price in LINES
    ]
    move = admin["account.move"].create(
        {
            "move_type": "out_invoice",
            "company_id": company.id,
            "partner_id": customer.id,
            "invoice_date": day,
            "invoice_payment_term_id": env.ref("account.account_payment_term_30days").id,
            "invoice_line_ids": [(0, 0, line) for line in lines],
        }
    )
    move.action_post()
    return move


def _quote(env, company, customer):
    """Create the ordinary quote that everything is measured on; it takes a signature."""
    admin = env(user=env.ref("base.user_admin"), context={"allowed_company_ids": company.ids})
    taxes = admin["account.tax"].search([("name", "=", TAX), ("company_id", "=", company.id)])
    product = admin["product.product"].search([("name", "=", SERVICE)], limit=1)
    if not product:
        product = admin["product.product"].create({"name": SERVICE, "type": "service"})
    lines = [
        {
            "product_id": product.id,
            "name": name,
            "product_uom_qty": count,
            "price_unit": price,
            "tax_ids": [(6, 0, taxes.ids)],
        }
        for name, count, price in LINES
    ]
    return admin["sale.order"].create(
        {
            "company_id": company.id,
            "partner_id": customer.id,
            "payment_term_id": env.ref("account.account_payment_term_30days").id,
            "require_signature": True,
            "require_payment": False,
            "order_line": [(0, 0, line) for line in lines],
        }
    )


def _columns(env, table: str, *without: str) -> list[str]:
    """Return the columns of a table that a copy of a row takes over."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER' AND column_name != ALL(%s)",
        [table, ["id", *without]],
    )
    return [f'"{name}"' for (name,) in env.cr.fetchall()]


def _clone(env, move, customers: list[int], name: str) -> list[int]:
    """Copy a posted invoice by SQL, one for each customer: thousands in a second."""
    env.flush_all()
    people = ("partner_id", "commercial_partner_id", "partner_shipping_id")
    own = ("name", "payment_reference", "sequence_number", "access_token", *people)
    same = ", ".join(_columns(env, "account_move", *own))
    env.cr.execute(
        f"""
        INSERT INTO account_move
               ({same}, name, payment_reference, sequence_number, {", ".join(people)})
        SELECT {same}, %(name)s || number, %(name)s || number, number, customer, customer, customer
          FROM account_move, unnest(%(customers)s::int[]) WITH ORDINALITY AS c(customer, number)
         WHERE id = %(move)s ORDER BY number RETURNING id
        """,
        {"name": f"{name}/", "customers": customers, "move": move.id},
    )
    clones = [row[0] for row in env.cr.fetchall()]
    _clone_lines(env, move, clones)
    env.invalidate_all()
    return clones


def _clone_lines(env, move, clones: list[int]) -> None:
    """Give copies of an invoice their journal items with their taxes."""
    same = ", ".join(
        f"line.{name}"
        for name in _columns(env, "account_move_line", "move_id", "move_name", "partner_id")
    )
    env.cr.execute(
        f"""
        INSERT INTO account_move_line
               ({same.replace("line.", "")}, move_id, move_name, partner_id)
        SELECT {same}, clone.id, clone.name, clone.partner_id
          FROM account_move_line line, account_move clone
         WHERE line.move_id = %(move)s AND clone.id = ANY(%(clones)s::int[])
         ORDER BY clone.id, line.id
        """,
        {"move": move.id, "clones": clones},
    )
    env.cr.execute(
        """
        WITH numbered AS (
            SELECT id, move_id, row_number() OVER (PARTITION BY move_id ORDER BY id) AS number
              FROM account_move_line WHERE move_id = %(move)s OR move_id = ANY(%(clones)s::int[]))
        INSERT INTO account_move_line_account_tax_rel (account_move_line_id, account_tax_id)
        SELECT copy.id, tax.account_tax_id
          FROM numbered source
          JOIN numbered copy ON copy.number = source.number AND copy.move_id != source.move_id
          JOIN account_move_line_account_tax_rel tax ON tax.account_move_line_id = source.id
         WHERE source.move_id = %(move)s
        """,
        {"move": move.id, "clones": clones},
    )


def _attach_pdf(env, moves: list[int]) -> None:
    """Give invoices their official PDF beforehand: rendering would hide what is measured."""
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(72, 720, "Invoice")
    canvas.save()
    content = stream.getvalue() + b"\n%" + b"x" * PDF_SIZE
    env["ir.attachment"].create(
        [
            {
                "name": f"invoice_{move}.pdf",
                "res_model": "account.move",
                "res_id": move,
                "res_field": "invoice_pdf_report_file",
                "mimetype": "application/pdf",
                "raw": content,
            }
            for move in moves
        ]
    )
