"""Request access (rules L4, L13): one answer for everybody, mail only to the address on file."""

import pytest

from e2e.toolbox import (
    QUEUE_RACE,
    Guest,
    address,
    age,
    all_at_once,
    assert_same_time,
    empty_mail_queue,
    new_shared,
    parameters,
    same_page,
    until,
)
from e2e.visitor import LINK, html_of

pytestmark = pytest.mark.server_log(QUEUE_RACE)

UNKNOWN = "u" * 43


def _ask(erp, key, /, **fields):
    """Press Request access on the page of a link; ``key`` is a token or a reference."""
    guest = Guest()
    csrf = guest.csrf(f"{erp.url}/finance/i/{UNKNOWN}")
    url = f"{erp.url}/finance/d/{key}/request-access"
    return guest.post(url, data={"csrf_token": csrf, **fields}, allow_redirects=False)


def _settle(erp):
    """Wait until every wish is answered."""
    until(lambda: erp.psql("SELECT count(*) FROM finance_portal_access_request") == [(0,)])
    empty_mail_queue(erp)


def _mailed(erp, shared, everything=None):
    return erp.psql(
        "SELECT count(*) FROM finance_portal_event WHERE kind = %s"
        " AND res_model = 'account.move' AND res_id = %s",
        "everything_mailed" if everything else "access_mailed",
        shared.move,
    )[0][0]


def _let_pass(erp, shared, minutes):
    """Move the mails on request of a document into the past."""
    erp.psql(
        "SET LOCAL finance_portal.retention = 'on';"
        "UPDATE finance_portal_event SET date = date - make_interval(mins => %s)"
        " WHERE kind = 'access_mailed' AND res_model = 'account.move' AND res_id = %s",
        minutes,
        shared.move,
    )  # fmt: skip


@pytest.mark.parametrize("wish", [{}, {"everything": "1"}], ids=["one", "everything"])
def test_l4_same_body_status_and_time_whatever_the_link(erp, inbox, partner, invoice, wish):
    links = {
        name: new_shared(erp, inbox, partner, invoice) for name in ("live", "expired", "revoked")
    }
    age(erp, links["expired"].link)
    erp.rpc("finance.portal.link", "action_revoke", [links["revoked"].link])
    keys = {name: shared.token for name, shared in links.items()} | {"unknown": UNKNOWN}
    guest = Guest()
    csrf = guest.csrf(f"{erp.url}/finance/i/{UNKNOWN}")
    answers = []

    def ask(name):
        url = f"{erp.url}/finance/i/{keys[name]}/request-access"
        data = {"csrf_token": csrf, **wish}
        answers.append(guest.post(url, data=data, allow_redirects=False))

    with parameters(erp, recovery="100000/600"):
        assert_same_time(keys, ask, turns=30)
    assert {answer.status_code for answer in answers} == {200}
    assert len({same_page(answer) for answer in answers}) == 1
    headers = [{k for k in answer.headers if k != "Set-Cookie"} for answer in answers]
    assert all(header == headers[0] for header in headers)
    _settle(erp)
    mailed = [_mailed(erp, links[name], **wish) for name in ("live", "expired", "revoked")]
    assert mailed == [1, 1, 0]


def test_l4_mail_goes_to_the_address_on_file_and_nowhere_else(erp, inbox, partner, invoice):
    erp.rpc("res.company", "write", [1], {"finance_portal_email_change": "keep"})
    shared = new_shared(erp, inbox, partner, invoice)
    new, evil = address("new"), "evil@example.com"
    erp.rpc("res.partner", "write", [shared.contact], {"email": new})
    age(erp, shared.link)
    erp.rpc("res.company", "write", [1], {"finance_portal_email_change": "revoke"})
    inbox.clear()
    answer = _ask(
        erp, shared.ref,
        email=evil, email_to=evil, partner_id="1", key=shared.token, to=evil, recipient=evil,
    )  # fmt: skip
    assert answer.status_code == 200
    (message,) = inbox.wait_for(1, to=new)
    _settle(erp)
    assert {rcpt for mail in inbox.messages for rcpt in mail.rcpt} == {new}
    assert evil.encode() not in message.source
    assert len(inbox.messages) == 1


def test_everything_still_open_comes_in_one_email_with_a_link_to_each(
    erp, inbox, partner, invoice
):
    shared = new_shared(erp, inbox, partner, invoice)
    other = invoice(partner=shared.contact)
    invoice(partner=partner(name="Else", parent_id=shared.customer, email=address("else")))
    age(erp, shared.link)
    inbox.clear()
    gone = Guest().get(shared.url)
    assert gone.status_code == 410
    assert "Send me links to everything still open" in gone.text
    assert _ask(erp, shared.token, everything="1").status_code == 200
    (message,) = inbox.wait_for(1, to=shared.email)
    _settle(erp)
    assert len(inbox.messages) == 1
    links = {match.group(0) for match in LINK.finditer(html_of(message))}
    moves = {move: erp.rpc("account.move", "read", [move], ["name"])[0]["name"]
             for move in (shared.move, other)}  # fmt: skip
    assert len(links) == len(moves), "a colleague's invoice was never mailed to this contact"
    opened = {move: [url for url in links if name in Guest().get(url).text]
              for move, name in moves.items()}  # fmt: skip
    assert sorted(url for urls in opened.values() for url in urls) == sorted(links)
    plain = message.get_body(("plain",)).get_content()
    assert all(url in plain for url in links)
    stored = erp.psql("SELECT string_agg(token_hash, ' ') FROM finance_portal_link")[0][0]
    assert not any(url.rsplit("/", 1)[1] in stored for url in links)


