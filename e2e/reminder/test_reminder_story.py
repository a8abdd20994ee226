"""Reminders by real SMTP: both links of one email open, and a killed server sends each once."""

import threading

import pytest

from e2e.reminder.reminding import JOB, STATES, come_due, finish
from e2e.toolbox import (
    QUEUE_RACE,
    Guest,
    address,
    count_waiting,
    let_jobs_end,
    run_cron,
    until,
)
from e2e.visitor import LINK, html_of

pytestmark = pytest.mark.server_log(QUEUE_RACE)


@pytest.fixture(scope="module")
def fragile(make_erp):
    """A server of its own, whose company reminds its customers: it is killed here."""
    server = make_erp(workers=0)
    server.rpc("res.company", "write", [1], {"finance_reminders": True})
    yield server
    server.stop()


@pytest.fixture
def late(fragile, partner, invoice):
    """A factory of customers with overdue invoices: ``late(amounts)`` is ``(id, email, ids)``."""

    def create(*amounts):
        email = address("late")
        customer = partner(name="Lena Late", email=email, lang="en_US", server=fragile)
        moves = [invoice(partner=customer, amount=one, server=fragile) for one in amounts]
        return customer, email, moves

    return create


def test_one_email_with_a_link_to_each_invoice(fragile, inbox, late):
    customer, email, moves = late(120, 340)
    come_due(fragile, customer)
    until(lambda: finish(fragile, (customer,)))
    [message] = inbox.wait_for(1, to=email)
    assert "2 open invoices" in message["subject"]
    links = {match.group(0) for match in LINK.finditer(html_of(message))}
    assert len(links) == 2
    pages = [Guest().get(link).text for link in links]
    names = [row["name"] for row in fragile.rpc("account.move", "read", moves, ["name"])]
    found = [[name for name in names if name in page] for page in pages]
    assert sorted(found) == [[name] for name in sorted(names)], "each link opens one invoice"


def test_a_killed_server_reminds_each_customer_once(fragile, inbox, late):
    customers = [late(100) for _number in range(3)]
    ids = tuple(customer for customer, _email, _moves in customers)
    come_due(fragile, *ids)
    [(second,)] = fragile.psql(
        "SELECT res_id FROM finance_portal_reminder_line line"
        " JOIN finance_portal_reminder reminder ON reminder.id = line.reminder_id"
        " WHERE customer_id IN %s ORDER BY reminder.id OFFSET 1 LIMIT 1", ids,
    )  # fmt: skip
    holder = fragile.site.cluster.connect(fragile.db)
    holder.autocommit = False
    holder.cursor().execute("SELECT FROM account_move WHERE id = %s FOR UPDATE", [second])
    threading.Thread(target=_run_until_killed, args=[fragile], daemon=True).start()
    until(lambda: fragile.psql(STATES, ids)[0] == ("sent",))
    until(lambda: count_waiting(fragile))
    fragile.kill9()
    holder.close()
    fragile.start()
    until(lambda: finish(fragile, ids))
    for _customer, email, _moves in customers:
        inbox.wait_for(1, to=email)
    finish(fragile, ids)
    let_jobs_end(fragile)
    assert [len(inbox.to(email)) for _customer, email, _moves in customers] == [1, 1, 1]
    events = (
        "SELECT count(*) FROM finance_portal_event WHERE kind = 'reminded' AND partner_id IN %s"
    )
    assert fragile.psql(events, ids) == [(3,)]


def _run_until_killed(server):
    """Run the job; the answer never comes."""
    try:
        run_cron(server, JOB)
    except Exception as error:  # the server dies under it, as planned
        print(error)
