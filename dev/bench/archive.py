"""Measure the ZIP file of many documents beside that of few."""

import statistics
import time

from . import customers
from .memory import MEGABYTE, grow
from .meter import compare
from .table import Row

FEW, MANY = 100, 1000
ROUNDS, WARM_UP = 10, 2
HEAD = ("what", f"{MANY:,} documents", f"{FEW} documents", "ratio", "budget", "verdict", "queries")
# The day of all invoices is in it.
PERIOD = "from=2026-01-01&to=2026-01-31"
CHUNK = 1 << 16


class Download:
    """A customer who downloads all invoices, and how long the first byte took each time."""

    def __init__(self, server, customer: dict):
        self.session = customers.enter_portal(server, customer)
        self.url = f"{server.url}{customers.PORTAL}/invoices/download/zip?{PERIOD}"
        self.firsts: list[float] = []
        self.size = 0

    def __call__(self) -> None:
        start = time.perf_counter()
        with self.session.get(self.url, stream=True, timeout=600) as answer:
            if answer.status_code != 200:
                raise AssertionError(f"the archive answered {answer.status_code}")
            chunks = answer.iter_content(CHUNK)
            first = next(chunks)
            self.firsts.append((time.perf_counter() - start) * 1000)
            self.size = len(first) + sum(map(len, chunks))
            if self.size != int(answer.headers["Content-Length"]):
                raise AssertionError("the archive was cut short")


def measure(bench) -> None:
    """Download the invoices of two customers, in turn."""
    server = bench.server
    names = {"zipmany": MANY, "zipfew": FEW}
    wanted = {name: {"invoices": count, "has_pdfs": True} for name, count in names.items()}
    facts = customers.load(server, wanted)
    downloads = [Download(server, facts[name]) for name in names]
    growth = grow(server, downloads, ROUNDS)
    many, few = compare(server, ROUNDS, *downloads, warm_up=WARM_UP)
    firsts = [statistics.median(one.firsts[-ROUNDS:]) for one in downloads]
    queries = f"{many.queries} / {few.queries}"
    bench.add(
        Row("archive, the first byte", *firsts, queries=queries),
        Row("archive, all of it", many.wall, few.wall),
        Row("archive, its size", *(one.size / MEGABYTE for one in downloads), unit="MB"),
        Row("archive, what a worker grows by", *growth, unit="MB"),
    )
