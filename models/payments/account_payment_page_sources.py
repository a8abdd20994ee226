"""Which rows the page of a payment receipt is drawn from, as SQL. Imports no Odoo."""

# ruff: noqa: S608  # built from constants of this file; values come as parameters

OWN = "SELECT {} FROM account_payment WHERE id = %(payment)s"
LINES = f"SELECT id FROM account_move_line WHERE move_id = ({OWN.format('move_id')})"
COUNTERPARTS = (
    "SELECT l.move_id FROM account_partial_reconcile p"
    f" JOIN account_move_line l ON l.id = p.{{}} WHERE p.{{}} IN ({LINES})"
)
# Whatever the payment was used for; an invoice it is meant for may not be matched with it yet.
USES = " UNION ".join(
    (
        COUNTERPARTS.format("credit_move_id", "debit_move_id"),
        COUNTERPARTS.format("debit_move_id", "credit_move_id"),
        "SELECT invoice_id FROM account_move__account_payment WHERE payment_id = %(payment)s",
    )
)
METHOD_LINE = f"id = ({OWN.format('payment_method_line_id')})"
# All rows that the page of a payment is drawn from, each found by an index.
PAGE_SOURCES = (
    ("account_payment", "id = %(payment)s"),
    ("account_move", f"id = ({OWN.format('move_id')})"),
    ("account_move_line", f"move_id = ({OWN.format('move_id')})"),
    ("account_partial_reconcile", f"debit_move_id IN ({LINES})"),
    ("account_partial_reconcile", f"credit_move_id IN ({LINES})"),
    ("account_move__account_payment", "payment_id = %(payment)s"),
    ("account_move", f"id IN ({USES})"),
    (
        "account_payment",
        f"id IN (SELECT origin_payment_id FROM account_move WHERE id IN ({USES}))",
    ),
    ("account_payment_method_line", METHOD_LINE),
    (
        "account_payment_method",
        f"id = (SELECT payment_method_id FROM account_payment_method_line WHERE {METHOD_LINE})",
    ),
    ("res_company", "id = %(company)s"),
    ("res_partner", "id = (SELECT partner_id FROM res_company WHERE id = %(company)s)"),
    (
        "res_partner",
        "id IN (SELECT unnest(ARRAY[id, commercial_partner_id]) FROM res_partner"
        f" WHERE id = ({OWN.format('partner_id')}))",
    ),
    (
        "res_currency",
        f"id IN ({OWN.format('currency_id')}"
        f" UNION SELECT currency_id FROM account_move WHERE id IN ({USES}))",
    ),
)
