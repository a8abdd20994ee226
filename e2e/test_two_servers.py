"""Two servers on one database agree at once, also while the replica that Odoo reads from lags."""

import re
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

import pytest

from dev.platform import databases, postgres
from dev.platform.postgres import Cluster
from dev.platform.server import Server
from dev.suite import e2e_sites
from e2e.account_toolbox import PASSWORD, PORTAL, AccountGuest, new_customer, set_up
from e2e.toolbox import QUEUE_RACE, Guest, all_at_once, new_shared, until

pytestmark = pytest.mark.server_log(QUEUE_RACE, r"could not serialize|Transaction failed")

OTHER_PASSWORD = "nine yellow bicycles"
# So often and at once that each worker of a server is asked.
TIMES = 8
# Requests for a new link that one address may make, see LIMITS of the throttle.
ALLOWED = 30

# What closes a link or an account, in whatever server staff do it.
ENDS_A_LINK = {
    "revoked": lambda server, shared: server.rpc(
        "finance.portal.link", "action_revoke", [shared.link]
    ),
    "all revoked": lambda server, shared: server.rpc(
        "account.move", "action_finance_portal_revoke_all", [shared.move]
    ),
    "document in draft": lambda server, shared: server.rpc(
        "account.move", "button_draft", [shared.move]
    ),
    "recipient archived": lambda server, shared: server.rpc(
        "res.partner", "action_archive", [shared.contact]
    ),
    "address changed": lambda server, shared: server.rpc(
        "res.partner", "write", [shared.contact], {"email": "somebody.else@example.com"}
    ),
}
ENDS_SESSIONS = {
    "disabled": lambda customer, guest: customer.staff("disable"),
    "contact archived": lambda customer, guest: customer.server.rpc(
        "res.partner", "action_archive", [customer.partner]
    ),
    "signed out everywhere": lambda customer, guest: guest.fill_in(
        "/settings/sign-out-everywhere", at="/settings"
    ),
    "another password": lambda customer, guest: guest.fill_in(
        "/settings/password", at="/settings", current=PASSWORD, password=OTHER_PASSWORD
    ),
}


@dataclass
class Pair:
    """Two servers on one database, and the replica that both read from, if any."""

    first: Server
    second: Server
    replica: Cluster | None = None

    def both(self) -> tuple[Server, Server]:
        return self.first, self.second

    def fall_behind(self) -> None:
        """Let the replica hear of everything up to now, and of nothing that follows."""
        if not self.replica:
            return
        [(written,)] = self.first.psql("SELECT pg_current_wal_lsn()::text")
        seen = "SELECT 1 WHERE pg_last_wal_replay_lsn() >= %s::pg_lsn"
        until(lambda: self.replica.query(seen, written))
        self.replica.query("SELECT pg_wal_replay_pause()")
        paused = "SELECT 1 WHERE pg_get_wal_replay_pause_state() = 'paused'"
        until(lambda: self.replica.query(paused))

    def catch_up(self) -> None:
        if self.replica:
            self.replica.query("SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module", params=["primary", "replica"])
def started(request, base_site, session_inbox, serve):
    """Two servers with a database of their own, maybe with a read replica."""
    session_inbox.accept()
    with ExitStack() as stack:
        base, options, replica = base_site, {}, None
        if request.param == "replica":
            primary, replica = stack.enter_context(postgres.with_replica())
            databases.create(primary, base.database)
            postgres.transfer(base.cluster, primary, base.database)
            base = replace(base, cluster=primary)
            options = {"db_replica_host": replica.host, "db_replica_port": replica.port}
        port = session_inbox.port
        site = e2e_sites.copy_of(base, f"two_{request.param}", 2, port, **options)
        stack.callback(databases.drop, site.cluster, site.database)
        beside = replace(
            site,
            folder=site.folder / "second",
            http_port=0,
            gevent_port=0,
            options={**options, "data_dir": str(site.data_dir)},
        )
        yield Pair(stack.enter_context(serve(site)), stack.enter_context(serve(beside)), replica)


@pytest.fixture
def pair(started):
    """The two servers; a replica of theirs is up to date until the test lets it fall behind."""
    started.catch_up()
    yield started
    started.catch_up()


@pytest.fixture(scope="module")
def erp(started):
    """The server on which customers and documents are made."""
    return started.first


def ask(server, call, times=TIMES):
    """Return the different answers of a server's workers."""
    return set(all_at_once(lambda _number: call(server), range(times)))


def is_in(guest, server):
    """Tell whether a browser is signed in at a server."""
    elsewhere = AccountGuest(server, address=guest.address)
    elsewhere.cookies.update(guest.cookies)
    return elsewhere.is_in()


