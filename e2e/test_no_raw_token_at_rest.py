"""Rule L2: whatever happens on the way, no raw token rests in database, files or log."""
# ruff: noqa: PLR0917  # fixtures are asked for by name

import base64
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.mime.message import MIMEMessage

import pytest

from e2e import secrets_search
from e2e.account_toolbox import key_link_in, new_customer, set_up
from e2e.toolbox import QUEUE_RACE, Guest, address, age, new_shared, run_cron, until
from e2e.visitor import LINK, html_of, token_in

MESSAGES = "SELECT count(*) FROM mail_message WHERE model = 'account.move' AND res_id = %s"
TROUBLE = (
    QUEUE_RACE,
    r"failed sending mail|Mail delivery failed|Unable to connect|Connection refused",
    r"already executing",
    r"bad query.*finance_portal_event",
    r"(?s)Failure on a customer's page.*finance_portal_event",
    r"(?s)Exception during request handling.*finance_portal_event",
    r"unknown target|Routing mail",
)
pytestmark = pytest.mark.server_log(*TROUBLE)


@pytest.fixture(scope="module")
def tokens():
    """Every raw token that this module's emails carried."""
    return {}


@pytest.fixture
def nothing_rests(erp, tokens):
    """Search everything after the test for the tokens it brought."""
    before = set(tokens)
    yield
    new = set(tokens) - before
    assert new
    found = secrets_search.in_database(erp, new) + secrets_search.in_files(erp, new)
    assert found == []


@pytest.fixture
def quoting(inbox):
    """Have the mail server refuse messages and quote the links it saw in its answer."""
    seen = []

    async def refuse(envelope):
        message = _parse(envelope.original_content)
        links = [match.group(0) for match in LINK.finditer(html_of(message))]
        seen.extend(link.rsplit("/", 1)[1] for link in links)
        return f"550 5.7.1 Message refused: bad link {links[0]} (see {links[0]}.)"

    inbox.receive = refuse
    yield seen
    inbox.__dict__.pop("receive", None)


def _parse(source):
    return message_from_bytes(source, policy=policy.default)


def _new_invoice(partner, invoice):
    email = address("rest")
    contact = partner(name="Rosa Rest", email=email, lang="en_US")
    return invoice(partner=contact), email, contact


def _keep(tokens, message):
    token = token_in(message)
    tokens[token] = message
    return token


def _undelivered(erp, move):
    return erp.rpc("account.move", "read", [move], ["finance_undelivered"])[0][
        "finance_undelivered"
    ]


def test_l2_success_and_visits(erp, inbox, partner, invoice, send, tokens, nothing_rests):
    move, email, _contact = _new_invoice(partner, invoice)
    send(move)
    token = _keep(tokens, inbox.wait_for(1, to=email)[0])
    guest = Guest()
    page = guest.get(f"{erp.url}/finance/i/{token}")
    assert page.status_code == 200
    assert guest.get(f"{page.url}/pdf").status_code == 200
    assert guest.submit(page, "/seen").status_code == 204
    for shape in ("{}.", "{}%3D", "x{}", "{}x", "{}/request-access", "{}?next=/finance/i/{}"):
        Guest().get(f"{erp.url}/finance/i/{shape.replace('{}', token)}")
    Guest().get(f"{erp.url}/q/{token}")
    Guest().get(f"{erp.url}/web/login?redirect=%2Ffinance%2Fi%2F{token}")
    Guest().get(f"{erp.url}/nowhere", headers={"Referer": f"{erp.url}/finance/i/{token}"})
    Guest().get(f"{erp.url}/finance/i/{token}", headers={"User-Agent": f"x /finance/i/{token}"})
    for method in ("POST", "PUT", "OPTIONS"):
        Guest().request(method, f"{erp.url}/finance/i/{token}", json={"token": token})


