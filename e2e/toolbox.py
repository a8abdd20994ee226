"""What several end-to-end tests need: guests with addresses of their own, quick sharing, ageing."""

import hashlib
import itertools
import math
import random
import re
import statistics
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from operator import sub

import psutil
from requests.adapters import HTTPAdapter

from dev.platform.inbox import PATIENCE
from dev.platform.rpc import RpcError
from e2e.visitor import BROWSER, LINK, Visitor, html_of

_numbers = itertools.count(1)

# Odoo's own queue job, which runs when a new server starts, can meet an email that the
# sender has just sent and deleted.
QUEUE_RACE = r"(?s)Failed processing mail queue.*MissingError"

# What PostgreSQL says when a job and a request write the same; whoever is second begins anew. One
# that is second each time fails, which the log says in other words.
LOST_RACE = r"^ERROR odoo\.sql_db: bad query[\s\S]*could not serialize access"
# What Odoo says when a test runs a job that has just begun by itself.
RUNNING_JOB = r"Job .* already executing"
# A job that is due; a transaction of a job that runs, or of a request of a browser that is gone.
BUSY = (
    "SELECT 1 FROM ir_cron_trigger due JOIN ir_cron job ON job.id = due.cron_id"
    " WHERE job.active AND due.call_at <= now() AT TIME ZONE 'UTC'"
    " UNION ALL SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'odoo-%' AND xact_start IS NOT NULL"
)
# Servers on which some job was always due: each further test waits for a moment only.
_never_idle = set()

# Requests in flight at once: more than Odoo's listen queue (eight per worker) holds, and the
# kernel turns connections away before Odoo has seen them.
IN_FLIGHT = 12

# How many of the timed tries count: the fastest, which nothing else slowed down.
FASTEST = 3
MAX_ROUNDS = 5

# What only a page in the language of programmers says. Whole words: random references and keys on
# a page spell short ones now and then.
TRACES = re.compile(
    r"(?i)(?<![\w-])(?:Traceback|odoo|werkzeug|Internal Server Error)(?![\w-])|/web/login"
)

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]*)"')


class _From(HTTPAdapter):
    """Connect from one address of the loopback network."""

    def __init__(self, address: str):
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)


class Guest(Visitor):
    """A visitor with an IP address that nobody else has, so that nobody else's limit counts."""

    def __init__(self, agent: str = BROWSER, address: str | None = None):
        super().__init__(agent)
        number = next(_numbers)
        self.trust_env = False
        self.address = address or f"127.77.{number // 250}.{number % 250 + 1}"
        self.mount("http://", _From(self.address))
        self.headers["Connection"] = "close"

    def csrf(self, url: str) -> str:
        """Return the CSRF token of the form on the page at ``url``."""
        return CSRF.search(self.get(url).text).group(1)


@dataclass
class Shared:
    """One invoice that was mailed to one contact."""

    move: int
    contact: int
    customer: int
    email: str
    url: str
    link: int
    ref: str

    @property
    def token(self) -> str:
        return self.url.rsplit("/", 1)[1]


def address(name: str = "ada") -> str:
    """Return an email address that no other test uses."""
    return f"{name}{next(_numbers)}@example.com"


