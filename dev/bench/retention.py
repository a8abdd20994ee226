"""Measure what the retention job does among very many events and links, and whom it stops."""

import json
import statistics
import threading
import time
from pathlib import Path

from ..platform.console import say
from ..platform.server import Server, shell
from . import sites
from .meter import fetch
from .table import Row

CHUNK = 500_000
EVENTS_EACH = 10  # to a link
MONTHS = 30  # over which they are spread; 24 are kept
SECONDS = MONTHS * 30 * 86_400
MILLION = 1_000_000
TABLES = ("finance_portal_event", "finance_portal_link")
HEAD = ("what", "measured", "before", "ratio", "budget", "verdict", "")


class Watch:
    """Look again and again at the locks that anybody holds, from the beginning to the end."""

    def __init__(self, server: Server):
        self.strong: set[tuple[str, str]] = set()  # of tables, and stopping readers or writers
        self.waiting = 0  # the most sessions that waited for a lock at a time
        self._server = server
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.02):
            self.strong |= set(self._server.psql(_STRONG))
            self.waiting = max(self.waiting, self._server.psql(_WAITING)[0][0])


def measure(bench) -> None:
    """Make old events and links, run the job, and open a customer's page all the time."""
    server, events = bench.server, bench.options.events
    if not bench.links:
        bench.share()
    links = sites.count_links(server) + events // EVENTS_EACH
    sites.add_links(server, links, SECONDS / links)
    _add_events(server, events)
    session, page = bench.enter()
    visits = _Visits(lambda: fetch(session, page))
    before = {table: _size(server, table) for table in TABLES}
    quiet = visits.make(lambda: len(visits.walls) >= bench.options.requests)
    found = {}
    with Watch(server) as watch:
        job = threading.Thread(target=lambda: found.update(_run(server)))
        job.start()
        busy = visits.make(lambda: not job.is_alive())
        job.join()
    for what, part in found.items():
        _add_part(bench, what, part)
    for table, mode in sorted(watch.strong):
        say(f"   {mode} on {table}")
    bench.add(
        Row("a customer's page meanwhile", statistics.median(busy), statistics.median(quiet)),
        Row("the slowest meanwhile", max(busy), max(quiet)),
        Row("table locks that stop readers or writers", len(watch.strong), None, 0, ""),
        Row("sessions that waited for a lock at a time", watch.waiting, unit=""),
    )
    for table in TABLES:
        _add_sizes(bench, table, before[table])


class _Visits:
    """A visitor who opens a page over and over."""

    def __init__(self, visit):
        self._visit = visit
        self.walls: list[float] = []

    def make(self, is_enough) -> list[float]:
        """Open the page until that is enough; return how many milliseconds each took."""
        self.walls = []
        while not self.walls or not is_enough():
            start = time.perf_counter()
            self._visit()
            self.walls.append((time.perf_counter() - start) * 1000)
        return self.walls


def _run(server: Server) -> dict:
    """Do the job's work in a process of its own; return what each part took."""
    data = str(Path(__file__).with_name("retention_data.py"))
    code = f"import runpy\nrunpy.run_path({data!r})['run'](env)\n"
    return json.loads(shell(server.site, code).splitlines()[-1])


def _add_part(bench, what: str, part: dict) -> None:
    """Add the lines of one part of the job."""
    if not part["rows"]:
        return
    each = part["seconds"] / part["rows"]
    detail = f"{part['rows']:,} in {part['batches']:,} transactions"
    bench.add(
        Row(f"{what}, a million rows", each * MILLION / 60, unit="min", queries=detail),
        Row(f"{what}, the longest transaction", part["longest"] * 1000),
    )


def _add_sizes(bench, table: str, before: float) -> None:
    """Add the size of a table after the job, and after the space was freed for new rows."""
    after = _size(bench.server, table)
    rows = [Row(f"{table}, with indexes", after, before, unit="MB")]
    bench.server.psql(f"VACUUM {table}")
    [(dead,)] = bench.server.psql(
        "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = %s", table
    )
    rows.append(Row(f"{table}, dead rows after VACUUM", dead, unit=""))
    bench.add(*rows)


def _size(server: Server, table: str) -> float:
    """Return the size of a table and its indexes in megabytes."""
    return server.psql("SELECT pg_total_relation_size(%s)", table)[0][0] / MILLION


def _add_events(server: Server, total: int) -> None:
    """Insert events spread over the time, ten to each link, past the guard."""
    before = time.monotonic()
    with sites.past_references(server) as cursor:
        indexes = sites.drop_indexes(cursor, TABLES[0])
        for start in range(0, total, CHUNK):
            last = min(start + CHUNK, total) - 1
            cursor.execute(_EVENTS, {"first": start, "last": last, "step": SECONDS / total})
        for definition in indexes:
            cursor.execute(definition)
        cursor.execute(f"VACUUM ANALYZE {TABLES[0]}")
    say(f"   {total:,} events, {time.monotonic() - before:.0f} s")


_EVENTS = """
    WITH links AS MATERIALIZED (
        SELECT array_agg(id ORDER BY id DESC) AS ids, count(*)::int AS total
          FROM finance_portal_link)
    INSERT INTO finance_portal_event
           (date, kind, res_model, res_id, document_name, link_id, email, company_id, visit, ip,
            agent, verdict)
    SELECT date_trunc('second', now() at time zone 'utc') - i * %(step)s * interval '1 second',
           (ARRAY['sent', 'opened', 'viewed', 'pdf', 'opened'])[1 + i %% 5], 'account.move',
           1 + i %% 2000, 'INV/' || i, ids[1 + i %% total], 'customer' || i || '@customer.example',
           (SELECT min(id) FROM res_company), 'visit' || i,
           format('198.51.%%s.%%s', i %% 256, 1 + i / 256 %% 250),
           'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', 'person'
      FROM links, generate_series(%(first)s::int, %(last)s::int) AS i
"""
_STRONG = """
    SELECT DISTINCT c.relname::text, l.mode
      FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a USING (pid)
     WHERE a.datname = current_database() AND a.backend_type = 'client backend'
       AND a.pid <> pg_backend_pid() AND c.relname LIKE 'finance_portal%%' AND l.granted
       AND l.locktype = 'relation'
       AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
"""
_WAITING = """
    SELECT count(DISTINCT l.pid)
      FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE a.datname = current_database() AND NOT l.granted
       AND l.locktype IN ('relation', 'tuple', 'transactionid')
"""
