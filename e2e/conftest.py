"""Fixtures for tests against real servers: Odoo, PostgreSQL, SMTP, Chromium.

The name of each fixture is what a test asks for; the first line of its
docstring says what it gets.
"""

import itertools
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from dev.platform import databases, logs, postgres
from dev.platform.bootstrap import find_headless
from dev.platform.inbox import PATIENCE, Inbox
from dev.platform.odoo import Site
from dev.platform.runs import run_folder
from dev.platform.server import Server
from dev.suite import e2e_sites, extensions
from e2e import portal_world
from e2e.toolbox import LOST_RACE, QUEUE_RACE, RUNNING_JOB, let_jobs_end

BROWSER_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

collect_ignore = [str(folder) for folder in extensions.left_out()]

# All servers of this run, and how far their logs have been checked.
_checked: dict[Server, int] = {}


@pytest.fixture(scope="session")
def base_site():
    """A site with the addon installed; served by nobody, copied by ``make_erp``."""
    with postgres.cluster() as cluster:
        site = e2e_sites.prepare_base(cluster, run_folder("e2e"))
        try:
            yield site
        finally:
            databases.drop(cluster, site.database)


@pytest.fixture(scope="session")
def session_inbox():
    """The SMTP server of the whole run; tests ask for ``inbox``."""
    inbox = Inbox().start()
    yield inbox
    inbox.stop()


@pytest.fixture
def inbox(session_inbox):
    """A real SMTP inbox, empty and without faults at the start of each test."""
    session_inbox.accept()
    if not session_inbox.listening:
        session_inbox.start()
    session_inbox.clear()
    yield session_inbox
    # What is still on its way belongs to this test, and comes before the next one begins.
    session_inbox.accept()
    if not session_inbox.listening:
        session_inbox.start()


@pytest.fixture(scope="session")
def make_erp(base_site, session_inbox):
    """A factory of running servers, each with a database of its own.

    ``make_erp(workers=2, start=True, **options)`` returns a server; options are
    lines of Odoo's configuration file.
    """
    numbers = itertools.count(1)
    with ExitStack() as cleanups:

        def make(workers: int = 2, start: bool = True, **options: str) -> Server:
            name = f"s{next(numbers)}"
            site = e2e_sites.copy_of(base_site, name, workers, session_inbox.port, **options)
            cleanups.callback(databases.drop, site.cluster, site.database)
            server = Server(site)
            cleanups.callback(server.stop)
            _checked[server] = 0
            return server.start() if start else server

        yield make


@pytest.fixture(scope="session")
def serve():
    """Run a further server: ``with serve(site) as server``, maybe on another one's database."""

    @contextmanager
    def run(site: Site):
        server = Server(site)
        _checked[server] = 0
        try:
            yield server.start()
        finally:
            server.stop()

    return run


@pytest.fixture(scope="session")
def erp(make_erp):
    """The running server that tests share: two workers, mail to the inbox."""
    return make_erp(workers=2)


@pytest.fixture(scope="session")
def _world(erp, session_inbox):
    session_inbox.accept()
    return portal_world.build(erp, session_inbox)


@pytest.fixture(scope="module")
def world(_world):
    """Two customers, everything that can be shared with them, and a session for every role."""
    portal_world.enter(_world)
    return _world


@pytest.fixture(autouse=True)
def _server_log(request):
    """Fail a test whose servers logged a warning or error it did not ask for.

    A test asks with ``@pytest.mark.server_log("regular expression", ...)``. It ends when the jobs
    that it started have ended: their emails, rows and log are none of the next test's.
    """
    yield
    for server in _checked:
        let_jobs_end(server)
    marker = request.node.get_closest_marker("server_log")
    # Whether a job or a request comes first is no test's business.
    expected = (QUEUE_RACE, RUNNING_JOB, LOST_RACE, *(marker.args if marker else ()))
    trouble = []
    for server, offset in _checked.items():
        _checked[server] = _size(server)
        trouble += logs.unexpected(logs.read(server.log_path, offset), *expected)
    assert not trouble, "not asked for in the log:\n" + "\n".join(map(str, trouble))