def until(check: Callable, timeout: float = PATIENCE, pause: float = 0.05):
    """Return the first true result of ``check``, asked again and again until a deadline."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if result := check():
            return result
        time.sleep(pause)
    raise AssertionError(f"did not happen within {timeout} seconds")


def follow(target) -> None:
    """Press what leads to another page, and return once that one is there.

    What comes next would be looked for, and found, on the page that is left, too.
    """
    with target.page.expect_navigation():
        target.click()


def all_at_once(call: Callable, arguments: Iterable) -> list:
    """Return what ``call`` returned for each argument, many requests being in flight together."""
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        return list(pool.map(call, arguments))


def share(
    erp, inbox, move: int, contact: int, email: str, *, model: str = "account.move"
) -> Shared:
    """Write to a contact about a document: the quick way to a mailed link, without a PDF."""
    before = len(inbox.to(email))
    [(newest,)] = erp.psql("SELECT max(id) FROM finance_portal_link")
    erp.rpc(
        model, "message_post", move,
        body="Here it is.", partner_ids=[contact],
        message_type="comment", subtype_xmlid="mail.mt_comment",
    )  # fmt: skip

    def arrived():
        """Return the link in this email; one about something else may come in between."""
        for message in inbox.to(email)[before:]:
            for url in {match.group(0) for match in LINK.finditer(html_of(message))}:
                digest = hashlib.sha256(url.rsplit("/", 1)[1].encode()).hexdigest()
                rows = erp.psql(
                    "SELECT id, ref, customer_id FROM finance_portal_link WHERE token_hash = %s"
                    " AND res_model = %s AND res_id = %s AND id > %s",
                    digest, model, move, newest or 0,
                )  # fmt: skip
                if rows:
                    return url, *rows[0]
        return None

    url, link, ref, customer = until(arrived)
    return Shared(move, contact, customer, email, url, link, ref)


def new_shared(erp, inbox, partner, invoice, **values) -> Shared:
    """Share a new invoice of a new customer with a new contact of that customer."""
    email = address()
    customer = partner(name="Harbour Ltd", is_company=True, email=address("office"), lang="en_US")
    contact = partner(name="Ada Harbour", parent_id=customer, email=email, lang="en_US")
    return share(erp, inbox, invoice(partner=customer, **values), contact, email)


def new_shared_on(server, inbox, partner, invoice) -> Shared:
    """Do the same on a server of one's own."""
    on_it = (partial(make, server=server) for make in (partner, invoice))
    return new_shared(server, inbox, *on_it)


def age(erp, link: int, hours: int = 24, seconds: int = 0) -> None:
    """Make a link older than it is, past the database's guard."""
    erp.psql(
        "ALTER TABLE finance_portal_link DISABLE TRIGGER finance_portal_link_guard;"
        "UPDATE finance_portal_link SET"
        " issued_at = issued_at - make_interval(hours => %s, secs => %s),"
        " expires_at = expires_at - make_interval(hours => %s, secs => %s) WHERE id = %s;"
        "ALTER TABLE finance_portal_link ENABLE TRIGGER finance_portal_link_guard",
        hours, seconds, hours, seconds, link,
    )  # fmt: skip


def mailed_just_now(erp, link: int, seconds: int) -> None:
    """Let the email of a link have left so many seconds ago, however long it has been."""
    [(late,)] = erp.psql(
        "SELECT extract(epoch FROM now() AT TIME ZONE 'UTC' - issued_at)::int"
        " FROM finance_portal_link WHERE id = %s", link
    )  # fmt: skip
    age(erp, link, hours=0, seconds=seconds - late)


def mailed_long_ago(erp, link: int) -> None:
    """Make a link an hour older: what comes within seconds of its email counts as a scanner."""
    age(erp, link, hours=1)


@contextmanager
def parameters(erp, **values: str):
    """Set system parameters ``finance_portal.throttle.<name>`` for a while."""
    for name, value in values.items():
        erp.rpc("ir.config_parameter", "set_param", f"finance_portal.throttle.{name}", value)
    try:
        yield
    finally:
        for name in values:
            erp.rpc("ir.config_parameter", "set_param", f"finance_portal.throttle.{name}", False)


def run_cron(erp, xmlid: str) -> None:
    """Run a scheduled action now; one that has begun by itself is run once more after that."""
    [(cron,)] = erp.psql(
        "SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s", *xmlid.split(".")
    )

    def ran():
        try:
            erp.rpc("ir.cron", "method_direct_trigger", cron)
        except RpcError as error:
            if "already executing" not in str(error):
                raise
            return False
        return True

    until(ran)


def let_jobs_end(erp) -> None:
    """Wait until no scheduled action is due, and nothing is at work, where the server runs jobs."""
    if not erp.is_running() or str(erp.site.options.get("max_cron_threads")) == "0":
        return
    if erp.psql(BUSY):
        wake_jobs(erp)
    deadline = time.monotonic() + (1 if erp in _never_idle else PATIENCE)
    while erp.psql(BUSY):
        if time.monotonic() > deadline:
            _never_idle.add(erp)
            return
        time.sleep(0.05)


def wake_jobs(erp) -> None:
    """Have a server look for due jobs: by itself one that has just started does after a minute."""
    erp.site.cluster.query("SELECT pg_notify('cron_trigger', %s)", erp.db)


