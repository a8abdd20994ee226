"""One invoice, from Send to Customer to the customer's screen, on a running server."""

import pytest

from e2e.toolbox import Guest, mailed_long_ago
from e2e.visitor import SCANNER, Visitor, html_of, link_in


@pytest.fixture
def mailed(inbox, partner, invoice, send):
    """An invoice that was sent: ``(invoice id, email)``."""
    contact = partner(email="ada@example.com", name="Ada Example", lang="en_US")
    move = invoice(partner=contact)
    send(move)
    (message,) = inbox.wait_for(1, to="ada@example.com")
    return move, message


_read = {}


@pytest.fixture
def read_only(erp, request):
    """The same for tests that only read: sent once, since the PDF takes seconds."""
    if erp not in _read:
        _read[erp] = request.getfixturevalue("mailed")
    return _read[erp]


def test_l8_mailed_link_is_exchanged_for_an_address_without_token(erp, read_only):
    _move, message = read_only
    link = link_in(message)
    visitor = Visitor()
    answer = visitor.get(link, allow_redirects=False)
    assert answer.status_code == 303
    assert link.rsplit("/", 1)[1] not in answer.headers["Location"]
    page = visitor.get(link)
    assert page.status_code == 200
    assert "/finance/d/" in page.url
    assert link.rsplit("/", 1)[1] not in page.text
    assert Visitor().get(page.url).status_code == 404, "the address opens in no other browser"


def test_l12_every_answer_carries_the_strict_headers(erp, read_only):
    _move, message = read_only
    visitor = Visitor()
    page = visitor.get(link_in(message))
    answers = [
        visitor.get(link_in(message), allow_redirects=False),
        page,
        visitor.get(f"{page.url}/pdf"),
        visitor.get(f"{erp.url}/finance/i/{'x' * 43}"),
        visitor.get(f"{erp.url}/finance/i/no/where"),
        visitor.post(f"{page.url}/seen"),
        visitor.options(page.url),
    ]
    assert [answer.status_code for answer in answers] == [303, 200, 200, 404, 404, 400, 405]
    for answer in answers:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_l11_email_carries_no_native_token(erp, read_only):
    _move, message = read_only
    body = html_of(message)
    for trace in ("access_token", "hash=", "pid=", "auth_signup_token", "token=", "/my/"):
        assert trace not in body


def test_official_pdf_is_the_one_that_was_mailed(erp, read_only):
    _move, message = read_only
    (attachment,) = message.iter_attachments()
    visitor = Visitor()
    page = visitor.get(link_in(message))
    answer = visitor.get(f"{page.url}/pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content == attachment.get_content()


def test_l7_scanner_changes_nothing_but_the_record_of_its_visits(erp, mailed):
    move, message = mailed
    scanner = Guest(SCANNER)
    for _attempt in range(50):
        for method in ("GET", "HEAD"):
            answer = scanner.request(method, link_in(message))
            assert answer.status_code == 200
    kinds = erp.psql(
        "SELECT kind, verdict, count(*) FROM finance_portal_event"
        " WHERE res_model = 'account.move' AND res_id = %s GROUP BY 1, 2 ORDER BY 1, 2", move
    )  # fmt: skip
    assert kinds == [("opened", "scanner", 100), ("sent", "system", 1)]
    [(link,)] = erp.psql(
        "SELECT id FROM finance_portal_link WHERE res_model = 'account.move' AND res_id = %s", move
    )
    mailed_long_ago(erp, link)
    person = Visitor()
    page = person.get(link_in(message))
    for _signal in range(2):
        assert person.submit(page, "/seen").status_code == 204
    assert erp.psql(
        "SELECT count(*), min(verdict) FROM finance_portal_event"
        " WHERE res_model = 'account.move' AND res_id = %s AND kind = 'viewed'", move
    ) == [(1, "person")]  # fmt: skip


def test_request_access_mails_a_fresh_link_to_the_address_on_file(erp, inbox, mailed):
    move, message = mailed
    erp.rpc("finance.portal.link", "action_revoke", _links(erp, move))
    visitor = Visitor()
    dead = visitor.get(link_in(message))
    assert dead.status_code == 410
    assert visitor.submit(dead, "/request-access").status_code == 200
    erp.psql("SELECT 1")
    query = "SELECT count(*) FROM finance_portal_link WHERE res_model = %s AND res_id = %s"
    assert erp.psql(query, "account.move", move) == [(1,)]


def _links(erp, move):
    return erp.rpc("finance.portal.link", "search", [("res_id", "=", move)])
