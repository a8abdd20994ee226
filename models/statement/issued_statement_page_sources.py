"""Which rows the kept part of a statement's page is drawn from, as SQL. Imports no Odoo."""

# ruff: noqa: S608  # built from constants of this file; values come as parameters

OWN = (
    "SELECT unnest(ARRAY[partner_id, customer_id]) FROM finance_portal_issued_statement"
    " WHERE id = %(statement)s"
)
# All rows that the page's address and branding are drawn from, each found by an index.
PAGE_SOURCES = (
    ("finance_portal_issued_statement", "id = %(statement)s"),
    ("res_company", "id = %(company)s"),
    ("res_partner", "id = (SELECT partner_id FROM res_company WHERE id = %(company)s)"),
    (
        "res_partner",
        f"id IN ({OWN} UNION SELECT commercial_partner_id FROM res_partner WHERE id IN ({OWN}))",
    ),
)