def count_waiting(erp) -> int:
    """Return how many transactions wait for what another one holds."""
    [(count,)] = erp.psql(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    return count


@contextmanager
def turnstile(erp, table: str):
    """Stop whoever writes to a table; yield a function that lets one transaction pass.

    The next one waits as long as the block lasts. So a job stands still between two pieces of
    its work, however fast the machine is.
    """
    lock = f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"
    connect = partial(erp.site.cluster.connect, erp.db)
    with closing(connect()) as ahead, closing(connect()) as behind, ThreadPoolExecutor(1) as pool:
        ahead.autocommit = behind.autocommit = False
        ahead.cursor().execute(lock)

        def let_one_pass():
            until(lambda: count_waiting(erp) == 1)
            locked = pool.submit(behind.cursor().execute, lock)  # granted after the one ahead
            until(lambda: count_waiting(erp) == 2)
            ahead.rollback()
            locked.result(PATIENCE)

        try:
            yield let_one_pass
        finally:
            ahead.rollback()


def empty_mail_queue(erp) -> None:
    """Wait until all mail left: a test that counts rows would count what it leaves behind."""
    let_jobs_end(erp)
    waiting = "SELECT 1 FROM mail_mail WHERE state = 'outgoing'"
    if erp.psql(waiting):  # no job was asked to send it
        run_cron(erp, "mail.ir_cron_mail_scheduler_action")
        until(lambda: not erp.psql(waiting))


def same_page(answer) -> str:
    """Return a page without what differs from visitor to visitor: CSRF, nonce, form address."""
    text = CSRF.sub("", answer.text)
    text = re.sub(r'nonce="[^"]*"', "", text)
    return re.sub(r'action="[^"]*"', "", text)


def assert_same_time(names: Iterable[str], ask: Callable[[str], None], turns: int) -> None:
    """Check that requests take about equally long, by interleaved tries.

    Other load on the machine only ever slows a try down, so the fastest ones show how the server
    itself differs; but one name alone may have met the only quiet moment. So each try is also
    compared with the others of its turn, which counts as far as these agree with each other.
    Where the server was busy all the time, more tries follow: a real difference stays.
    Each turn has another order: a request may start a job, which slows down the one after it.
    """
    times = {name: [] for name in names}
    order, chance = [*times], random.Random(0)
    for _round in range(MAX_ROUNDS):
        for _turn in range(turns):
            chance.shuffle(order)
            for name in order:
                start = time.perf_counter()
                ask(name)
                times[name].append(time.perf_counter() - start)
        fastest = {name: statistics.mean(sorted(taken)[:FASTEST]) for name, taken in times.items()}
        tolerance = min(fastest.values()) / 2
        if max(fastest.values()) - min(fastest.values()) <= tolerance:
            return
        apart, doubt = _compare_turns(list(times.values()))
        if apart + doubt <= tolerance:
            return
    raise AssertionError(f"fastest: {fastest}, apart within a turn: {apart} +- {doubt}")


def _compare_turns(times: list[list[float]]) -> tuple[float, float]:
    """Return how far the slowest and the fastest of some names are apart in most turns, in s.

    :param times: what each name took, turn by turn
    :return: that, and by how much it may be wrong
    """
    means = [statistics.mean(turn) for turn in zip(*times, strict=True)]
    slower = [list(map(sub, taken, means)) for taken in times]
    quartiles = [statistics.quantiles(one, n=4) for one in slower]
    medians = [median for _first, median, _third in quartiles]
    spread = max(third - first for first, _median, third in quartiles)
    return max(medians) - min(medians), spread / math.sqrt(len(means))


def cpu_seconds(erp) -> float:
    """Return the CPU time used so far by a server and the programs it started."""
    server = psutil.Process(erp.pid)
    return sum(
        sum(process.cpu_times()[:4]) for process in [server, *server.children(recursive=True)]
    )


def words(answer) -> list[str]:
    """Return the words a person reads on a page."""
    text = re.sub(r"(?s)<(head|script|style)\b.*?</\1>", " ", answer.text)
    return re.sub(r"<[^>]+>", " ", text).split()


def assert_plain_page(answer, *statuses: int) -> None:
    """Check that an answer is a styled page in plain words with one of the statuses."""
    where = f"{answer.request.method} {answer.url[:120]}: {answer.status_code} {answer.text[:300]}"
    assert answer.status_code in statuses, where
    assert "Location" not in answer.headers, where
    if answer.request.method != "HEAD":
        assert answer.headers["Content-Type"].startswith("text/html"), where
        assert "portal.css" in answer.text, where
        found = TRACES.search(answer.text)
        assert not found, f"{found[0]} in {where}"