@pytest.fixture(autouse=True)
def _own_limits(request):
    """Refuse no test for what earlier ones asked from the address that all browsers share."""
    if "erp" in request.fixturenames:
        request.getfixturevalue("erp").psql("DELETE FROM finance_portal_throttle")


def _size(server: Server) -> int:
    return server.log_path.stat().st_size if server.log_path.exists() else 0


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium, shared by the tests of a run."""
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_headless(), args=list(BROWSER_SWITCHES), timeout=PATIENCE * 1000
        )
        yield chromium
        chromium.close()


def open_page(browser, width: int = 375, height: int = 812, locale: str = "en-US", **options):
    """Return a page of a customer's browser, with cookies of its own; the caller closes those."""
    # One that calls itself headless is taken for the machine it is.
    agent = (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
        f" Chrome/{browser.version} Safari/537.36"
    )
    viewport = {"width": width, "height": height}
    context = browser.new_context(
        **{"viewport": viewport, "locale": locale, "user_agent": agent, **options}
    )
    context.set_default_timeout(PATIENCE * 1000)
    return context.new_page()


@pytest.fixture
def browser_page(browser):
    """A factory of browser pages, each with cookies of its own.

    ``browser_page(width=375, locale="en-US", **options)`` takes further options
    of Playwright's ``new_context``.
    """
    pages = []

    def new_page(**options):
        pages.append(open_page(browser, **options))
        return pages[-1]

    yield new_page
    for page in pages:
        page.context.close()


@pytest.fixture(scope="module")
def kept_page(browser):
    """One browser page for all tests of a module, which clear its cookies and routes."""
    page = open_page(browser, bypass_csp=True, reduced_motion="reduce")
    yield page
    page.context.close()


@pytest.fixture
def partner(erp):
    """A factory of customers: ``partner(name=..., email=..., server=..., **values)``."""
    numbers = itertools.count(1)

    def create(server: Server = erp, **values) -> int:
        number = next(numbers)
        defaults = {"name": f"Customer {number}", "email": f"customer{number}@example.com"}
        return server.rpc("res.partner", "create", [{**defaults, **values}])[0]

    return create


@pytest.fixture
def invoice(erp, partner):
    """A factory of invoices: ``invoice(partner=..., post=True, amount=100.0, **values)``.

    Returns the id; ``values`` are further fields of ``account.move``.
    """
    new_partner = partner

    def create(
        partner: int | None = None,
        post: bool = True,
        amount: float = 100.0,
        lines: int = 1,
        server: Server = erp,
        **values,
    ) -> int:
        line = {"name": "Design work", "quantity": 1, "price_unit": amount, "tax_ids": []}
        defaults = {
            "move_type": "out_invoice",
            "partner_id": partner or new_partner(server=server),
            "invoice_date": "2026-01-15",
            "invoice_line_ids": [(0, 0, line)] * lines,
        }
        move = server.rpc("account.move", "create", [{**defaults, **values}])[0]
        if post:
            server.rpc("account.move", "action_post", [move])
        return move

    return create


@pytest.fixture
def send(erp):
    """Send an invoice through the Send dialog: ``send(move_id, **wizard_values)``.

    ``login`` names the user who sends, ``server`` another server.
    """

    def send_invoice(move: int, server: Server = erp, login: str = "admin", **values) -> None:
        context = {"active_model": "account.move", "active_ids": [move]}
        wizard = server.rpc(
            "account.move.send.wizard",
            "create",
            [{"move_id": move, **values}],
            context=context,
            login=login,
        )
        server.rpc("account.move.send.wizard", "action_send_and_print", wizard, login=login)

    return send_invoice
