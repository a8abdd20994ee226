"""Measure a reminder run: planning for very many customers, and sending to some of them."""

import json
from pathlib import Path

from ..platform.server import shell
from .many import Source, insert
from .table import Row

CUSTOMERS, EACH = 20_000, 5
FEW = 400  # customers who have invoices at first
SAMPLE = 500  # of the reminders leave
HEAD = ("what", f"{CUSTOMERS:,} customers", f"{FEW}", "ratio", "budget", "verdict", "queries")


class Run:
    """A company that reminds, in a database whose server stands still meanwhile."""

    def __init__(self, bench):
        self.bench, self.site = bench, bench.server.site
        self.facts = self._do("load", CUSTOMERS)
        facts = self.facts
        self.source = Source("LATE", facts["model"], facts["people"], facts["day"], 1, EACH)

    def grow(self, first: int, customers: int) -> None:
        """Give customers their invoices, up to so many of them."""
        insert(self.bench.server, self.source, first * EACH, customers * EACH)

    def plan(self) -> dict:
        """Plan, as the job does when a company's plan is old; return what it took."""
        return self._do("plan", self.facts["company"])

    def send(self) -> dict:
        """Send a part of it; return what the job took, and that of Odoo which hands over."""
        return self._do("send", self.facts["company"], SAMPLE)

    def _do(self, function: str, *arguments) -> dict:
        data = str(Path(__file__).with_name("reminders_data.py"))
        code = f"import runpy\nrunpy.run_path({data!r})[{function!r}](env, *{arguments!r})\n"
        return json.loads(shell(self.site, code).splitlines()[-1])


def measure(bench) -> None:
    """Plan for few customers, for all, and again; then send a sample."""
    server = bench.server
    server.stop()  # its jobs would send what is planned
    run = Run(bench)
    run.grow(0, FEW)
    few = run.plan()
    run.grow(FEW, CUSTOMERS)
    many, again = run.plan(), run.plan()
    _add_plan(bench, "planning", many, few)
    _add_plan(bench, "planning again", again)
    for one, count in ((few, FEW), (many, CUSTOMERS), (again, CUSTOMERS)):
        if one["planned"] != count:
            raise AssertionError(f"{one['planned']} reminders for {count} customers")
    before = len(bench.sink)
    found = run.send()
    for what, part in (("queued by the job", "queued"), ("handed to the server", "mailed")):
        _add_sending(bench, what, found[part])
    if found["sent"] != SAMPLE or len(bench.sink) != before + SAMPLE:
        raise AssertionError(f"{found['sent']} of {SAMPLE} reminders were sent")
    server.start(extra_env=bench.renderer.extra_env)


def _add_plan(bench, what: str, many: dict, few: dict | None = None) -> None:
    """Add the lines of one planning, beside that for few customers."""
    queries = f"{many['queries'] / CUSTOMERS:.1f}"
    if few:
        queries += f" / {few['queries'] / FEW:.1f}"
    other = few or {}
    bench.add(
        Row(what, many["seconds"], other.get("seconds"), unit="s", queries=f"{queries} each"),
        Row(f"{what}, CPU", many["cpu"], other.get("cpu"), unit="s"),
        Row(f"{what}, what the process grows by", many["grown"], other.get("grown"), unit="MB"),
    )


def _add_sending(bench, what: str, took: dict) -> None:
    """Add the lines of one part of sending, and how long it would take for all."""
    seconds, queries = took["seconds"] / SAMPLE, f"{took['queries'] / SAMPLE:.1f}"
    bench.add(
        Row(f"one of {SAMPLE} reminders {what}", seconds * 1000, queries=queries),
        Row(f"the same, so all {CUSTOMERS:,}", seconds * CUSTOMERS / 60, unit="min"),
        Row("the same, what the process grows by", took["grown"], unit="MB"),
    )