def test_l2_an_error_page_and_its_traceback(erp, inbox, partner, invoice, tokens, nothing_rests):
    shared = new_shared(erp, inbox, partner, invoice)
    tokens[shared.token] = None
    erp.psql("ALTER TABLE finance_portal_event RENAME TO finance_portal_event_away")
    try:
        answer = Guest().get(shared.url)
    finally:
        erp.psql("ALTER TABLE finance_portal_event_away RENAME TO finance_portal_event")
    assert answer.status_code == 500
    assert "portal.css" in answer.text
    assert "Traceback" not in answer.text
    assert Guest().get(shared.url).status_code == 200


def test_l2_refused_by_a_server_that_quotes_the_link_then_retried(
    erp, inbox, quoting, partner, invoice, send, tokens, nothing_rests
):
    move, email, _contact = _new_invoice(partner, invoice)
    send(move)
    until(lambda: quoting)
    tokens.update(dict.fromkeys(quoting))
    assert until(lambda: _undelivered(erp, move))
    [(reason,)] = until(
        lambda: erp.psql(
            "SELECT failure_reason FROM mail_notification n JOIN mail_message m"
            " ON m.id = n.mail_message_id WHERE m.model = 'account.move' AND m.res_id = %s"
            " AND failure_reason IS NOT NULL", move
        )
    )  # fmt: skip
    assert "refused" in reason, "staff learn why"
    inbox.__dict__.pop("receive", None)
    erp.rpc("account.move", "action_finance_portal_retry", [move])
    token = _keep(tokens, inbox.wait_for(1, to=email)[0])
    assert token not in quoting, "a retry issues a fresh token"
    assert Guest().get(f"{erp.url}/finance/i/{token}").status_code == 200
    until(lambda: not _undelivered(erp, move))


def test_l2_nobody_answers_then_the_mail_waits_and_arrives(
    erp, inbox, partner, invoice, send, tokens, nothing_rests
):
    move, email, _contact = _new_invoice(partner, invoice)
    inbox.stop()
    send(move)
    assert email in until(lambda: _undelivered(erp, move))
    until(lambda: erp.psql("SELECT 1 FROM mail_mail WHERE state = 'outgoing'"))
    inbox.start()
    erp.rpc("account.move", "action_finance_portal_retry", [move])
    token = _keep(tokens, inbox.wait_for(1, to=email)[0])
    assert Guest().get(f"{erp.url}/finance/i/{token}").status_code == 200
    until(lambda: not _undelivered(erp, move))


def test_l2_batch_of_more_than_odoo_sends_at_once(
    erp, inbox, partner, invoice, tokens, nothing_rests
):
    moves = [_new_invoice(partner, invoice) for _number in range(11)]
    ids = [move for move, _email, _contact in moves]
    context = {"active_model": "account.move", "active_ids": ids}
    wizard = erp.rpc(
        "account.move.send.batch.wizard", "create", [{"move_ids": ids}], context=context
    )
    erp.rpc("account.move.send.batch.wizard", "action_send_and_print", wizard)
    inbox.wait_for(11, timeout=120)
    for _move, email, _contact in moves:
        (message,) = inbox.to(email)
        token = _keep(tokens, message)
        assert Guest().get(f"{erp.url}/finance/i/{token}").status_code == 200
    assert len(set(tokens)) >= 11


def test_l2_request_access_and_send_again(erp, inbox, partner, invoice, tokens, nothing_rests):
    shared = new_shared(erp, inbox, partner, invoice)
    tokens[shared.token] = None
    [wizard] = erp.rpc("finance.portal.resend", "create", [{"link_id": shared.link}])
    erp.rpc("finance.portal.resend", "action_send", [wizard])
    _keep(tokens, inbox.wait_for(2, to=shared.email)[1])
    age(erp, shared.link)
    guest = Guest()
    dead = guest.get(shared.url)
    assert dead.status_code == 410
    assert shared.token not in dead.text
    assert guest.submit(dead, "/request-access").status_code == 200
    token = _keep(tokens, inbox.wait_for(3, to=shared.email)[2])
    assert Guest().get(f"{erp.url}/finance/i/{token}").status_code == 200
    csrf = Guest()
    url = f"{shared.url}/request-access"
    proof = csrf.csrf(f"{erp.url}/finance/i/{'u' * 43}")
    assert csrf.post(url, data={"csrf_token": proof}).status_code == 200


