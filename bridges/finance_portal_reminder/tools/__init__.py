"""Rules that don't need Odoo."""
