"""Developer tooling: fetch, run, test and check the addon on a real Odoo."""