def _reply(original, body, *, html=None, attach=()):
    """Return a customer's reply to an email as raw text."""
    reply = EmailMessage(policy=policy.SMTP)
    reply["From"], reply["To"] = original["To"], original["Reply-To"] or original["From"]
    reply["Subject"] = f"Re: {original['Subject']}"
    reply["Message-Id"] = f"<reply.{id(body)}.{len(body)}@example.com>"
    reply["In-Reply-To"] = reply["References"] = original["Message-Id"]
    reply.set_content(body)
    if html:
        reply.add_alternative(html, subtype="html")
    if attach:
        reply.make_mixed()
    for part in attach:
        reply.attach(part)
    return reply.as_string()


def _replies(original, link):
    """Yield the ways in which a customer's mail program quotes the original."""
    quoted = "> " + html_of(original).replace("\n", "\n> ")
    yield _reply(original, f"Please see {link}, thanks.\n")
    yield _reply(original, f"<{link}>\n")
    yield _reply(original, quoted, html=f"<p>Hello</p><blockquote>{html_of(original)}</blockquote>")
    forwarded = MIMEMessage(_parse(original.source))
    yield _reply(original, "The original is attached.", attach=[forwarded])
    inner = EmailMessage(policy=policy.SMTP)
    inner["Subject"], inner["From"] = "Original", "a@example.com"
    inner.set_content(f'<p>{"x" * 70}<a href="{link}">open</a></p>', subtype="html", cte="base64")
    yield _reply(original, "Attached in base64.", attach=[MIMEMessage(inner)])
    soft = EmailMessage(policy=policy.SMTP)
    soft["Subject"], soft["From"] = "Original", "a@example.com"
    soft.set_content(
        f'<p>{"x" * 40}<a href="{link}">open</a></p>', subtype="html", cte="quoted-printable"
    )
    yield _reply(original, "Attached in quoted-printable.", attach=[MIMEMessage(soft)])
    page = EmailMessage(policy=policy.SMTP)
    page.set_content(f"<a href='{link}'>x</a>", subtype="html")
    page.add_header("Content-Disposition", "attachment", filename="mail.html")
    yield _reply(original, "A page.", attach=[page])


@pytest.mark.parametrize("save_original", [False, True])
def test_l2_replies_that_quote_the_link(
    erp, inbox, partner, invoice, tokens, nothing_rests, save_original
):
    shared = new_shared(erp, inbox, partner, invoice)
    (original,) = inbox.to(shared.email)
    _keep(tokens, original)
    for number, reply in enumerate(_replies(original, shared.url)):
        raw = reply.replace("<reply.", f"<reply{number}.{shared.move}.{int(save_original)}.")
        before = erp.psql(MESSAGES, shared.move)
        erp.rpc(
            "mail.thread", "message_process", "account.move", raw,
            save_original=save_original, thread_id=shared.move,
        )  # fmt: skip
        after = erp.psql(MESSAGES, shared.move)
        assert after[0][0] == before[0][0] + 1, "the reply stands in the chatter"


def test_l2_a_bounce_that_returns_the_message(erp, inbox, partner, invoice, tokens, nothing_rests):
    shared = new_shared(erp, inbox, partner, invoice)
    (original,) = inbox.to(shared.email)
    _keep(tokens, original)
    source = original.source.decode("utf-8", "replace")
    raw = (
        "From: MAILER-DAEMON@example.com\r\nTo: bounce@example.com\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nMessage-Id: <bounce.{shared.move}@x>\r\n"
        f"In-Reply-To: {original['Message-Id']}\r\nReferences: {original['Message-Id']}\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nRefused: {shared.url}\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; example.com\r\n\r\n"
        f"Final-Recipient: rfc822; {shared.email}\r\nAction: failed\r\nStatus: 5.7.1\r\n"
        f"Diagnostic-Code: smtp; 550 bad link {shared.url}\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{source}\r\n--b--\r\n"
    )
    erp.rpc("mail.thread", "message_process", "account.move", raw, save_original=True,
            thread_id=shared.move)  # fmt: skip


