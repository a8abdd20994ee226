"""Measure requests: time, SQL queries and bytes."""

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import requests
from playwright.sync_api import sync_playwright

from ..platform.bootstrap import find_chromium
from ..platform.server import Server

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
# Odoo's access line: request, status, size, queries, seconds in SQL, other seconds.
ACCESS = re.compile(rb'werkzeug: .*HTTP/1\.\d" (\d{3}) \S+ (\d+) ([\d.]+) ([\d.]+)\s*$')
WARM_UP = 20
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@dataclass
class Result:
    """What many runs of one thing took, in milliseconds, and their SQL queries."""

    walls: list[float] = field(default_factory=list)
    servers: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """Median time as the client sees it."""
        return statistics.median(self.walls)

    @property
    def server(self) -> float:
        """Median time the server says it took.

        It says so in whole milliseconds: of equal values the median alone would hide
        the rest, so the middle half is averaged.
        """
        ordered = sorted(self.servers)
        quarter = len(ordered) // 4
        return statistics.fmean(ordered[quarter : len(ordered) - quarter])

    @property
    def queries(self) -> str:
        """Median number of SQL queries, with the extremes when they differ."""
        low, high = min(self.counts), max(self.counts)
        middle = statistics.median_low(self.counts)
        return str(middle) if low == high else f"{middle} ({low}-{high})"


def visitor() -> requests.Session:
    """Return a visitor without cookies.

    Each request takes a connection of its own: one that is kept belongs to one worker,
    and the other would never be measured.
    """
    session = requests.Session()
    session.trust_env = False
    session.headers.update({"User-Agent": AGENT, "Connection": "close"})
    return session


def fetch(session: requests.Session, url: str, status: int = 200) -> requests.Response:
    """Return an answer without following it, after checking its status."""
    answer = session.get(url, allow_redirects=False, timeout=120)
    if answer.status_code != status:
        where = re.sub(r"/finance/i/.*", "/finance/i/...", url)
        raise AssertionError(f"{where} answered {answer.status_code}, not {status}")
    return answer


def compare(server: Server, count: int, *actions: Callable, warm_up: int = WARM_UP) -> list[Result]:
    """Run the actions in turn, ``count`` times each, and return their results.

    Taking turns gives each its share of whatever else the machine does meanwhile.
    """
    for _number in range(warm_up):
        for action in actions:
            action()
    results = [Result() for _action in actions]
    with server.log_path.open("rb") as log:
        log.seek(0, 2)
        for _number in range(count):
            for action, result in zip(actions, results, strict=True):
                start = time.perf_counter()
                action()
                result.walls.append((time.perf_counter() - start) * 1000)
                _read_log(log, result)
    return results


def _read_log(log, result: Result) -> None:
    """Add up what the server wrote since the last time; it writes before it answers."""
    lines = [match for match in map(ACCESS.search, log.readlines()) if match]
    result.counts.append(sum(int(line[2]) for line in lines))
    result.servers.append(sum(float(line[3]) + float(line[4]) for line in lines) * 1000)


def loaded_bytes(*urls: str) -> list[tuple[int, int]]:
    """Return bytes and requests of what a browser with an empty cache loads for each page."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(SWITCHES))
        try:
            return [_load(chromium, url) for url in urls]
        finally:
            chromium.close()


def _load(chromium, url: str) -> tuple[int, int]:
    """Load one page; headers, redirects and frames count."""
    context = chromium.new_context()
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    sizes = []

    def redirected(event):
        if "redirectResponse" in event:
            sizes.append(event["redirectResponse"]["encodedDataLength"])

    protocol.on("Network.requestWillBeSent", redirected)
    protocol.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    protocol.send("Network.enable")
    answer = page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(1500)
    context.close()
    if answer.status != 200:
        raise AssertionError(f"the page answered {answer.status}")
    return int(sum(sizes)), len(sizes)
