"""Measure the customer's pages and the sending beside Odoo's own, and print a table."""

import argparse
import os
import platform
import secrets
from contextlib import ExitStack

from ..platform import databases, postgres
from ..platform.console import say, step
from ..platform.inbox import links_in
from ..platform.runs import run_folder
from ..platform.server import Server
from . import (
    archive,
    install,
    meter,
    plans,
    quotes,
    reminders,
    retention,
    sending,
    sites,
    statement,
    together,
    workers,
)
from .meter import fetch, visitor
from .portal import Portal
from .table import Row, print_lines, print_table

KILOBYTE = 1000
# What can be measured on its own, in the order in which it is: `--only` chooses.
PAGES, QUOTES, SENDING, LINKS, PORTAL = "pages", "quotes", "sending", "links", "portal"
OWN = {
    "statement": ("the statement", statement),
    "together": ("paying several invoices together", together),
    "archive": ("the archive of invoices", archive),
    "reminders": ("a reminder run", reminders),
    "retention": ("retention", retention),
    "workers": ("one, two and four workers", workers),
}
# What makes databases of its own.
ALONE = {"install": ("installing", install)}
SECTIONS = (*ALONE, PAGES, QUOTES, SENDING, LINKS, *OWN, PORTAL)


class Bench:
    """The running servers and what is measured on them."""

    def __init__(self, options, server: Server, facts: dict, sink, renderer):
        self.options = options
        self.server = server
        self.facts = facts
        self.sink = sink
        self.renderer = renderer
        self.links: dict[str, str] = {}
        self.rows: list[Row] = []

    # Preparing

    def share(self) -> None:
        """Send the invoices that are measured, and let one link expire."""
        for name in ("live", "dead"):
            before = len(self.sink)
            sites.send(self.server, self.facts[name])
            self.sink.wait_for(before + 1)
            (self.links[name],) = links_in(self.sink.last(), "/finance/i/")
        sites.send(self.server, self.facts["native"], self.facts["native_company"])
        sites.expire(self.server, self.facts["dead"])

    def compare(self, *actions, count: int | None = None, **options) -> list:
        """Run actions in turn as often as asked for."""
        return meter.compare(self.server, count or self.options.requests, *actions, **options)

    def enter(self):
        """Return a visitor who was let in to the live link, and the page's address."""
        session = visitor()
        answer = fetch(session, self.links["live"], 303)
        return session, f"{self.server.url}{_path(answer.headers['Location'])}"

    @property
    def native_url(self) -> str:
        return self.server.url + self.facts["native_path"]

    # Measuring

    def add(self, *rows: Row) -> None:
        """Keep lines for the table, and show them already."""
        self.rows += rows
        for row in rows:
            say("   " + "  ".join(filter(None, row.cells())))

    def measure_page(self) -> None:
        """Compare the document page with Odoo's page of an equal invoice."""
        session, page = self.enter()
        native = visitor()
        frame = f"{self.native_url}&report_type=html"
        ours, theirs, inner = self.compare(
            lambda: fetch(session, page),
            lambda: fetch(native, self.native_url),
            lambda: fetch(native, frame),
        )
        queries = f"{ours.queries} / {theirs.queries}"
        whole = theirs.server + inner.server
        self.add(
            Row("document page, server time", ours.server, theirs.server, 0.5, queries=queries),
            Row("the same / Odoo's with the frame it shows", ours.server, whole),
            Row("document page, as the visitor waits", ours.wall, theirs.wall),
        )

    def measure_bytes(self) -> None:
        """Compare what a browser loads, from the link in the email on."""
        live = meter.loaded_bytes(self.links["live"], self.native_url)
        (ours, our_files), (theirs, their_files) = live
        ours, theirs = ours / KILOBYTE, theirs / KILOBYTE
        files = f"{our_files} / {their_files} files"
        self.add(
            Row("bytes of the page, empty cache", ours, theirs, 0.05, "kB", files),
            Row("bytes of the page, at most", ours, None, 80, "kB"),
        )

    def measure_pdf(self) -> None:
        """Compare the PDF of a sent document with a fresh rendering."""
        session, page = self.enter()
        native, fresh = visitor(), [self.server.url + path for path in self.facts["fresh_paths"]]
        count = self.options.renderings
        for url in fresh:
            fetch(native, url)
        before = int(self.renderer)
        (ours,) = self.compare(lambda: fetch(session, f"{page}/pdf"))
        our_starts, before = int(self.renderer) - before, int(self.renderer)
        (theirs,) = self.compare(lambda: fetch(native, fresh[0]), count=count, warm_up=0)
        their_starts = int(self.renderer) - before
        queries = f"{ours.queries} / {theirs.queries}"
        self.add(
            Row("PDF of a sent document", ours.wall, theirs.wall, 0.1, queries=queries),
            Row(f"renderers started, {len(ours.walls)} of ours", our_starts, None, 0, ""),
            Row(f"renderers started, {count} of Odoo's", their_starts, None, None, ""),
        )

    def measure_exchange(self) -> None:
        """Compare the exchange of a link, by a new visitor each time, with the health route."""
        health = f"{self.server.url}/web/health"
        ours, theirs = self.compare(
            lambda: fetch(visitor(), self.links["live"], 303), lambda: fetch(visitor(), health)
        )
        queries = f"{ours.queries} / {theirs.queries}"
        self.add(Row("exchange / health route", ours.wall, theirs.wall, 5, queries=queries))

    def measure_dead(self) -> None:
        """Compare links that open nothing with one that opens its page."""
        unknown = f"{self.server.url}/finance/i/{secrets.token_urlsafe(32)}"

        def open_live():
            session, page = self.enter()
            fetch(session, page)

        live, dead, nothing = self.compare(
            open_live,
            lambda: fetch(visitor(), self.links["dead"], 410),
            lambda: fetch(visitor(), unknown, 404),
        )
        for name, result in (("expired", dead), ("unknown", nothing)):
            queries = f"{result.queries} / {live.queries}"
            self.add(
                Row(f"{name} link / live link and page", result.wall, live.wall, 1, queries=queries)
            )

    def measure_quotes(self) -> None:
        """Compare a quote's page, and accepting it, with Odoo's own."""
        with self.renderer.replaced():
            links = quotes.share(self.server, self.sink, self.facts["quotes"])
        native = self.facts["native_quotes"]
        (quote, token) = native.pop()
        native_url = f"{self.server.url}/my/orders/{quote}?access_token={token}"
        ours, theirs = quotes.measure_page(
            self.server, links.pop(), native_url, self.options.requests
        )
        queries = f"{ours.queries} / {theirs.queries}"
        self.add(Row("quote page, server time", ours.server, theirs.server, 0.5, queries=queries))
        half = len(links) // 2
        ours, theirs = quotes.measure_accept(self.server, links[:half], native[:half])
        queries = f"{ours.queries} / {theirs.queries}"
        self.add(Row("accepting a quote", ours.wall, theirs.wall, queries=queries))
        with self.renderer.replaced():
            ours, theirs = quotes.measure_accept(self.server, links[half:], native[half:])
        queries = f"{ours.queries} / {theirs.queries}"
        what = "the same with a renderer that takes no time"
        self.add(Row(what, ours.wall, theirs.wall, queries=queries))
        quotes.settle(self.server)

    def measure_sending(self, plain: Server, plain_facts: dict) -> None:
        """Compare sending many at once with Odoo's own ways in a database without the addon."""
        Side = sending.Side
        ours = Side(self.server, self.facts["batch"], sending.send_ours("account.move"))
        theirs = Side(plain, plain_facts["batch"], sending.send_invoices)
        seconds = sending.compare([ours, theirs], self.sink, self.options.warm_up)
        what = f"sending {self.options.documents:,} invoices, PDFs made before"
        self.add(Row(what, *seconds, 1.1, "s"))

    def measure_sending_quotes(self, plain: Server, plain_facts: dict) -> None:
        """The same with quotes, whose PDF is made while they are sent."""
        sides = (
            (self.server, self.facts["quote_batch"], sending.send_ours("sale.order")),
            (plain, plain_facts["quote_batch"], sending.send_quotes),
        )
        count, warm = self.options.quotes, self.options.warm_up
        first = [sending.Side(s, ids[: count + warm], press) for s, ids, press in sides]
        seconds = sending.compare(first, self.sink, warm)
        self.add(Row(f"sending {count:,} quotes, with their PDFs", *seconds, 1.1, "s"))
        rest = [sending.Side(s, ids[count + warm :], press) for s, ids, press in sides]
        with self.renderer.replaced():
            seconds = sending.compare(rest, self.sink, 0)
        self.add(Row("the same with a renderer that takes no time", *seconds, unit="s"))

    def measure_portal(self) -> None:
        """Compare the portal with Odoo's own, then with itself among many more invoices."""
        portal = Portal(self.server, self.facts)
        few, few_count = portal.measure(self.options.requests), portal.count()
        for what, (ours, theirs) in few.items():
            queries = f"{ours.queries} / {theirs.queries}" if theirs else ours.queries
            peer = theirs and theirs.server
            self.add(Row(f"{what}, {few_count:,} invoices", ours.server, peer, queries=queries))
        portal.grow(self.options.many)
        many, many_count = portal.measure(self.options.requests), portal.count()
        for what, (ours, theirs) in many.items():
            queries = f"{ours.queries} / {theirs.queries}" if theirs else ours.queries
            peer = theirs and theirs.server
            self.add(Row(f"{what}, {many_count:,} invoices", ours.server, peer, queries=queries))
        for what, (ours, _theirs) in many.items():
            before, name = few[what][0], what.partition(" / ")[0]
            row = f"{name}: {many_count:,} / {few_count:,} invoices"
            queries = f"{ours.queries} / {before.queries}"
            self.add(Row(row, ours.server, before.server, 1.5, queries=queries))
        self.portal_plans = portal.plans()

    def measure_links(self) -> None:
        """Measure what looks links up."""
        self.measure_page()
        self.measure_exchange()
        self.measure_dead()


