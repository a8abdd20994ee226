"""Installing on a database with 100,000 invoices rewrites none of them."""

import time

from dev.bench.many import copies
from dev.platform import databases
from dev.platform.odoo import Site, run_quietly
from dev.platform.paths import module_names
from dev.platform.server import shell
from dev.suite import e2e_sites

TABLES = ("account_move", "account_move_line", "res_partner", "res_company")
ONE_INVOICE = """
move = env["account.move"].create({
    "move_type": "out_invoice", "partner_id": env["res.partner"].create({"name": "Big"}).id,
    "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 10, "tax_ids": []})],
})
move.action_post()
env.cr.commit()
"""


def state(site, tables):
    """Return where each table is stored, and how many rows were ever changed or deleted."""
    site.cluster.query("SELECT pg_stat_force_next_flush()", database=site.database)
    return {
        table: site.cluster.query(
            "SELECT c.relfilenode, s.n_tup_upd, s.n_tup_del, s.n_live_tup"
            " FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid WHERE c.relname = %s",
            table, database=site.database,
        )
        for table in tables
    }  # fmt: skip


def test_installing_beside_100000_invoices_rewrites_none(base_site):
    site = Site(base_site.cluster, databases.name_for("e2e_big"), base_site.folder.with_name("big"))
    databases.copy_template(site)
    try:
        shell(site, e2e_sites.SETUP + ONE_INVOICE)
        own = {"name": "'BIG/' || g", "sequence_number": "g", "payment_reference": "NULL"}
        copies(site, "account_move", {**own, "access_token": "NULL"}, 100_000)
        copies(site, "res_partner", {}, 1_000)
        site.cluster.query("ANALYZE account_move", database=site.database)
        before = state(site, TABLES)
        start = time.monotonic()
        run_quietly(site, "--init", ",".join(module_names()), "--no-http", "--stop-after-init")
        seconds = time.monotonic() - start
        after = state(site, TABLES)
        print(f"installed beside 100,000 invoices in {seconds:.1f} s")
        assert before["account_move"][0][3] > 100_000
        for table in ("account_move", "account_move_line", "res_partner"):
            assert after[table][0][0] == before[table][0][0], f"{table} was rewritten"
            changed = after[table][0][1] - before[table][0][1]
            # Odoo itself touches its own few users' contacts on any installation.
            assert changed < (100 if table == "res_partner" else 1), f"rows of {table} were changed"
            assert after[table][0][2] == before[table][0][2], f"rows of {table} were deleted"
    finally:
        databases.drop(site.cluster, site.database)
