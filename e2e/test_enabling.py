"""Portal access for many contacts: one account and one email each, despite a crash."""

import re
from collections import Counter

import pytest

from e2e.toolbox import QUEUE_RACE, address, until
from e2e.visitor import html_of

COUNT = 16
SETUP = re.compile(r"/finance/customer-portal/setup/[A-Za-z0-9_-]{43}")


@pytest.fixture(scope="module")
def fragile(make_erp):
    """A server of its own, to be killed: as quick to start again as can be."""
    server = make_erp(workers=0)
    yield server
    server.stop()


@pytest.fixture
def contacts(partner):
    """A factory of ``{contact id: address}``."""

    def create(server, count=COUNT) -> dict[int, str]:
        emails = [address("enable") for _number in range(count)]
        return {
            partner(name=f"Contact {email}", email=email, lang="en_US", server=server): email
            for email in emails
        }

    return create


def states(server, run) -> Counter:
    rows = server.psql(
        "SELECT state, count(*) FROM finance_portal_enabling_line WHERE enabling_id = %s"
        " GROUP BY state", run,
    )  # fmt: skip
    return Counter(dict(rows))


def assert_one_account_and_email_each(server, inbox, chosen) -> None:
    accounts = server.psql(
        "SELECT partner_id FROM finance_portal_account WHERE partner_id = ANY(%s)", [*chosen]
    )
    assert sorted(accounts) == sorted((contact,) for contact in chosen)
    for email in chosen.values():
        [message] = inbox.wait_for(1, to=email)
        assert SETUP.search(html_of(message))
    found = Counter(recipient for message in inbox.messages for recipient in message.rcpt)
    assert {found[email] for email in chosen.values()} == {1}


@pytest.mark.server_log(QUEUE_RACE)
def test_a_killed_server_enables_each_contact_once_when_it_is_back(fragile, inbox, contacts):
    chosen = contacts(fragile)
    dialog = fragile.rpc("finance.portal.enable.many", "create", [{"res_ids": [*chosen]}])
    run = fragile.rpc("finance.portal.enable.many", "action_enable", dialog)["res_id"]
    until(lambda: 0 < states(fragile, run)["done"] < COUNT, timeout=120)
    fragile.kill9()
    before = states(fragile, run)
    assert before["waiting"] and before["done"], "killed in the middle"
    [(accounts,)] = fragile.psql(
        "SELECT count(*) FROM finance_portal_account WHERE partner_id = ANY(%s)", [*chosen]
    )
    assert accounts == before["done"], "either both or neither"
    fragile.start()
    until(lambda: states(fragile, run) == Counter(done=COUNT), timeout=180)
    assert_one_account_and_email_each(fragile, inbox, chosen)
