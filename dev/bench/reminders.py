"""Measure a reminder run: planning for very many customers, and sending to some of them."""

import json
from pathlib import Path

from ..platform.server import shell
from .many import Source, insert
from .table import Row

EACH = 5  # invoices of a customer
FEW = 400  # customers who have invoices at first
SAMPLE = 500  # of the reminders leave
HEAD = ("what", "all", "few", "ratio", "budget", "verdict", "queries")


class Run:
    """A company that reminds, in a database whose server stands still meanwhile."""

    def __init__(self, bench):
        self.bench, self.site = bench, bench.server.site
        self.customers = bench.options.customers
        self.few = min(FEW, max(1, self.customers // 10))
        self.sample = min(SAMPLE, self.customers)
        self.facts = self._do("load", self.customers)
        facts = self.facts
        self.source = Source("LATE", facts["model"], facts["people"], facts["day"], 1, EACH)

    def grow(self, first: int, customers: int) -> None:
        """Give customers their invoices, up to so many of them."""
        insert(self.bench.server, self.source, first * EACH, customers * EACH)

    def plan(self, expected: int) -> dict:
        """Plan, as the job does when a company's plan is old; return what it took."""
        found = self._do("plan", self.facts["company"])
        if found["planned"] != expected:
            raise AssertionError(f"{found['planned']} reminders for {expected} customers")
        return found

    def send(self) -> dict:
        """Send a part of it; return what the job took, and that of Odoo which hands over."""
        before = len(self.bench.sink)
        found = self._do("send", self.facts["company"], self.sample)
        if found["sent"] != self.sample or len(self.bench.sink) != before + self.sample:
            raise AssertionError(f"{found['sent']} of {self.sample} reminders were sent")
        return found

    def _do(self, function: str, *arguments) -> dict:
        data = str(Path(__file__).with_name("reminders_data.py"))
        code = f"import runpy\nrunpy.run_path({data!r})[{function!r}](env, *{arguments!r})\n"
        return json.loads(shell(self.site, code).splitlines()[-1])


def measure(bench) -> None:
    """Plan for few customers, for all, and again; then send a sample."""
    bench.server.stop()  # its jobs would send what is planned
    run = Run(bench)
    run.grow(0, run.few)
    few = run.plan(run.few)
    run.grow(run.few, run.customers)
    many, again = run.plan(run.customers), run.plan(run.customers)
    _add_plan(run, f"planning for {run.customers:,} / {run.few}", many, few)
    _add_plan(run, "planning again", again)
    found = run.send()
    for what, part in (("queued by the job", "queued"), ("handed to the server", "mailed")):
        _add_sending(run, what, found[part])
    _add_rate(run, found)
    bench.server.start(extra_env=bench.renderer.extra_env)


def _add_plan(run: Run, what: str, many: dict, few: dict | None = None) -> None:
    """Add the lines of one planning, beside that for few customers."""
    queries = f"{many['queries'] / run.customers:.1f}"
    if few:
        queries += f" / {few['queries'] / run.few:.1f}"
    other = few or {}
    run.bench.add(
        Row(what, many["seconds"], other.get("seconds"), unit="s", queries=f"{queries} each"),
        Row(f"{what}, CPU", many["cpu"], other.get("cpu"), unit="s"),
        Row(f"{what}, what the process grows by", many["grown"], other.get("grown"), unit="MB"),
    )


def _add_sending(run: Run, what: str, took: dict) -> None:
    """Add the lines of one part of sending."""
    each, queries = took["seconds"] / run.sample, f"{took['queries'] / run.sample:.1f}"
    cpu = took["cpu"] / run.sample
    run.bench.add(
        Row(f"one of {run.sample} reminders {what}", each * 1000, queries=queries),
        Row("the same, CPU", cpu * 1000),
        Row("the same, what the process grows by", took["grown"], unit="MB"),
    )


def _add_rate(run: Run, found: dict) -> None:
    """Add how many customers a minute are reminded, from the plan to the mail server, and all."""
    seconds = (found["queued"]["seconds"] + found["mailed"]["seconds"]) / run.sample
    run.bench.add(
        Row("customers reminded in a minute", 60 / seconds, unit=""),
        Row(f"so all {run.customers:,}", seconds * run.customers / 60, unit="min"),
    )