def main(arguments: list[str]) -> None:
    """Measure everything and print the table."""
    options = _parse(arguments[1:])
    folder = run_folder("bench")
    with ExitStack() as stack:
        cluster = stack.enter_context(postgres.cluster())
        databases.drop_leftovers(cluster)
        sink = sites.Sink()
        stack.callback(sink.stop)
        renderer = sites.RendererCount(folder / "renderer")

        def make(addon: bool):
            server = Server(sites.site(cluster, folder, sink.port, addon))
            stack.callback(databases.drop, cluster, server.db)
            facts = sites.fill(server.site, options, addon)
            stack.callback(server.stop)
            return server.start(extra_env=renderer.extra_env), facts

        for name, (what, section) in ALONE.items():
            if name in options.only:
                with step(f"Measuring {what}"):
                    rows, head = section.measure(options, cluster, folder, sink)
                print_table(what.capitalize(), rows, head)
        if options.only <= ALONE.keys():
            return
        with step(f"Preparing {options.invoices:,} invoices with the addon"):
            bench = Bench(options, *make(addon=True), sink, renderer)
        _measure(bench, lambda: make(addon=False))


def _measure(bench: Bench, make_plain) -> None:
    """Measure what was chosen, and print the tables."""
    chosen = bench.options.only
    if {PAGES, QUOTES, SENDING, LINKS} & chosen:
        _measure_documents(bench, make_plain)
    for name, (what, section) in OWN.items():
        if name in chosen:
            bench.rows = []
            with step(f"Measuring {what}"):
                section.measure(bench)
            print_table(what.capitalize(), bench.rows, section.HEAD)
    if PORTAL in chosen and bench.options.many:
        bench.rows = []
        _measure_portal(bench)


