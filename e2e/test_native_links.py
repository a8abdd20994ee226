"""Rule L11: the ERP's own permanent links of shared documents are closed, and come back on wish."""
# ruff: noqa: PLR0917  # fixtures are asked for by name

import io
import re

import pypdf
import pytest
import requests

from e2e.toolbox import QUEUE_RACE, Guest, new_shared
from e2e.visitor import html_of, link_in

pytestmark = pytest.mark.server_log(
    QUEUE_RACE, r"WARNING odoo\.http: ", r"could not serialize access"
)


@pytest.fixture
def native(erp):
    """A switch: ``native(True)`` opens the ERP's own links; closed again after the test."""

    def switch(opened):
        # The QR code with the native link is asked for while it must not be printed; with
        # native links the ERP draws it, for which Reportlab needs a backend of its own.
        values = {"finance_portal_close_native": not opened, "link_qr_code": not opened}
        erp.rpc("res.company", "write", [1], values)

    yield switch
    erp.rpc(
        "res.company", "write", [1], {"finance_portal_close_native": True, "link_qr_code": False}
    )


@pytest.fixture
def old(erp, inbox, partner, invoice, native):
    """A shared invoice with a native token from the time before: ``(shared, path, token)``."""
    shared = new_shared(erp, inbox, partner, invoice)
    native(True)
    path = erp.rpc("account.move", "preview_invoice", [shared.move])["url"]
    native(False)
    [(token,)] = erp.psql("SELECT access_token FROM account_move WHERE id = %s", shared.move)
    assert f"access_token={token}" in path
    return shared, path, token


def _signed_in(erp):
    browser = Guest()
    answer = browser.post(
        f"{erp.url}/web/session/authenticate",
        json={"params": {"db": erp.db, "login": "admin", "password": "admin"}},
    )
    assert answer.json()["result"]["uid"]
    return browser


def _hash_and_pid(erp, shared):
    code = (
        f"d = env['account.move'].browse({shared.move});"
        f"print('HASH', d._sign_token({shared.contact}))"
    )
    return re.search(r"HASH (\w+)", erp.shell(code)).group(1), shared.contact


def _json(guest, url, **params):
    return guest.post(url, json={"jsonrpc": "2.0", "method": "call", "params": params})


def _native_addresses(shared, path, token):
    yield path
    yield f"{path}&report_type=pdf&download=true"
    yield f"{path}&report_type=html"
    yield f"{path}&pid={shared.contact}&hash=abc"
    yield f"/mail/view?model=account.move&res_id={shared.move}&access_token={token}"
    yield (f"/mail/view?model=account.move&res_id={shared.move}&access_token={token}"
           f"&pid={shared.contact}&hash=abc")  # fmt: skip


def test_l11_old_native_links_lead_to_the_page_where_access_can_be_requested(erp, inbox, old):
    shared, path, token = old
    for address in _native_addresses(shared, path, token):
        guest = Guest()
        dead = guest.get(f"{erp.url}{address}")
        assert dead.status_code == 410, address
        assert "portal.css" in dead.text
        assert token not in dead.text
        assert dead.headers["Referrer-Policy"] == "no-referrer"
    inbox.clear()
    assert guest.submit(dead, "/request-access").status_code == 200
    (message,) = inbox.wait_for(1)
    [(office,)] = erp.psql("SELECT email FROM res_partner WHERE id = %s", shared.customer)
    assert message.rcpt == [office], "to the document's customer"
    assert Guest().get(link_in(message)).status_code == 200


def test_l11_native_token_hash_and_pid_neither_read_nor_write_messages(erp, old):
    shared, path, token = old
    digest, pid = _hash_and_pid(erp, shared)
    guest = Guest()
    before = erp.psql("SELECT count(*) FROM mail_message WHERE res_id = %s", shared.move)
    thread = {"thread_model": "account.move", "thread_id": shared.move}
    for proof in ({"token": token}, {"hash": digest, "pid": pid}):
        answer = _json(
            guest, f"{erp.url}/mail/message/post",
            **thread, **proof, post_data={"body": "hello", "message_type": "comment"},
        )  # fmt: skip
        assert answer.status_code != 200 or "error" in answer.json()
        for route in ("/mail/chatter_fetch", "/portal/chatter_init"):
            answer = _json(guest, f"{erp.url}{route}", **thread, **proof)
            assert "Here it is" not in answer.text, route
    answer = _json(guest, f"{erp.url}/invoice/transaction/{shared.move}", access_token=token)
    assert answer.status_code != 200 or "error" in answer.json()
    assert erp.psql("SELECT count(*) FROM mail_message WHERE res_id = %s", shared.move) == before
    assert guest.get(f"{erp.url}{path}&pid={pid}&hash={digest}").status_code == 410


