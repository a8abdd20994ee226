"""Rule L6 and staff rights: nobody opens, sees or changes what is not theirs."""

import psycopg2
import pytest
import requests

from dev.platform.rpc import RpcError
from e2e.toolbox import QUEUE_RACE, Guest, address, empty_mail_queue, new_shared, share

pytestmark = pytest.mark.server_log(
    QUEUE_RACE,
    r"WARNING odoo\.http: ",
    r"DeprecationWarning: Since 19.0, read_group",
    r"bad query: .*finance_portal|could not serialize access",
)
LINK, EVENT = "finance.portal.link", "finance.portal.event"


@pytest.fixture(scope="module")
def staff(erp):
    """Users by what they may do; each one's password is the login."""

    def group(xmlid):
        return erp.psql(
            "SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s", *xmlid.split(".")
        )[0][0]

    def user(login, *groups, company=1):
        values = {
            "name": login, "login": login, "password": login, "email": f"{login}@example.com",
            "company_id": company, "company_ids": [(6, 0, [company])],
            "group_ids": [(6, 0, [group(g) for g in ("base.group_user", *groups)])],
        }  # fmt: skip
        erp.rpc("res.users", "create", [values], context={"no_reset_password": True})
        return login

    [second] = erp.rpc("res.company", "create", [{"name": "Second Studio"}])
    return {
        "second": second,
        "nobody": user("iso_nobody"),
        "user": user("iso_user", "finance_portal.group_finance_portal_user"),
        "biller": user("iso_biller", "account.group_account_invoice"),
        "manager": user("iso_manager", "account.group_account_manager"),
        "other": user("iso_other", "account.group_account_manager", company=second),
    }


@pytest.fixture
def pair(erp, inbox, partner, invoice):
    """Two shared invoices of two customers."""
    return [new_shared(erp, inbox, partner, invoice) for _each in range(2)]


def _refused(call, *args, **kwargs):
    with pytest.raises(RpcError) as error:
        call(*args, **kwargs)
    assert "Traceback" not in str(error.value)
    return str(error.value)


def test_l6_a_grant_opens_its_own_document_and_nothing_else(erp, pair):
    mine, theirs = pair
    guest = Guest()
    page = guest.get(mine.url)
    assert page.status_code == 200
    for path in ("", "/pdf"):
        assert guest.get(f"{erp.url}/finance/d/{theirs.ref}{path}").status_code == 404
    csrf = guest.csrf(f"{erp.url}/finance/nowhere")
    for action in ("seen", "end"):
        url = f"{erp.url}/finance/d/{theirs.ref}/{action}"
        assert guest.post(url, data={"csrf_token": csrf}).status_code == 404
    names = erp.rpc("account.move", "read", [theirs.move], ["name"])
    assert names[0]["name"] not in page.text


def test_l6_one_customers_two_contacts_have_links_of_their_own(erp, inbox, partner, pair):
    first, _other = pair
    email = address("ben")
    ben = partner(name="Ben", parent_id=first.customer, email=email, lang="en_US")
    second = share(erp, inbox, first.move, ben, email)
    assert second.token != first.token
    assert second.ref != first.ref
    ada = Guest()
    ada.get(first.url)
    assert ada.get(f"{erp.url}/finance/d/{second.ref}").status_code == 404
    erp.rpc(LINK, "action_revoke", [first.link])
    assert Guest().get(second.url).status_code == 200, "each dies alone"
    assert ada.get(f"{erp.url}/finance/d/{first.ref}").status_code == 410


def test_l6_a_visit_is_no_account(erp, pair):
    guest = Guest()
    assert guest.get(pair[0].url).status_code == 200
    for path in ("/my", "/web", "/odoo", "/my/invoices"):
        answer = guest.get(f"{erp.url}{path}")
        assert "/web/login" in answer.url, path
    assert guest.get(f"{erp.url}/my/invoices/{pair[0].move}").status_code == 401
    body = {"jsonrpc": "2.0", "method": "call", "params": {
        "model": "account.move", "method": "read", "args": [[pair[0].move], ["name"]], "kwargs": {},
    }}  # fmt: skip
    answer = guest.post(f"{erp.url}/web/dataset/call_kw/account.move/read", json=body).json()
    assert "error" in answer
    assert "result" not in answer
    info = guest.post(f"{erp.url}/web/session/get_session_info", json={"params": {}}).json()
    assert "error" in info or not info["result"].get("uid")
    for path in (f"/web/content/account.move/{pair[0].move}/invoice_pdf_report_file",
                 f"/report/pdf/account.report_invoice/{pair[0].move}"):  # fmt: skip
        answer = guest.get(f"{erp.url}{path}", allow_redirects=False)
        assert answer.status_code in (303, 403, 404)
        assert not answer.content.startswith(b"%PDF")


