"""Rules L4 and L5: what every address under a link answers in every state of link and document."""

import re
from collections import Counter

import pytest

from e2e.toolbox import (
    QUEUE_RACE,
    Guest,
    age,
    assert_plain_page,
    new_shared,
    same_page,
    share,
    words,
)

pytestmark = pytest.mark.server_log(QUEUE_RACE)

ROUTES = ("exchange", "page", "pdf", "seen", "end", "foreign", "ask_token", "ask_ref")
# exchange: the mailed address in a fresh browser; page, pdf, seen, end: in the browser that
# was let in while the link lived; foreign: the page in any other browser; ask_*: Request
# access by token and by reference.
LIVE = (303, 200, 200, 204, 200, 404, 200, 200)
DEAD = (410, 410, 410, 410, 410, 404, 200, 200)
NONE = (404, 404, 404, 404, 404, 404, 200, 200)

EXPECTED = {
    "live": LIVE,
    "expired": DEAD,
    "revoked": DEAD,
    "re-assigned": DEAD,
    "re-assigned behind Odoo's back": DEAD,
    "given back": DEAD,
    "cancelled": DEAD,
    "draft again": DEAD,
    "posted again": DEAD,
    "deleted": DEAD,
    "recipient archived": DEAD,
    "recipient unarchived": DEAD,
    "recipient moved": DEAD,
    "recipient moved back": DEAD,
    "customer archived with recipient": DEAD,
    "address changed": DEAD,
    "address changed back": DEAD,
    "address changed, links kept": LIVE,
    "extra recipient": LIVE,
    "extra recipient archived": DEAD,
    "recipient deleted": DEAD,
    "unknown": NONE,
}
UNKNOWN_TOKEN, UNKNOWN_REF = "u" * 43, "u" * 22


def _change(erp, shared, state, other):  # noqa: C901, PLR0912  # a branch a state
    """Bring an invoice that was just shared into ``state``."""

    def move(method, *args, **kwargs):
        erp.rpc("account.move", method, [shared.move], *args, **kwargs)

    def contact(**values):
        erp.rpc("res.partner", "write", [shared.contact], values)

    if state == "expired":
        age(erp, shared.link)
    elif state == "revoked":
        erp.rpc("finance.portal.link", "action_revoke", [shared.link])
    elif state in ("re-assigned", "given back"):
        for owner in (other,) if state == "re-assigned" else (other, shared.customer):
            move("button_draft")
            move("write", {"partner_id": owner})
            move("action_post")
    elif state == "re-assigned behind Odoo's back":
        erp.psql(
            "UPDATE account_move SET partner_id = %s, commercial_partner_id = %s WHERE id = %s",
            other, other, shared.move,
        )  # fmt: skip
    elif state in ("cancelled", "draft again", "posted again", "deleted"):
        move("button_draft")
        if state == "cancelled":
            move("button_cancel")
        elif state == "posted again":
            move("action_post")
        elif state == "deleted":
            move("unlink", context={"force_delete": True})
    elif state.endswith(("archived", "unarchived", "archived with recipient")):
        contact(active=False)
        if state == "customer archived with recipient":
            erp.rpc("res.partner", "action_archive", [shared.customer])
        elif state == "recipient unarchived":
            contact(active=True)
    elif state.startswith("recipient moved"):
        contact(parent_id=other)
        if state.endswith("back"):
            contact(parent_id=shared.customer)
    elif state == "recipient deleted":
        erp.rpc("res.partner", "unlink", [shared.contact])
    elif state.startswith("address changed"):
        policy = "keep" if state.endswith("kept") else "revoke"
        erp.rpc("res.company", "write", [1], {"finance_portal_email_change": policy})
        contact(email=f"new.{shared.email}")
        if state.endswith("back"):
            contact(email=shared.email)


