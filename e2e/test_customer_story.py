"""The whole story in real browsers: staff send, the customer reads on a phone, the link ends."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from e2e.office import sign_in
from e2e.toolbox import age, mailed_long_ago, until
from e2e.visitor import link_in


# The back office asks for a websocket, which several workers serve only behind a proxy.
@pytest.mark.server_log("Couldn't bind the websocket")
def test_staff_send_an_invoice_and_see_what_happened(erp, inbox, partner, invoice, browser_page):
    """Section 4: Send to Customer opens Odoo's dialog, which says what the customer gets."""
    contact = partner(email="grace@example.com", name="Grace Example")
    move = invoice(partner=contact)
    page = browser_page(width=1280, height=900)
    sign_in(page, erp)
    page.goto(f"{erp.url}/odoo/customer-invoices/{move}")
    page.get_by_role("button", name="Send to Customer").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("secure link, valid for 24 hours").wait_for()
    dialog.get_by_text("grace@example.com").first.wait_for()
    dialog.get_by_role("button", name="Send", exact=True).click()
    (message,) = inbox.wait_for(1, to="grace@example.com")
    dialog.wait_for(state="detached")

    page.get_by_role("tab", name="Sharing").click()
    row = page.locator("[name=finance_link_ids] tr.o_data_row")
    row.get_by_text("grace@example.com").wait_for()
    row.get_by_text("Live").wait_for()

    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    row.get_by_text("Closed", exact=True).wait_for()
    customer = browser_page()
    assert customer.goto(link_in(message)).status == 410


def test_customer_reads_on_a_phone_until_the_link_ends_and_again(  # noqa: PLR0917  # fixtures
    erp, inbox, partner, invoice, send, browser_page
):
    """L3, L7, L8, Request access: from the email to the second email."""
    contact = partner(email="ada.phone@example.com", name="Ada Example", lang="en_US")
    move = invoice(partner=contact, amount=1234.5)
    send(move)
    (message,) = inbox.wait_for(1, to="ada.phone@example.com")
    [(link, name)] = erp.psql(
        "SELECT l.id, m.name FROM finance_portal_link l JOIN account_move m ON m.id = l.res_id"
        " WHERE m.id = %s", move
    )  # fmt: skip

    mailed_long_ago(erp, link)
    page = browser_page(width=375, has_touch=True, is_mobile=True)
    page.goto(link_in(message))
    assert "/finance/d/" in page.url
    assert name in page.get_by_role("heading", level=1).inner_text()
    assert "1,234.50" in page.locator(".hero").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    until(lambda: erp.psql("SELECT viewed_at FROM finance_portal_link WHERE id = %s", link)[0][0])
    assert erp.psql(
        "SELECT verdict FROM finance_portal_event WHERE link_id = %s AND kind = 'viewed'", link
    ) == [("person",)]  # fmt: skip

    with page.expect_download() as download:
        page.get_by_role("link", name="Download PDF").click()
    pdf = download.value.path().read_bytes()
    (attachment,) = message.iter_attachments()
    assert pdf == attachment.get_content()
    assert name in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()

    age(erp, link)
    assert page.reload().status == 410
    page.get_by_role("button", name="Request access").click()
    expect(page.get_by_role("button", name="Request access")).to_have_count(0)
    fresh = inbox.wait_for(2, to="ada.phone@example.com")[-1]
    assert link_in(fresh) != link_in(message)
    assert page.goto(link_in(fresh)).status == 200
    assert name in page.get_by_role("heading", level=1).inner_text()
    assert page.goto(link_in(message)).status == 410, "the old link stays dead"