def test_l6_a_browser_holds_no_grant_that_its_owner_may_forge(erp, pair):
    guest = Guest()
    for name in (f"finance_portal_grant_{pair[0].ref}", "ref", "token", "visit"):
        guest.cookies.set(name, f"{pair[0].ref}.{'0' * 32}")
    assert guest.get(f"{erp.url}/finance/d/{pair[0].ref}").status_code == 404


def test_staff_see_the_links_of_their_companies_only(erp, staff, pair):
    for model in (LINK, EVENT):
        domain = [("res_id", "in", [shared.move for shared in pair])]
        for who in ("biller", "manager"):
            assert erp.rpc(model, "search_count", domain, login=staff[who]) >= 2, (model, who)
        # Another company's staff, and whoever may not read the documents themselves. (What
        # happened to accounts is about no document, and Odoo shows projects to all staff.)
        for who, shown in (("other", [False]), ("user", [False, "project.project"])):
            hidden = [("res_model", "not in", shown)]
            assert erp.rpc(model, "search_count", hidden, login=staff[who]) == 0, (model, who)
        _refused(erp.rpc, model, "search_count", [], login=staff["nobody"])
        _refused(erp.rpc, model, "search_read", [], ["email"], login=staff["nobody"])
    ids = [shared.link for shared in pair]
    _refused(erp.rpc, LINK, "read", ids, ["email"], login=staff["other"])
    _refused(erp.rpc, LINK, "action_revoke", ids, login=staff["other"])


def test_only_managers_revoke_and_nobody_writes(erp, staff, pair):
    link = [pair[0].link]
    for who in ("nobody", "user", "biller", "other"):
        _refused(erp.rpc, LINK, "action_revoke", link, login=staff[who])
    for who in ("nobody", "user"):
        _refused(
            erp.rpc, "account.move", "action_finance_portal_revoke_all", [pair[0].move],
            login=staff[who],
        )  # fmt: skip
    for who in ("user", "biller", "manager", "admin"):
        login = staff.get(who, who)
        for model, ids in ((LINK, link), (EVENT, _events(erp, pair[0]))):
            for method, args in (
                ("write", (ids, {"email": "evil@example.com"})),
                ("unlink", (ids,)),
                ("copy", (ids,)),
                ("create", ([{"email": "evil@example.com"}],)),
            ):
                _refused(erp.rpc, model, method, *args, login=login)
    assert Guest().get(pair[0].url).status_code == 200
    erp.rpc(LINK, "action_revoke", link, login=staff["manager"])
    assert Guest().get(pair[0].url).status_code == 410


def test_staff_without_the_document_cannot_send_it_again(erp, staff, pair):
    for who in ("nobody", "other"):
        with pytest.raises(RpcError):
            [wizard] = erp.rpc(
                "finance.portal.resend", "create", [{"link_id": pair[0].link}], login=staff[who]
            )
            erp.rpc("finance.portal.resend", "action_send", [wizard], login=staff[who])


def _events(erp, shared):
    return erp.rpc(EVENT, "search", [("res_id", "=", shared.move)])