@pytest.mark.parametrize("purpose", ["setup", "reset"])
def test_l2_setup_and_reset_links_refused_retried_and_quoted(
    erp, inbox, partner, tokens, nothing_rests, purpose
):
    customer = new_customer(erp, inbox, partner)
    tokens[customer.token] = None
    if purpose == "reset":
        set_up(customer)
    quoted = []

    async def refuse(envelope):
        link = key_link_in(_parse(envelope.original_content))
        quoted.append(link.rsplit("/", 1)[1])
        return f"550 5.7.1 Message refused: bad link {link} (see {link}.)"

    inbox.receive = refuse
    try:
        customer.staff("reset" if purpose == "reset" else "resend_setup")
        until(lambda: quoted)
    finally:
        inbox.__dict__.pop("receive", None)
    tokens.update(dict.fromkeys(quoted))
    [(mail,)] = until(
        lambda: erp.psql(
            "SELECT m.id FROM mail_mail m JOIN mail_message g ON g.id = m.mail_message_id"
            " WHERE g.model = 'res.partner' AND g.res_id = %s AND m.state = 'exception'",
            customer.partner,
        )
    )  # fmt: skip
    erp.rpc("mail.mail", "mark_outgoing", [mail])
    erp.rpc("mail.mail", "send", [mail])
    message = inbox.wait_for(2, to=customer.email)[1]
    link = key_link_in(message)
    tokens[link.rsplit("/", 1)[1]] = None
    assert f"/{purpose}/" in link
    assert quoted[0] not in link, "a retry issues a fresh token"
    assert Guest().get(link).status_code == 200
    raw = _reply(message, f"I cannot open {link}, why?\n")
    erp.rpc("mail.thread", "message_process", "res.partner", raw, thread_id=customer.partner)


def test_the_search_itself_finds_what_it_looks_for(erp, partner):
    token = "Q7vXz2LmR9tBk4WnYs8JdHf3PcGa6EuTq1ZoVi5NxKe"
    contact = partner(name="x", comment=f"<p>{token}</p>")
    assert {"public.res_partner"} == {
        place for place, _row in secrets_search.in_database(erp, [token])
    }
    erp.rpc("res.partner", "write", [contact], {"comment": False})
    content = base64.b64encode(f"<a>{token}</a>".encode()).decode()
    [attachment] = erp.rpc("ir.attachment", "create", [{"name": "x.txt", "datas": content}])
    assert len(secrets_search.in_files(erp, [token])) == 1
    erp.rpc("ir.attachment", "unlink", [attachment])
    erp.psql("CREATE TABLE zz_search (b bytea); INSERT INTO zz_search VALUES (%s)", token.encode())
    try:
        assert {"public.zz_search"} == {p for p, _row in secrets_search.in_database(erp, [token])}
    finally:
        erp.psql("DROP TABLE zz_search")
    for path in (erp.data_dir / "filestore").rglob("*"):
        if path.is_file() and token.encode() in path.read_bytes():
            path.unlink()


def test_l2_in_the_end_nothing_rests_and_the_log_is_masked(erp, tokens):
    run_cron(erp, "finance_portal.ir_cron_retention")
    assert len(tokens) > 15
    assert secrets_search.in_database(erp, tokens) + secrets_search.in_files(erp, tokens) == []
    log = erp.log_path.read_text(errors="replace")
    assert re.search(r"GET /finance/i/\*\*\* HTTP", log)
