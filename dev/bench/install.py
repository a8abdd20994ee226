"""Measure installing the addon and its bridges in a database with very many documents."""

import json
import re
import time
from pathlib import Path

from ..platform import databases
from ..platform.console import say
from ..platform.odoo import Site, run_quietly
from ..platform.paths import module_names
from ..platform.postgres import Cluster
from ..platform.server import Server, shell
from .many import Source, copies, insert
from .table import Row

CUSTOMERS = 2_000
MILLION = 1_000_000
# To each so many invoices there is one of these.
INVOICES_EACH = {"sale_order": 2, "account_payment": 2, "mail_message": 1, "mail_mail": 100}
# What Odoo says as it has loaded one of ours: seconds and queries.
LOADED = re.compile(
    r"Module (finance_portal\w*) loaded in ([\d.]+)s(?: \(incl\. .*?\))?, (\d+) queries"
)
HEAD = ("what", "many", "none", "ratio", "budget", "verdict", "queries")


def measure(options, cluster: Cluster, folder: Path, sink) -> tuple[list[Row], tuple]:
    """Install beside no documents, then beside many; return the lines and their head."""
    few, few_queries = _install(cluster, folder / "few", sink, 0)
    count = options.installed
    many, many_queries = _install(cluster, folder / "many", sink, count)
    million = few + max(0, many - few) * MILLION / count
    return [
        Row(
            f"installing beside {count:,} invoices / beside none", many, few, unit="s",
            queries=f"{many_queries} / {few_queries}",
        ),
        Row("a million invoices, extrapolated", million, None, 120, "s"),
    ], HEAD  # fmt: skip


def _install(cluster: Cluster, folder: Path, sink, invoices: int) -> tuple[float, int]:
    """Install in a new database; return seconds and our own queries."""
    name = f"{databases.name_for('bench')}_{folder.name}"
    site = Site(cluster, name, folder, smtp_port=sink.port)
    try:
        databases.copy_template(site)
        if invoices:
            _fill(site, invoices)
        run = ("--no-http", "--stop-after-init")
        start = time.monotonic()
        run_quietly(site, "--init", ",".join(module_names()), *run)
        seconds = time.monotonic() - start
        found = LOADED.findall(site.log_path.read_text())
        for module, took, queries in found:
            say(f"   {module}: {took} s, {queries} queries")
        say(f"   with Odoo's own start: {seconds:.1f} s")
        return seconds, sum(int(queries) for _module, _took, queries in found)
    finally:
        databases.drop(cluster, name)


def _fill(site: Site, invoices: int) -> None:
    """Have invoices, and what comes with them."""
    data = str(Path(__file__).with_name("install_data.py"))
    code = f"import runpy\nrunpy.run_path({data!r})['load'](env, {CUSTOMERS})\n"
    facts = json.loads(shell(site, code).splitlines()[-1])
    source = Source("BIG", facts["model"], facts["people"], "2026-01-15", 730)
    insert(Server(site), source, 0, invoices)
    before = time.monotonic()
    for table, each in INVOICES_EACH.items():
        copies(site, table, {}, invoices // each)
    site.cluster.query("ANALYZE", database=site.database)
    say(f"   orders, payments and emails, {time.monotonic() - before:.0f} s")
