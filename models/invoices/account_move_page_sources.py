"""Which rows the page of an invoice is drawn from, as SQL. Imports no Odoo."""

# ruff: noqa: S608  # built from constants of this file; values come as parameters

LINES = "SELECT id FROM account_move_line WHERE move_id = %(move)s"
TAXES = (
    "SELECT account_tax_id FROM account_move_line_account_tax_rel"
    f" WHERE account_move_line_id IN ({LINES})"
)
OWN = "SELECT {} FROM account_move WHERE id = %(move)s"
COUNTERPARTS = (
    "id IN (SELECT l.move_id FROM account_partial_reconcile p"
    f" JOIN account_move_line l ON l.id = p.{{}} WHERE p.{{}} IN ({LINES}))"
)
# All rows that the page of an invoice is drawn from, each found by an index.
PAGE_SOURCES = (
    ("account_move", "id = %(move)s"),
    ("account_move", COUNTERPARTS.format("credit_move_id", "debit_move_id")),
    ("account_move", COUNTERPARTS.format("debit_move_id", "credit_move_id")),
    ("account_move_line", "move_id = %(move)s"),
    (
        "account_payment",
        "id IN (SELECT payment_id FROM account_move__account_payment WHERE invoice_id = %(move)s)",
    ),
    ("account_tax", f"id IN ({TAXES})"),
    ("account_tax_group", f"id IN (SELECT tax_group_id FROM account_tax WHERE id IN ({TAXES}))"),
    (
        "uom_uom",
        "id IN (SELECT product_uom_id FROM account_move_line WHERE move_id = %(move)s)",
    ),
    ("res_company", "id = %(company)s"),
    ("res_partner", "id = (SELECT partner_id FROM res_company WHERE id = %(company)s)"),
    (
        "res_partner",
        "id IN (SELECT unnest(ARRAY[partner_id, commercial_partner_id, partner_shipping_id])"
        " FROM account_move WHERE id = %(move)s)",
    ),
    ("res_partner_bank", f"id = ({OWN.format('partner_bank_id')})"),
    (
        "res_bank",
        f"id = (SELECT bank_id FROM res_partner_bank WHERE id = ({OWN.format('partner_bank_id')}))",
    ),
    (
        "res_partner",
        "id = (SELECT partner_id FROM res_partner_bank"
        f" WHERE id = ({OWN.format('partner_bank_id')}))",
    ),
    ("res_currency", f"id = ({OWN.format('currency_id')})"),
    ("account_payment_term", f"id = ({OWN.format('invoice_payment_term_id')})"),
    ("account_payment_term_line", f"payment_id = ({OWN.format('invoice_payment_term_id')})"),
    ("account_fiscal_position", f"id = ({OWN.format('fiscal_position_id')})"),
    ("account_incoterms", f"id = ({OWN.format('invoice_incoterm_id')})"),
)