def test_l11_staff_preview_works_and_prints_no_native_token(erp, old):
    shared, _path, token = old
    url = erp.rpc("account.move", "preview_invoice", [shared.move])["url"]
    assert "access_token" not in url
    browser = _signed_in(erp)
    page = browser.get(f"{erp.url}{url}")
    assert page.status_code == 200
    assert re.search(r"INV/\d+", page.text)
    assert token not in page.text
    pdf = browser.get(f"{erp.url}/my/invoices/{shared.move}?report_type=pdf&download=true")
    assert pdf.content.startswith(b"%PDF")


def _everything_in(pdf):
    """Return the text and the addresses of a PDF, and its bytes as text."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    texts = [page.extract_text() for page in reader.pages]
    for page in reader.pages:
        for note in page.get("/Annots") or ():
            texts.append(str(note.get_object().get("/A", {}).get("/URI", "")))
    return "\n".join(texts) + pdf.decode("latin-1")


def test_l11_mail_pdf_and_page_carry_no_native_secret(erp, inbox, partner, invoice, send, native):
    native(False)
    shared = new_shared(erp, inbox, partner, invoice)
    inbox.clear()
    send(shared.move)
    (message,) = inbox.wait_for(1)
    (attachment,) = message.iter_attachments()
    page = Guest().get(link_in(message))
    [(token,)] = erp.psql("SELECT access_token FROM account_move WHERE id = %s", shared.move)
    for text in (html_of(message), _everything_in(attachment.get_content()), page.text):
        for trace in (
            "access_token",
            "hash=",
            "pid=",
            "signup_token",
            "/my/invoices",
            "/mail/view",
        ):
            assert trace not in text
        assert not token or token not in text


def test_l11_a_reply_by_staff_carries_a_secure_link(erp, inbox, partner, invoice, old):
    shared, _path, token = old
    inbox.clear()
    erp.rpc(
        "account.move", "message_post", shared.move, body=f"See {erp.url}{_path} please",
        partner_ids=[shared.contact], message_type="comment", subtype_xmlid="mail.mt_comment",
    )  # fmt: skip
    (message,) = inbox.wait_for(1, to=shared.email)
    assert token.encode() not in message.source.replace(b"=\r\n", b"")
    body = html_of(message)
    assert token not in body
    assert "access_token" not in body
    assert Guest().get(link_in(message)).status_code == 200


def test_l11_with_the_setting_off_everything_native_works(erp, inbox, old, native):
    shared, path, token = old
    digest, pid = _hash_and_pid(erp, shared)
    native(True)
    guest = Guest()
    page = guest.get(f"{erp.url}{path}")
    assert page.status_code == 200
    assert token in page.text
    pdf = guest.get(f"{erp.url}{path}&report_type=pdf&download=true")
    assert pdf.content.startswith(b"%PDF")
    view = f"/mail/view?model=account.move&res_id={shared.move}&access_token={token}"
    assert guest.get(f"{erp.url}{view}").url.count("/my/invoices/") == 1
    answer = _json(
        guest, f"{erp.url}/mail/message/post",
        thread_model="account.move", thread_id=shared.move, token=token, hash=digest, pid=pid,
        post_data={"body": "hello", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"},
    )  # fmt: skip
    assert "error" not in answer.json(), answer.text
    inbox.clear()
    erp.rpc(
        "account.move", "message_post", shared.move, body="See here",
        partner_ids=[shared.contact], message_type="comment", subtype_xmlid="mail.mt_comment",
    )  # fmt: skip
    (message,) = inbox.wait_for(1, to=shared.email)
    assert "access_token" in html_of(message) or "/mail/view" in html_of(message)
    assert requests.get(f"{erp.url}{path}", timeout=120).status_code == 200
