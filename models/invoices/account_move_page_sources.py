"""Which rows the page of an invoice is drawn from, as SQL. Imports no Odoo."""

COUNTERPARTS = (
    "SELECT l.move_id FROM account_partial_reconcile p"
    " JOIN account_move_line l ON l.id = p.{} WHERE p.{} IN (SELECT id FROM items)"
)
TAXES = (
    "SELECT account_tax_id FROM account_move_line_account_tax_rel"
    " WHERE account_move_line_id IN (SELECT id FROM items)"
)
# All rows that the page of an invoice is drawn from, each found by an index.
PAGE_SOURCES = (
    (
        "account_move",
        "id = %(move)s",
        "invoice",
        "partner_id, commercial_partner_id, partner_shipping_id, partner_bank_id, currency_id,"
        " invoice_payment_term_id, fiscal_position_id, invoice_incoterm_id",
    ),
    ("account_move_line", "move_id = %(move)s", "items", "id, product_uom_id"),
    (
        "account_move",
        f"id IN ({COUNTERPARTS.format('credit_move_id', 'debit_move_id')}"
        f" UNION ALL {COUNTERPARTS.format('debit_move_id', 'credit_move_id')})",
    ),
    (
        "account_payment",
        "id IN (SELECT payment_id FROM account_move__account_payment WHERE invoice_id = %(move)s)",
    ),
    ("account_tax", f"id IN ({TAXES})", "taxes", "tax_group_id"),
    ("account_tax_group", "id IN (SELECT tax_group_id FROM taxes)"),
    ("uom_uom", "id IN (SELECT product_uom_id FROM items)"),
    ("res_company", "id = %(company)s", "company", "partner_id"),
    (
        "res_partner_bank",
        "id = (SELECT partner_bank_id FROM invoice)",
        "bank_account",
        "bank_id, partner_id",
    ),
    ("res_bank", "id = (SELECT bank_id FROM bank_account)"),
    (
        "res_partner",
        "id IN (SELECT unnest(ARRAY[partner_id, commercial_partner_id, partner_shipping_id])"
        " FROM invoice UNION ALL SELECT partner_id FROM company"
        " UNION ALL SELECT partner_id FROM bank_account)",
    ),
    ("res_currency", "id = (SELECT currency_id FROM invoice)"),
    ("account_payment_term", "id = (SELECT invoice_payment_term_id FROM invoice)"),
    ("account_payment_term_line", "payment_id = (SELECT invoice_payment_term_id FROM invoice)"),
    ("account_fiscal_position", "id = (SELECT fiscal_position_id FROM invoice)"),
    ("account_incoterms", "id = (SELECT invoice_incoterm_id FROM invoice)"),
)
