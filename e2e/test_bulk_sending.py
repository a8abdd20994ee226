"""Many invoices at once: a killed server neither doubles nor loses any."""

from collections import Counter

import pytest

from e2e.toolbox import QUEUE_RACE, Guest, address, until
from e2e.visitor import link_in

COUNT = 24


@pytest.fixture(scope="module")
def fragile(make_erp):
    """A server of its own, to be killed: as quick to start again as can be."""
    server = make_erp(workers=0)
    yield server
    server.stop()


@pytest.fixture
def invoices(partner, invoice):
    """A factory of ``{invoice id: address}``, each of a customer of its own."""

    def create(server, count=COUNT, **values) -> dict[int, str]:
        emails = [address("bulk") for _number in range(count)]
        contacts = [
            partner(name=f"Customer {email}", email=email, lang="en_US", server=server)
            for email in emails
        ]
        moves = [invoice(partner=contact, server=server, **values) for contact in contacts]
        return dict(zip(moves, emails, strict=True))

    return create


def send_all(server, moves) -> int:
    """Confirm the dialog behind Send to Customer for several invoices; return the batch."""
    context = {"active_model": "account.move", "active_ids": list(moves)}
    dialog = server.rpc("finance.portal.send", "create", [{}], context=context)
    action = server.rpc("finance.portal.send", "action_send", dialog)
    assert action["res_model"] == "finance.portal.batch"
    return action["res_id"]


def states(server, batch) -> Counter:
    rows = server.psql(
        "SELECT state, count(*) FROM finance_portal_batch_line WHERE batch_id = %s GROUP BY 1",
        batch,
    )
    return Counter(dict(rows))


def arrived(inbox, moves) -> Counter:
    """Return how many emails each customer got, once all have one."""
    for email in moves.values():
        inbox.wait_for(1, to=email, timeout=60)
    found = Counter(recipient for message in inbox.messages for recipient in message.rcpt)
    return Counter({email: found[email] for email in moves.values()})


@pytest.mark.server_log(QUEUE_RACE)
def test_a_killed_server_sends_each_document_once_when_it_is_back(fragile, inbox, invoices):
    moves = invoices(fragile)
    batch = send_all(fragile, moves)
    until(lambda: 0 < states(fragile, batch)["sent"] < COUNT, timeout=120)
    fragile.kill9()
    before = states(fragile, batch)
    assert before["waiting"] and before["sent"], "killed in the middle"
    sent = fragile.psql(
        "SELECT count(DISTINCT m.res_id) FROM mail_message m JOIN finance_portal_batch_line l"
        " ON l.res_model = m.model AND l.res_id = m.res_id AND l.state = 'sent'"
        " WHERE l.batch_id = %s AND m.message_type = 'comment'", batch,
    )  # fmt: skip
    unsent = fragile.psql(
        "SELECT count(*) FROM mail_message m JOIN finance_portal_batch_line l"
        " ON l.res_model = m.model AND l.res_id = m.res_id AND l.state = 'waiting'"
        " WHERE l.batch_id = %s AND m.message_type = 'comment'", batch,
    )  # fmt: skip
    assert (sent, unsent) == ([(before["sent"],)], [(0,)]), "either both or neither"
    fragile.start()
    until(lambda: states(fragile, batch) == Counter(sent=COUNT), timeout=180)
    assert arrived(inbox, moves) == Counter(moves.values()), "each exactly once"
    for email in [*moves.values()][::8]:
        assert Guest().get(link_in(inbox.to(email)[0])).status_code == 200