def _measure_documents(bench: Bench, make_plain) -> None:
    """Measure with few links, then with many, and print the tables."""
    options, chosen = bench.options, bench.options.only
    with step("Sending the invoices to measure"):
        bench.share()
    sites.add_links(bench.server, 10)
    few = f"{sites.count_links(bench.server)} links"
    if PAGES in chosen:
        with step(f"Measuring pages, {options.requests} requests each, {few}"):
            bench.measure_links()
        with step("Measuring bytes"):
            bench.measure_bytes()
        with step("Measuring the PDF"):
            bench.measure_pdf()
    if QUOTES in chosen:
        with step(f"Measuring quotes, {options.answers} answers"):
            bench.measure_quotes()
    if SENDING in chosen:
        _measure_sending(bench, make_plain)
    say(f"\n{platform.machine()}, {os.cpu_count()} cores, {options.invoices:,} invoices")
    if bench.rows:
        print_table(f"With {few}", bench.rows)
    if LINKS in chosen:
        _measure_many_links(bench)


def _measure_sending(bench: Bench, make_plain) -> None:
    """Measure sending many documents beside a database without the addon."""
    with step("Preparing a database without the addon"):
        plain = make_plain()
    with step(f"Sending {bench.options.documents:,} documents on both"):
        bench.measure_sending(*plain)
    with step(f"Sending {bench.options.quotes:,} quotes on both"):
        bench.measure_sending_quotes(*plain)
    plain[0].stop()