def test_l4_no_mail_when_the_document_moved_on_or_staff_closed_it(erp, inbox, partner, invoice):
    def revoke(shared):
        erp.rpc("finance.portal.link", "action_revoke", [shared.link])

    def revoke_after_expiry(shared):
        age(erp, shared.link)
        erp.rpc("finance.portal.link", "action_revoke", [shared.link])

    def draft(shared):
        erp.rpc("account.move", "button_draft", [shared.move])

    def give_away(shared):
        other = partner(name="Other Ltd", is_company=True)
        erp.rpc("account.move", "button_draft", [shared.move])
        erp.rpc("account.move", "write", [shared.move], {"partner_id": other})
        erp.rpc("account.move", "action_post", [shared.move])

    def archive(shared):
        erp.rpc("res.partner", "write", [shared.contact], {"active": False})

    def leave(shared):
        other = partner(name="Other Ltd", is_company=True)
        erp.rpc("res.partner", "write", [shared.contact], {"parent_id": other})

    def lose_address(shared):
        erp.rpc("res.partner", "write", [shared.contact], {"email": False})

    def delete_contact(shared):
        erp.rpc("res.partner", "unlink", [shared.contact])

    causes = (
        revoke,
        revoke_after_expiry,
        draft,
        give_away,
        archive,
        leave,
        lose_address,
        delete_contact,
    )
    everybody = [(cause, new_shared(erp, inbox, partner, invoice)) for cause in causes]
    for cause, shared in everybody:
        cause(shared)
    inbox.clear()
    for _cause, shared in everybody:
        assert _ask(erp, shared.ref).status_code == 200
    _settle(erp)
    mailed = {cause.__name__: _mailed(erp, shared) for cause, shared in everybody}
    assert not any(mailed.values()), mailed
    assert [mail.rcpt for mail in inbox.messages] == []


def test_l4_one_mail_per_five_minutes_and_five_a_day(erp, inbox, partner, invoice):
    shared = new_shared(erp, inbox, partner, invoice)
    age(erp, shared.link)
    for expected in (1, 1):
        _ask(erp, shared.ref)
        _settle(erp)
        assert _mailed(erp, shared) == expected
    for expected in (2, 3, 4, 5, 5):
        _let_pass(erp, shared, 6)
        _ask(erp, shared.ref)
        _settle(erp)
        assert _mailed(erp, shared) == expected
    _let_pass(erp, shared, 24 * 60)
    _ask(erp, shared.token)
    _settle(erp)
    assert _mailed(erp, shared) == 6
    assert len(inbox.wait_for(7, to=shared.email)) == 7  # the first one was not on request


def test_l4_parallel_wishes_bring_one_mail(erp, inbox, partner, invoice):
    shared = new_shared(erp, inbox, partner, invoice)
    age(erp, shared.link)
    answers = all_at_once(lambda _n: _ask(erp, shared.ref), range(8))
    assert {answer.status_code for answer in answers} == {200}
    _settle(erp)
    assert _mailed(erp, shared) == 1


@pytest.mark.parametrize("bucket", ["viewing", "recovery"])
def test_l13_limits_hold_across_workers_under_parallel_requests(
    erp, inbox, partner, invoice, bucket
):
    shared = new_shared(erp, inbox, partner, invoice)
    other = {"viewing": "recovery", "recovery": "viewing"}[bucket]
    guest = Guest()
    csrf = guest.csrf(f"{erp.url}/finance/nowhere")

    def view():
        return guest.get(shared.url, allow_redirects=False)

    def recover():
        url = f"{shared.url}/request-access"
        return guest.post(url, data={"csrf_token": csrf}, allow_redirects=False)

    ask = {"viewing": view, "recovery": recover}
    ok = {"viewing": 303, "recovery": 200}
    limits = {bucket: "10/100000", other: "1000/100000"}
    with parameters(erp, **limits):
        answers = all_at_once(lambda _n: ask[bucket](), range(40))
        assert sorted(answer.status_code for answer in answers) == [ok[bucket]] * 10 + [429] * 30
        assert ask[other]().status_code == ok[other], "a bucket of its own"
        refused = ask[bucket]()
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 200000
        assert "portal.css" in refused.text
        someone_else = Guest()
        assert someone_else.get(shared.url).status_code == 200, "another address has its own limit"
    until(lambda: ask[bucket]().status_code == ok[bucket])


def test_l13_unknown_tokens_and_references_count_as_well(erp):
    guest = Guest()
    with parameters(erp, viewing="4/100000"):
        addresses = (f"i/{UNKNOWN}", f"d/{'u' * 22}", "i/x", f"d/{'u' * 22}/pdf", f"i/{UNKNOWN}")
        found = [guest.get(f"{erp.url}/finance/{path}").status_code for path in addresses]
    assert found == [404, 404, 404, 404, 429]
