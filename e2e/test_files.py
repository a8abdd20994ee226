"""Files that staff show to the customer: on a phone, under load, and in real emails."""

import base64
import hashlib
import re

import pytest
from playwright.sync_api import expect

from e2e.toolbox import Guest, address, all_at_once, new_shared
from e2e.visitor import html_of

TERMS = b"%PDF-1.4 " + b"terms " * 50_000
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="taken"</script></svg>'
PIXEL = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx"
    b"\xdacd\xf8\xcfP\x0f\0\x03\x86\x01\x80Z4}k\0\0\0\0IEND\xaeB`\x82"
).decode()


@pytest.fixture
def attach(erp):
    """Attach a file to a record: ``attach(model, id, name, content)`` returns its id."""

    def create(model: str, record: int, name: str, content: bytes) -> int:
        values = {
            "name": name,
            "datas": base64.b64encode(content).decode(),
            "res_model": model,
            "res_id": record,
        }
        return erp.rpc("ir.attachment", "create", [values])[0]

    return create


@pytest.fixture
def shared(erp, inbox, partner, invoice, attach):
    """A shared invoice whose customer sees two files and a note: ``(shared, file ids)``."""
    shared = new_shared(erp, inbox, partner, invoice)
    files = [
        attach("account.move", shared.move, "Terms & Conditions.pdf", TERMS),
        attach("account.move", shared.move, '"><script>.svg', SVG),
    ]
    attach("account.move", shared.move, "internal calculation.pdf", b"%PDF secret")
    erp.rpc(
        "account.move", "web_save", [shared.move],
        {"finance_file_ids": [[4, file] for file in files], "finance_note": "Thank you!"},
        specification={},
    )  # fmt: skip
    return shared, files


def test_customer_downloads_a_file_on_a_phone(erp, shared, browser_page):
    document, files = shared
    page = browser_page(width=375)
    page.goto(document.url)
    assert page.get_by_text("Thank you!").is_visible()
    assert page.locator(".files li").count() == 2
    assert "internal" not in page.content()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 375, "nothing sticks out on a phone"
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Terms & Conditions.pdf").click()
    assert waiting.value.suggested_filename == "Terms & Conditions.pdf"
    assert waiting.value.path().read_bytes() == TERMS
    with page.expect_download() as waiting:
        page.get_by_role("link", name="script").click()
    assert waiting.value.suggested_filename == "___script_.svg"
    assert page.title() != "taken"
    rows = erp.psql(
        "SELECT file_name FROM finance_portal_event WHERE kind = 'file'"
        " AND res_model = 'account.move' AND res_id = %s ORDER BY id",
        document.move,
    )
    assert rows == [("Terms & Conditions.pdf",), ("___script_.svg",)]
    erp.rpc("account.move", "web_save", [document.move], {"finance_file_ids": [[3, files[0]]]},
            specification={})  # fmt: skip
    page.get_by_role("link", name="Terms & Conditions.pdf").click()
    page.get_by_role("heading", name="This file is no longer available").wait_for()
    page.get_by_role("link", name="Back to the document").click()
    expect(page.locator(".files li")).to_have_count(1)


def test_many_downloads_at_once_are_all_whole(erp, shared):
    document, _files = shared
    guest = Guest()
    page = guest.get(document.url)
    [path] = re.findall(r'href="([^"]+/file/[^"]+)"[^>]*>\s*<bdi[^>]*>Terms', page.text)
    answers = all_at_once(lambda _number: guest.get(f"{erp.url}{path}"), range(24))
    assert {(answer.status_code, answer.content == TERMS) for answer in answers} == {(200, True)}
    assert {answer.headers["Content-Length"] for answer in answers} == {str(len(TERMS))}


def test_l11_large_file_of_a_quote_is_on_its_page_and_has_no_link_of_its_own(
    erp, inbox, partner, attach
):
    email = address()
    contact = partner(name="Ada Large", email=email, lang="en_US")
    [order] = erp.rpc("sale.order", "create", [{"partner_id": contact}])
    erp.rpc("sale.order", "action_quotation_sent", [order])
    file = attach("sale.order", order, "plans.pdf", TERMS)
    erp.rpc("ir.config_parameter", "set_param", "base.default_max_email_size", "0.1")
    try:
        erp.rpc(
            "sale.order", "message_post", order, body="Here it is.", partner_ids=[contact],
            attachment_ids=[file], message_type="comment", subtype_xmlid="mail.mt_comment",
        )  # fmt: skip
        (message,) = inbox.wait_for(1, to=email)
    finally:
        erp.rpc("ir.config_parameter", "set_param", "base.default_max_email_size", False)
    assert not list(message.iter_attachments())
    assert "/web/content" not in html_of(message)
    assert erp.psql("SELECT access_token FROM ir_attachment WHERE id = %s", file) == [(None,)]
    guest = Guest()
    [link] = set(re.findall(r'https?://[^"\s]+/q/[\w-]{43}', html_of(message)))
    page = guest.get(link)
    [path] = re.findall(r'href="([^"]+/file/[^"]+)"', page.text)
    assert guest.get(f"{erp.url}{path}").content == TERMS


def test_l11_pasted_picture_reaches_the_customer_inside_the_email(erp, inbox, partner, invoice):
    email = address()
    contact = partner(name="Ada Picture", email=email, lang="en_US")
    move = invoice(partner=contact)
    # As the editor stores what is pasted into a message.
    values = {"name": "dot.png", "datas": PIXEL, "res_model": "mail.compose.message", "res_id": 0}
    [picture] = erp.rpc("ir.attachment", "create", [values])
    [token] = erp.rpc("ir.attachment", "generate_access_token", [picture])
    body = f'<p>Look</p><img src="/web/image/{picture}?access_token={token}">'
    composer = erp.rpc(
        "mail.compose.message", "create",
        [{"body": body, "partner_ids": [contact], "subject": "Look", "composition_mode": "comment",
          "model": "account.move", "res_ids": str([move])}],
    )  # fmt: skip
    erp.rpc("mail.compose.message", "action_send_mail", composer)
    (message,) = inbox.wait_for(1, to=email)
    assert token not in message.as_string()
    [part] = [part for part in message.walk() if part["Content-ID"]]
    digest = hashlib.sha256(part.get_content()).hexdigest()
    assert part.get_content() == base64.b64decode(PIXEL)
    assert part["Content-ID"] == f"<{digest}@finance-portal>"
    assert f'src="cid:{digest}@finance-portal"' in html_of(message)
