"""Which rows the page of a payment receipt is drawn from, as SQL. Imports no Odoo."""

COUNTERPARTS = (
    "SELECT l.move_id FROM account_partial_reconcile p"
    " JOIN account_move_line l ON l.id = p.{} WHERE p.{} IN (SELECT id FROM items)"
)
# Whatever the payment was used for; an invoice it is meant for may not be matched with it yet.
USES = " UNION ALL ".join(
    (
        COUNTERPARTS.format("credit_move_id", "debit_move_id"),
        COUNTERPARTS.format("debit_move_id", "credit_move_id"),
        "SELECT invoice_id FROM account_move__account_payment WHERE payment_id = %(payment)s",
    )
)
# All rows that the page of a payment is drawn from, each found by an index.
PAGE_SOURCES = (
    (
        "account_payment",
        "id = %(payment)s",
        "payment",
        "move_id, partner_id, finance_customer_id, currency_id, payment_method_line_id",
    ),
    ("account_move", "id = (SELECT move_id FROM payment)"),
    ("account_move_line", "move_id = (SELECT move_id FROM payment)", "items", "id"),
    ("account_partial_reconcile", "debit_move_id IN (SELECT id FROM items)"),
    ("account_partial_reconcile", "credit_move_id IN (SELECT id FROM items)"),
    ("account_move__account_payment", "payment_id = %(payment)s"),
    ("account_move", f"id IN ({USES})", "uses", "origin_payment_id, currency_id"),
    ("account_payment", "id IN (SELECT origin_payment_id FROM uses)"),
    (
        "account_payment_method_line",
        "id = (SELECT payment_method_line_id FROM payment)",
        "method_line",
        "payment_method_id",
    ),
    ("account_payment_method", "id = (SELECT payment_method_id FROM method_line)"),
    ("res_company", "id = %(company)s", "company", "partner_id"),
    (
        "res_partner",
        "id IN (SELECT partner_id FROM company UNION ALL"
        " SELECT unnest(ARRAY[id, commercial_partner_id]) FROM res_partner"
        " WHERE id IN (SELECT unnest(ARRAY[partner_id, finance_customer_id]) FROM payment))",
    ),
    (
        "res_currency",
        "id IN (SELECT currency_id FROM payment UNION ALL SELECT currency_id FROM uses)",
    ),
)