def test_l3_the_expiry_cannot_be_moved_by_rpc_as_administrator(erp, pair):
    def row():
        return erp.psql("SELECT l::text FROM finance_portal_link l WHERE id = %s", pair[0].link)

    empty_mail_queue(erp)
    before, count = row(), erp.psql("SELECT count(*) FROM finance_portal_link")
    later = "2036-01-01 00:00:00"
    values = {
        "res_model": "account.move", "res_id": pair[0].move, "prefix": "i", "company_id": 1,
        "expires_at": later, "issued_at": later, "email": "x@example.com",
    }  # fmt: skip
    for method, args in (
        ("write", ([pair[0].link], {"expires_at": later})),
        ("web_save", ([pair[0].link], {"expires_at": later}, {"expires_at": {}})),
        ("create", ([values],)),
        ("web_save", ([], values, {"expires_at": {}})),
        ("copy", ([pair[0].link], {"expires_at": later})),
        ("update_field_translations", ([pair[0].link], "email", {"en_US": "x"})),
        ("_revoke", ([pair[0].link], "staff")),
        ("_create_with_tokens", ([values], ["a" * 43])),
        ("_resolve_token", ("a" * 43, "i")),
        ("init", ()),
    ):
        try:
            erp.rpc(LINK, method, *args)
        except RpcError:
            continue
    fields = ["id", "expires_at", "res_model", "res_id", "prefix", "company_id/id"]
    loaded = erp.rpc(
        LINK, "load", fields, [["x.y", later, "account.move", "1", "i", "base.main_company"]]
    )
    assert not loaded["ids"]
    move_values = {"finance_link_ids": [(1, pair[0].link, {"expires_at": later}), (0, 0, values)]}
    with pytest.raises(RpcError):
        erp.rpc("account.move", "write", [pair[0].move], move_values)
    assert row() == before
    assert erp.psql("SELECT count(*) FROM finance_portal_link") == count


def test_l1_the_hash_is_readable_by_nobody_over_rpc(erp, staff, pair):
    [(digest,)] = erp.psql("SELECT token_hash FROM finance_portal_link WHERE id = %s", pair[0].link)
    link = [pair[0].link]
    attempts = (
        ("read", (link, ["token_hash"])),
        ("search", ([("token_hash", "=", digest)],)),
        ("search_count", ([("token_hash", "=like", digest[:4] + "%")],)),
        ("search_read", ([], ["token_hash"])),
        ("web_search_read", ([], {"token_hash": {}})),
        ("web_read", (link, {"token_hash": {}})),
        ("read_group", ([], ["token_hash"], ["token_hash"])),
        ("formatted_read_group", ([], ["token_hash"], ["__count"])),
        ("formatted_read_group", ([], [], ["token_hash:array_agg"])),
        ("web_read_group", ([], ["token_hash"])),
        ("export_data", (link, ["token_hash"])),
        ("search", ([], 0, 10, "token_hash")),
        ("read", (link, ["mail_message_id"])),
    )
    for login in ("admin", staff["manager"], staff["user"]):
        for method, args in attempts:
            try:
                found = erp.rpc(LINK, method, *args, login=login)
            except RpcError as error:
                assert digest not in str(error)
                continue
            assert digest not in str(found), (login, method)
            assert not (method in ("search", "search_count") and args[0] and found), (login, method)
    everything = erp.rpc(LINK, "read", link)
    assert digest not in str(everything)
    with pytest.raises(RpcError):
        erp.rpc("account.move", "search", [("finance_link_ids.token_hash", "=like", "a%")])


def test_l3_sql_itself_refuses_to_change_what_makes_a_link_or_what_happened(erp, pair):
    later = "interval '1 hour'"
    for statement in (
        f"UPDATE finance_portal_link SET expires_at = expires_at + {later}",
        f"UPDATE finance_portal_link SET issued_at = issued_at + {later}, "
        f"expires_at = expires_at + {later}",
        "UPDATE finance_portal_link SET token_hash = md5(ref)",
        "UPDATE finance_portal_link SET res_id = res_id + 1",
        "UPDATE finance_portal_link SET revoked_at = NULL WHERE revoked_at IS NOT NULL",
        "UPDATE finance_portal_event SET date = date + interval '1 day'",
        "UPDATE finance_portal_event SET ip = '1.2.3.4'",
        "DELETE FROM finance_portal_event",
        "TRUNCATE finance_portal_event",
        "TRUNCATE finance_portal_event, finance_portal_link CASCADE",
    ):
        if "revoked_at" in statement:
            erp.rpc(LINK, "action_revoke", [pair[0].link])
        with pytest.raises(psycopg2.Error) as error:
            erp.psql(statement)
        assert error.value.pgcode == "23514", statement


def test_rpc_without_a_session_gets_nothing(erp, pair):
    body = {"jsonrpc": "2.0", "params": {"model": LINK, "method": "search_read", "args": [[]],
                                         "kwargs": {}}}  # fmt: skip
    answer = requests.post(
        f"{erp.url}/web/dataset/call_kw/{LINK}/search_read", json=body, timeout=120
    )
    assert "error" in answer.json()
