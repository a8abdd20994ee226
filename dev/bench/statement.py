"""Measure the statement's page with few and with many open items."""

from . import customers
from .memory import KILOBYTE, grow
from .meter import compare, fetch
from .table import Row

FEW, MANY = 100, 10_000
ROUNDS, WARM_UP = 20, 4
HEAD = ("what", f"{MANY:,} items", f"{FEW} items", "ratio", "budget", "verdict", "queries")


def measure(bench) -> None:
    """Ask for the pages of two customers, signed in and by the links of their statements."""
    server, names = bench.server, {"few": FEW, "many": MANY}
    facts = customers.load(
        server,
        {
            f"statement{name}": {"invoices": count, "gets_statement": True}
            for name, count in names.items()
        },
    )
    ways = {"signed in": [], "by link": []}
    for name in ("many", "few"):
        customer = facts[f"statement{name}"]
        page = f"{server.url}{customers.PORTAL}/statement"
        ways["signed in"].append((customers.enter_portal(server, customer), page))
        ways["by link"].append(customers.enter(server, server.url + customer["link"]))
    for way, pages in ways.items():
        _measure_way(bench, way, pages)


def _measure_way(bench, way: str, pages: list) -> None:
    """Measure one way to the page.

    :param pages: session and address, of many items and of few
    """
    actions = [lambda one=one: fetch(*one) for one in pages]
    growth = grow(bench.server, actions, ROUNDS)
    many, few = compare(bench.server, ROUNDS, *actions, warm_up=WARM_UP)
    sizes = [len(action().content) / KILOBYTE for action in actions]
    queries, what = f"{many.queries} / {few.queries}", f"statement {way}"
    bench.add(
        Row(f"{what}, server time", many.server, few.server, queries=queries),
        Row(f"{what}, size of the page", *sizes, unit="kB"),
        Row(f"{what}, what a worker grows by", *growth, unit="MB"),
    )
