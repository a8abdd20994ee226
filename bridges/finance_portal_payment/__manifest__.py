{
    "name": "Finance Portal: Pay Now",
    "summary": "Customers pay invoices and orders from the secure link or their account",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Finance Portal contributors",
    "license": "LGPL-3",
    "depends": ["finance_portal", "account", "account_payment", "mail", "payment", "sale", "web"],
    "data": [
        "views/portal_payment_templates.xml",
        "views/payment_transaction_views.xml",
    ],
    "auto_install": True,
}
