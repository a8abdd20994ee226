"""Section 4, by real SMTP: what a mail server refuses for now waits, and arrives by itself."""
# ruff: noqa: PLR0917  # fixtures are asked for by name

import pytest

from e2e.toolbox import QUEUE_RACE, Guest, address, let_jobs_end, run_cron, until
from e2e.visitor import link_in

QUEUE = "mail.ir_cron_mail_scheduler_action"
pytestmark = pytest.mark.server_log(QUEUE_RACE, r"failed sending mail|Mail delivery failed")


def _undelivered(erp, move):
    [row] = erp.rpc(
        "account.move", "read", [move], ["finance_undelivered", "finance_undelivered_reason"]
    )
    return row["finance_undelivered"], row["finance_undelivered_reason"]


@pytest.mark.parametrize("at", ["rcpt", "data"])
@pytest.mark.parametrize("code", [421, 451, 552])
def test_refused_email_arrives_when_the_server_takes_it(
    erp, inbox, partner, invoice, send, code, at
):
    email = address("later")
    move = invoice(partner=partner(name="Lea Later", email=email, lang="en_US"))
    inbox.refuse(code, at=at)
    send(move)
    until(lambda: _undelivered(erp, move)[0] == email and "request" in _undelivered(erp, move)[1])
    waits = "keeps trying" in _undelivered(erp, move)[1]
    assert waits == (code < 500)
    inbox.accept()
    if waits:
        erp.psql("UPDATE mail_mail SET scheduled_date = NULL WHERE state = 'outgoing'")
        run_cron(erp, QUEUE)
    else:
        erp.rpc("account.move", "action_finance_portal_retry", [move])
    [message] = inbox.wait_for(1, to=email)
    assert Guest().get(link_in(message)).status_code == 200
    until(lambda: not _undelivered(erp, move)[0])


def test_one_recipient_refused_for_now_keeps_nobody_else_waiting(
    erp, inbox, partner, invoice, send
):
    first, second = address("first"), address("second")
    contact = partner(name="Two Boxes", email=f"{first}, {second}", lang="en_US")
    move = invoice(partner=contact)
    answer = inbox.rcpt_answer
    asked = []

    def greylist():
        """Refuse whoever comes first, as long as it is asked for the first time."""
        asked.append(True)
        return "451 Greylisted on request" if len(asked) == 1 else answer()

    inbox.rcpt_answer = greylist
    try:
        send(move)
        [message] = inbox.wait_for(1)
        [waiting] = {first, second} - set(message.rcpt)
        until(lambda: _undelivered(erp, move)[0] == waiting)
        erp.rpc("account.move", "action_finance_portal_retry", [move])
        inbox.wait_for(1, to=waiting)
    finally:
        del inbox.rcpt_answer
    until(lambda: not _undelivered(erp, move)[0])
    let_jobs_end(erp)
    assert len(inbox.messages) == 2, "nobody gets it twice"
