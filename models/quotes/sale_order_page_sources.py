"""Which rows the page of a quote or an order is drawn from, as SQL. Imports no Odoo."""

# ruff: noqa: S608  # built from constants of this file; values come as parameters

INVOICE_LINES = (
    "SELECT invoice_line_id FROM sale_order_line_invoice_rel"
    " WHERE order_line_id IN (SELECT id FROM sale_order_line WHERE order_id = %(order)s)"
)
INVOICES = f"SELECT move_id FROM account_move_line WHERE id IN ({INVOICE_LINES})"
# All rows that the page of a quote or an order is drawn from, each found by an index.
PAGE_SOURCES = (
    (
        "sale_order",
        "id = %(order)s",
        "quote",
        "partner_id, partner_invoice_id, partner_shipping_id, user_id, currency_id,"
        " payment_term_id, fiscal_position_id, finance_customer_id, finance_billed_customer_id",
    ),
    ("sale_order_line", "order_id = %(order)s", "lines", "id, product_id, product_uom_id"),
    (
        "account_tax",
        "id IN (SELECT account_tax_id FROM account_tax_sale_order_line_rel"
        " WHERE sale_order_line_id IN (SELECT id FROM lines))",
        "taxes",
        "tax_group_id",
    ),
    ("account_tax_group", "id IN (SELECT tax_group_id FROM taxes)"),
    (
        "product_template",
        "id IN (SELECT product_tmpl_id FROM product_product"
        " WHERE id IN (SELECT product_id FROM lines))",
        "products",
        "uom_id",
    ),
    (
        "uom_uom",
        "id IN (SELECT product_uom_id FROM lines UNION ALL SELECT uom_id FROM products)",
    ),
    ("res_company", "id = %(company)s", "company", "partner_id"),
    (
        "res_partner",
        "id IN (SELECT unnest(ARRAY[partner_id, partner_invoice_id, partner_shipping_id,"
        " finance_customer_id, finance_billed_customer_id]) FROM quote"
        " UNION ALL SELECT partner_id FROM company)",
        "addresses",
        "commercial_partner_id, country_id, state_id",
    ),
    (
        "res_partner",
        "id IN (SELECT commercial_partner_id FROM addresses UNION ALL"
        " SELECT partner_id FROM res_users WHERE id = (SELECT user_id FROM quote))",
    ),
    ("res_country", "id IN (SELECT country_id FROM addresses)"),
    ("res_country_state", "id IN (SELECT state_id FROM addresses)"),
    ("res_currency", "id = (SELECT currency_id FROM quote)"),
    ("account_payment_term", "id = (SELECT payment_term_id FROM quote)"),
    ("account_fiscal_position", "id = (SELECT fiscal_position_id FROM quote)"),
)
# The same for what most quotes don't have yet: how to find out, and the rows.
IS_INVOICED = (
    "SELECT FROM sale_order_line_invoice_rel WHERE order_line_id IN (SELECT id FROM lines)"
)
INVOICE_SOURCES = (
    (
        "account_move_line",
        "id IN (SELECT invoice_line_id FROM sale_order_line_invoice_rel"
        " WHERE order_line_id IN (SELECT id FROM lines))",
        "invoiced",
        "move_id",
    ),
    ("account_move", "id IN (SELECT move_id FROM invoiced)"),
)
PAYMENTS = "SELECT transaction_id FROM sale_order_transaction_rel WHERE sale_order_id = %(order)s"
PAYMENT_SOURCES = (("payment_transaction", f"id IN ({PAYMENTS})"),)
# The same for what only some addons bring: field of the order, table, condition.
ADDED_SOURCES = (
    (
        "incoterm",
        "account_incoterms",
        "id = (SELECT incoterm FROM sale_order WHERE id = %(order)s)",
    ),
    # Pages of the PDF, which its customer agrees to as well.
    (
        "quotation_document_ids",
        "quotation_document_sale_order_rel",
        "sale_order_id = %(order)s",
        "pages",
        "quotation_document_id",
    ),
    (
        "quotation_document_ids",
        "ir_attachment",
        "id IN (SELECT ir_attachment_id FROM quotation_document"
        " WHERE id IN (SELECT quotation_document_id FROM pages))",
    ),
    (
        "quotation_document_ids",
        "sale_order_line_product_document_rel",
        "sale_order_line_id IN (SELECT id FROM lines)",
    ),
)
