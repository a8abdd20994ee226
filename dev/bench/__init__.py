"""Measure the customer's pages, and sending, beside Odoo's own, against budgets."""