@pytest.mark.parametrize("way", ENDS_A_LINK)
def test_a_link_closed_on_one_server_opens_on_neither(pair, inbox, partner, invoice, way):
    here = pair.both()[list(ENDS_A_LINK).index(way) % 2]  # in turn: they are alike
    shared = new_shared(pair.first, inbox, partner, invoice)
    mailed, page, guest = f"/finance/i/{shared.token}", f"/finance/d/{shared.ref}", Guest()
    assert guest.get(pair.second.url + mailed).status_code == 200

    def status(server):
        return guest.get(server.url + page).status_code

    for server in pair.both():
        assert ask(server, status) == {200}, "a browser that was let in is let in by both"
    pair.fall_behind()
    ENDS_A_LINK[way](here, shared)
    for server in pair.both():
        assert ask(server, status) == {410}
        assert Guest().get(server.url + mailed).status_code == 410


@pytest.mark.parametrize("way", ENDS_SESSIONS)
def test_sessions_ended_on_one_server_are_ended_on_both(pair, inbox, partner, way):
    customer = new_customer(pair.first, inbox, partner)
    guest = set_up(customer)
    elsewhere = AccountGuest(pair.second)
    assert elsewhere.sign_in(customer.email).status_code == 303
    for server in pair.both():
        for browser in (guest, elsewhere):
            assert ask(server, partial(is_in, browser)) == {True}, "a session is one of both"
    pair.fall_behind()
    ENDS_SESSIONS[way](customer, guest)
    for server in pair.both():
        assert ask(server, partial(is_in, elsewhere)) == {False}
        assert ask(server, partial(is_in, guest)) == {way == "another password"}


def test_an_account_that_the_replica_has_not_heard_of_is_signed_in(pair, inbox, partner, invoice):
    pair.fall_behind()
    customer = new_customer(pair.first, inbox, partner)
    guest = set_up(customer)
    for server in pair.both():
        assert ask(server, partial(is_in, guest)) == {True}
        page = guest.get(server.url + PORTAL).text
        # What belongs to the page comes by routes that Odoo serves from the replica.
        for path in set(re.findall(r'(?:href|src)="(/finance_portal/asset/[^"]+)"', page)):
            assert guest.get(server.url + path).status_code == 200
        assert ask(server, partial(is_in, guest)) == {True}


def test_requests_are_counted_together(pair):
    guest = Guest()
    csrf = guest.csrf(f"{pair.first.url}/finance/nowhere")

    def recover(server):
        url = f"{server.url}/finance/d/{'u' * 22}/request-access"
        return guest.post(url, data={"csrf_token": csrf}).status_code

    pair.fall_behind()
    for server in pair.both():
        answers = all_at_once(lambda _number, server=server: recover(server), range(ALLOWED // 2))
        assert set(answers) == {200}
    assert [recover(server) for server in pair.both()] == [429, 429]


def test_wrong_passwords_are_counted_together(pair, inbox, partner):
    customer = new_customer(pair.first, inbox, partner)
    set_up(customer)
    pair.fall_behind()
    for number in range(5):
        guest = AccountGuest(pair.both()[number % 2])
        assert guest.sign_in(customer.email, OTHER_PASSWORD).status_code == 401
    for server in pair.both():
        assert AccountGuest(server).sign_in(customer.email).status_code == 401


def test_a_change_on_one_server_shows_on_both(pair, inbox, partner, invoice):
    shared = new_shared(pair.first, inbox, partner, invoice)
    guest = Guest()
    guest.get(f"{pair.first.url}/finance/i/{shared.token}")

    def shows(text, server):
        return text in guest.get(f"{server.url}/finance/d/{shared.ref}").text

    pair.fall_behind()
    for number, server in enumerate(pair.both()):
        note, name = f"By ship number {number}", f"Studio {number}"
        for asked in pair.both():
            assert ask(asked, partial(shows, note)) == {False}
        server.rpc("account.move", "write", [shared.move], {"narration": note})
        server.rpc("res.company", "write", [1], {"name": name})
        for asked in pair.both():
            assert ask(asked, partial(shows, note)) == {True}
            assert ask(asked, partial(shows, name)) == {True}


def test_odoo_itself_reads_from_the_replica(pair, partner):
    """Else the other tests of this module would prove nothing."""
    pair.fall_behind()
    contact = partner()
    found = pair.first.rpc("res.partner", "search_count", [("id", "=", contact)])
    assert found == (0 if pair.replica else 1)


def test_what_cannot_be_found_is_explained_by_both(pair):
    pair.fall_behind()
    for server in pair.both():
        for path in ("i/nowhere", "d/nowhere", "nowhere", "customer-portal/nowhere"):
            answer = Guest().get(f"{server.url}/finance/{path}")
            assert answer.status_code == 404, path
            assert "portal.css" in answer.text, path
