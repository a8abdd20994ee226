"""Rule L2: a server killed between issuing it and the end of sending leaves no dead link behind."""

import asyncio

import pytest

from e2e.toolbox import QUEUE_RACE, Guest, address, run_cron, until
from e2e.visitor import link_in

pytestmark = pytest.mark.server_log(
    QUEUE_RACE, r"failed sending mail|Mail delivery failed|Unable to connect"
)


@pytest.fixture(scope="module")
def fragile(make_erp):
    """A server of its own, to be killed: as quick to start again as can be."""
    server = make_erp(workers=0)
    yield server
    server.stop()


def _post_without_waiting(server, invoice, partner):
    """Write to a contact about an invoice, from a thread: the answer may never come."""
    import threading

    email = address("crash")
    contact = partner(name="Carl Crash", email=email, lang="en_US", server=server)
    move = invoice(partner=contact, server=server)

    def post():
        try:
            server.rpc(
                "account.move", "message_post", move,
                body="Here it is.", partner_ids=[contact],
                message_type="comment", subtype_xmlid="mail.mt_comment",
            )  # fmt: skip
        except Exception as error:  # the server dies under it, as planned
            print(error)

    threading.Thread(target=post, daemon=True).start()
    return move, email


@pytest.mark.parametrize("taken", [False, True], ids=["before the server took it", "after"])
def test_l2_every_mail_that_arrived_has_a_link_that_opens(fragile, inbox, partner, invoice, taken):
    async def take_and_hang(envelope):
        if taken:
            inbox._keep(envelope)
        reached.append(envelope)
        while hanging:
            await asyncio.sleep(0.02)
        return "451 Later"

    reached, hanging = [], [True]
    inbox.receive = take_and_hang
    try:
        move, email = _post_without_waiting(fragile, invoice, partner)
        until(lambda: reached)
        count = (
            "SELECT count(*) FROM finance_portal_link"
            " WHERE res_model = 'account.move' AND res_id = %s"
        )
        assert fragile.psql(count, move) == [(1,)], "the link is durable before the mail leaves"
        fragile.kill9()
    finally:
        hanging.clear()
        inbox.__dict__.pop("receive", None)
    fragile.start()
    expected = 2 if taken else 1
    until(lambda: len(inbox.to(email)) >= expected or not _queue(fragile))
    arrived = inbox.wait_for(expected, to=email)
    links = {link_in(message) for message in arrived}
    assert len(links) == len(arrived), "a second attempt has a token of its own"
    for link in links:
        assert Guest().get(link).status_code == 200


def _queue(server):
    """Run the mail queue once."""
    run_cron(server, "mail.ir_cron_mail_scheduler_action")
    return True