def _answers(erp, url, ref, guest, csrf):
    """Ask every route once; return the answers in the order of ``ROUTES``."""
    page = f"{erp.url}/finance/d/{ref}"
    stranger = Guest()
    stranger_csrf = stranger.csrf(f"{erp.url}/finance/d/{UNKNOWN_REF}")

    def post(who, address, token):
        return who.post(address, data={"csrf_token": token}, allow_redirects=False)

    answers = [
        Guest().get(url, allow_redirects=False),
        guest.get(page),
        guest.get(f"{page}/pdf"),
        post(guest, f"{page}/seen", csrf),
        post(guest, f"{page}/end", csrf),
        stranger.get(page),
        post(stranger, f"{url}/request-access", stranger_csrf),
        post(stranger, f"{page}/request-access", stranger_csrf),
    ]
    for answer in answers:
        if answer.status_code in (404, 410):
            assert_plain_page(answer, 404, 410)
            assert re.search(r'<form[^>]*action="[^"]*/request-access"', answer.text)
    return answers


@pytest.fixture
def default_policy(erp):
    """Let each test find the default policy on changed addresses."""
    yield
    erp.rpc("res.company", "write", [1], {"finance_portal_email_change": "revoke"})


@pytest.mark.usefixtures("default_policy")
@pytest.mark.parametrize("state", [state for state in EXPECTED if state != "unknown"])
def test_l4_l5_every_route_in_every_state(erp, inbox, partner, invoice, state):
    shared = new_shared(erp, inbox, partner, invoice)
    if state.startswith("extra"):
        email = f"extra.{shared.email}"
        extra = partner(name="Accountant", email=email, lang="en_US")
        shared = share(erp, inbox, shared.move, extra, email)
    guest = Guest()
    assert guest.get(shared.url).status_code == 200
    csrf = guest.csrf(f"{erp.url}/finance/d/{UNKNOWN_REF}")
    _change(erp, shared, state, partner(name="Other Ltd", is_company=True))
    answers = _answers(erp, shared.url, shared.ref, guest, csrf)
    assert tuple(answer.status_code for answer in answers) == EXPECTED[state], dict(
        zip(ROUTES, (answer.status_code for answer in answers), strict=True)
    )


def test_l5_an_unknown_link_and_a_dead_one_answer_with_the_same_words(erp, inbox, partner, invoice):
    guest = Guest()
    url = f"{erp.url}/finance/i/{UNKNOWN_TOKEN}"
    answers = _answers(erp, url, UNKNOWN_REF, guest, guest.csrf(url))
    assert tuple(answer.status_code for answer in answers) == EXPECTED["unknown"]
    pages = {}
    for state in ("expired", "revoked", "cancelled"):
        shared = new_shared(erp, inbox, partner, invoice)
        _change(erp, shared, state, None)
        pages[state] = Guest().get(shared.url)
    assert len({same_page(page) for page in pages.values()}) == 1, "the page tells the cause"
    unknown, dead = answers[0], pages["revoked"]
    assert not Counter(words(unknown)) - Counter(words(dead)), "words only the unknown link has"
    for part in ("h1", "form"):
        assert _part(unknown, part) == _part(dead, part)


def _part(answer, tag):
    """Return the words inside the first element of a kind."""
    return re.sub(r"<[^>]+>", " ", re.search(rf"(?s)<{tag}\b.*?</{tag}>", answer.text)[0]).split()


def test_l8_a_grant_lives_no_longer_than_its_link_and_ends_on_wish(erp, inbox, partner, invoice):
    shared = new_shared(erp, inbox, partner, invoice)
    guest = Guest()
    page = guest.get(shared.url)
    csrf = guest.csrf(f"{erp.url}/finance/d/{UNKNOWN_REF}")
    assert guest.post(f"{page.url}/end", data={"csrf_token": csrf}).status_code == 200
    assert guest.get(page.url).status_code == 404
    assert guest.get(shared.url).status_code == 200, "the mail still opens it"
    age(erp, shared.link)
    assert guest.get(page.url).status_code == 410
