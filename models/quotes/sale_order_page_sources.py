"""Which rows the page of a quote or an order is drawn from, as SQL. Imports no Odoo."""

# ruff: noqa: S608  # built from constants of this file; values come as parameters

OWN = "SELECT {} FROM sale_order WHERE id = %(order)s"
LINES = "SELECT {} FROM sale_order_line WHERE order_id = %(order)s"
TAXES = (
    "SELECT account_tax_id FROM account_tax_sale_order_line_rel"
    f" WHERE sale_order_line_id IN ({LINES.format('id')})"
)
PRODUCTS = LINES.format("product_id")
TEMPLATES = f"SELECT product_tmpl_id FROM product_product WHERE id IN ({PRODUCTS})"
PARTNERS = OWN.format("unnest(ARRAY[partner_id, partner_invoice_id, partner_shipping_id])")
COMPANY_PARTNER = "SELECT partner_id FROM res_company WHERE id = %(company)s"
PLACES = f"SELECT {{}} FROM res_partner WHERE id IN ({PARTNERS} UNION {COMPANY_PARTNER})"
INVOICE_LINES = (
    "SELECT invoice_line_id FROM sale_order_line_invoice_rel"
    f" WHERE order_line_id IN ({LINES.format('id')})"
)
INVOICES = f"SELECT move_id FROM account_move_line WHERE id IN ({INVOICE_LINES})"
# All rows that the page of a quote or an order is drawn from, each found by an index.
PAGE_SOURCES = (
    ("sale_order", "id = %(order)s"),
    ("sale_order_line", "order_id = %(order)s"),
    ("account_tax", f"id IN ({TAXES})"),
    ("account_tax_group", f"id IN (SELECT tax_group_id FROM account_tax WHERE id IN ({TAXES}))"),
    ("product_template", f"id IN ({TEMPLATES})"),
    (
        "uom_uom",
        f"id IN ({LINES.format('product_uom_id')}"
        f" UNION SELECT uom_id FROM product_template WHERE id IN ({TEMPLATES}))",
    ),
    ("res_company", "id = %(company)s"),
    (
        "res_partner",
        f"id IN ({PARTNERS} UNION {COMPANY_PARTNER}"
        f" UNION SELECT commercial_partner_id FROM res_partner WHERE id IN ({PARTNERS})"
        f" UNION SELECT partner_id FROM res_users WHERE id = ({OWN.format('user_id')}))",
    ),
    ("res_country", f"id IN ({PLACES.format('country_id')})"),
    ("res_country_state", f"id IN ({PLACES.format('state_id')})"),
    ("res_currency", f"id = ({OWN.format('currency_id')})"),
    ("account_payment_term", f"id = ({OWN.format('payment_term_id')})"),
    ("account_fiscal_position", f"id = ({OWN.format('fiscal_position_id')})"),
    ("account_move_line", f"id IN ({INVOICE_LINES})"),
    ("account_move", f"id IN ({INVOICES})"),
    (
        "payment_transaction",
        "id IN (SELECT transaction_id FROM sale_order_transaction_rel"
        " WHERE sale_order_id = %(order)s)",
    ),
)
# The same for what only some addons bring: field of the order, table, condition.
ADDED_SOURCES = (("incoterm", "account_incoterms", f"id = ({OWN.format('incoterm')})"),)
