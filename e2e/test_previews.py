"""What staff look at before they send: the customer's page, and the email, in a real browser."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.office import sign_in
from e2e.toolbox import empty_mail_queue

# Where to put pictures of them, for whoever wants to look at them.
PICTURES = os.environ.get("FINANCE_PORTAL_PICTURES")

LEFT_BEHIND = (
    "SELECT (SELECT count(*) FROM mail_mail), (SELECT count(*) FROM mail_message),"
    " (SELECT count(*) FROM finance_portal_link), (SELECT count(*) FROM finance_portal_event)"
)


@pytest.fixture
def office(erp, browser_page):
    """The administrator's browser in the back office."""
    page = browser_page(width=1280, height=900)
    sign_in(page, erp)
    return page


@pytest.fixture
def quote(erp, partner):
    """A quote in draft."""
    contact = partner(email="olga@example.com", name="Olga Example", lang="en_US")
    line = (0, 0, {"name": "Design", "product_uom_qty": 1, "price_unit": 100.0})
    return erp.rpc("sale.order", "create", [{"partner_id": contact, "order_line": [line]}])[0]


def picture(page, name):
    """Take pictures of what a page shows, wide and on a phone, light and dark."""
    if not PICTURES:
        return
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=Path(PICTURES) / f"{name}_{width}_{scheme}.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


def assert_email_shown(page, words):
    """Assert that the email is shown above the Send dialog, which is there again afterwards."""
    send = page.get_by_role("dialog").filter(has_text="secure link, valid for 24 hours")
    subject = send.locator("[name=subject] input, [name=subject] textarea").first
    subject.fill("My own subject")
    send.get_by_role("button", name="Preview Email").click()
    preview = page.locator(".o_finance_email_preview")
    expect(preview).to_contain_text("My own subject")
    frame = preview.locator("iframe")
    expect(frame).to_have_attribute("sandbox", "")
    inside = frame.content_frame
    expect(inside.locator("body")).to_contain_text(words)
    expect(inside.locator("a[href]")).to_have_count(0)
    picture(page, f"email_preview_{words.split()[0]}")
    preview.get_by_role("button", name="Close").last.click()
    expect(preview).to_have_count(0)
    expect(subject).to_have_value("My own subject")
    return send


# The back office asks for a websocket, which several workers serve only behind a proxy.
@pytest.mark.server_log("Couldn't bind the websocket")
@pytest.mark.parametrize("kind", ["invoice", "quote"])
def test_the_email_is_shown_above_the_dialog_and_nothing_leaves(  # noqa: PLR0917  # fixtures
    erp, inbox, partner, invoice, quote, office, kind
):
    """Typed words stay in the dialog, which then sends what was shown."""
    contact = partner(email="grace.preview@example.com", name="Grace Example", lang="en_US")
    move = invoice(partner=contact)
    empty_mail_queue(erp)
    path, words = {
        "invoice": (f"/odoo/customer-invoices/{move}", "Invoice INV/"),
        "quote": (f"/odoo/sales/{quote}", "Quotation S"),
    }[kind]
    office.goto(erp.url + path)
    office.get_by_role("button", name="Send to Customer").first.click()
    before = erp.psql(LEFT_BEHIND)
    send = assert_email_shown(office, words)
    assert erp.psql(LEFT_BEHIND) == before
    send.get_by_role("button", name="Send", exact=True).click()
    to = "grace.preview@example.com" if kind == "invoice" else "olga@example.com"
    (message,) = inbox.wait_for(1, to=to)
    assert message["Subject"] == "My own subject"


@pytest.mark.server_log("Couldn't bind the websocket")
def test_preview_opens_the_customers_page_and_leads_back(erp, quote, office):
    """A quote that was never sent: its customer's page, with a way back to the form."""
    form = f"{erp.url}/odoo/sales/{quote}"
    office.goto(form)
    office.get_by_role("button", name="Preview", exact=True).click()
    office.wait_for_url(re.compile(r"/finance/d/[\w-]+$"))
    expect(office.locator(".viewing-as")).to_contain_text("this is what Olga Example sees")
    picture(office, "preview")
    office.get_by_role("link", name="Back to Odoo").click()
    expect(office.get_by_role("button", name="Send to Customer").first).to_be_visible()