def _measure_many_links(bench: Bench) -> None:
    """Measure pages again, among many links."""
    bench.rows = []
    with step(f"Adding {bench.options.links:,} links"):
        sites.add_links(bench.server, bench.options.links)
    many = f"{sites.count_links(bench.server):,} links"
    with step(f"Measuring pages, {many}"):
        bench.measure_links()
    print_table(f"With {many}", bench.rows)
    say("\nIndexes of the queries on links")
    print_lines([("what asks", "index"), *plans.plans(bench.server)])


def _measure_portal(bench: Bench) -> None:
    """Measure the portal, last: what it adds to the database would disturb the rest."""
    with step(f"Measuring the portal, up to {bench.options.many:,} invoices"):
        bench.measure_portal()
    print_table("The portal", bench.rows)
    say("\nIndexes of its queries")
    print_lines([("what asks", "index"), *bench.portal_plans])


def _path(location: str) -> str:
    """Return the path of an address that may be absolute, without its query."""
    path = "/" + location.split("/", 3)[3] if "://" in location else location
    return path.partition("?")[0]


def _parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="python3 -m dev bench")
    parser.add_argument("--requests", type=int, default=200, help="requests per measurement")
    parser.add_argument("--renderings", type=int, default=5, help="PDFs made by Odoo")
    parser.add_argument(
        "--invoices",
        type=int,
        help="posted invoices: 2000, and 200000 where the addon is installed",
    )
    parser.add_argument("--documents", type=int, default=200, help="documents to send, or 0")
    parser.add_argument("--quotes", type=int, default=50, help="quotes to send in batches")
    parser.add_argument("--answers", type=int, default=10, help="quotes to accept, twice")
    parser.add_argument("--links", type=int, default=100_000, help="10000000 for the full run")
    parser.add_argument(
        "--customers", type=int, default=20_000, help="to remind, of five invoices each"
    )
    parser.add_argument("--events", type=int, default=1_000_000, help="activity of 30 months")
    parser.add_argument("--many", type=int, default=1_000_000, help="invoices at last, or 0")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, help="measure these alone")
    options = parser.parse_args(arguments)
    options.only = set(options.only or SECTIONS)
    options.installed = options.invoices or 200_000
    options.invoices = options.invoices or 2000
    options.warm_up = 10
    # What isn't measured isn't made.
    if SENDING not in options.only or not options.documents:
        options.only.discard(SENDING)
        options.documents = options.quotes = 0
    if QUOTES not in options.only:
        options.answers = 0
    return options
