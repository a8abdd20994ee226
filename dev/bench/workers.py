"""Measure how many pages a second one, two and four workers serve, beside Odoo's own page."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from .meter import fetch, visitor
from .table import Row

WORKERS = (1, 2, 4)
# Less than one worker's listen queue holds, and enough for four.
CLIENTS = 7
TURNS = 4
HEAD = ("what", "pages", "one worker", "ratio", "budget", "verdict", "")


def measure(bench) -> None:
    """Start the server with each number of workers, and ask for the two pages in turn."""
    if not bench.links:
        bench.share()
    server, found = bench.server, {}
    session, page = bench.enter()
    cookies = session.cookies

    def ours():
        own = visitor()
        own.cookies = cookies
        fetch(own, page)

    pages = {"document page": ours, "Odoo's page": lambda: fetch(visitor(), bench.native_url)}
    count = max(1, bench.options.requests // TURNS)
    for workers in WORKERS:
        server.stop()
        server.start(workers=workers, extra_env=bench.renderer.extra_env)
        for ask in pages.values():
            _seconds(ask, 4 * CLIENTS)  # each worker has drawn them
        taken = dict.fromkeys(pages, 0.0)
        for _turn in range(TURNS):
            for name, ask in pages.items():
                taken[name] += _seconds(ask, count)
        for name, seconds in taken.items():
            found[name, workers] = TURNS * count / seconds
    for name in pages:
        for workers in WORKERS:
            one = found[name, WORKERS[0]] if workers > 1 else None
            bench.add(Row(f"{name}, {workers} workers", found[name, workers], one, unit="/s"))
    server.stop()
    server.start(workers=2, extra_env=bench.renderer.extra_env)


def _seconds(ask: Callable[[], None], count: int) -> float:
    """Return how long so many requests take, a few of which are always under way."""
    start = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        for _answer in pool.map(lambda _number: ask(), range(count)):
            pass
    return time.monotonic() - start
