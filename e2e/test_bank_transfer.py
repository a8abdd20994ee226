"""What a customer copies into the form of their bank, in a real browser."""

import pytest
from playwright.sync_api import expect

from e2e.toolbox import QUEUE_RACE, new_shared

pytestmark = pytest.mark.server_log(QUEUE_RACE)

IBAN = "MT31MALT01100000000000000000123"  # the longest there is


@pytest.fixture
def shared(erp, inbox, partner, invoice):
    """An invoice in euros that is to be paid to an IBAN, and the link to it."""
    [euro] = erp.rpc(
        "res.currency", "search", [("name", "=", "EUR")], context={"active_test": False}
    )
    erp.rpc("res.currency", "write", [euro], {"active": True})
    [company] = erp.rpc("res.company", "read", [1], ["partner_id"])
    values = {"acc_number": IBAN, "partner_id": company["partner_id"][0]}
    known = erp.rpc("res.partner.bank", "search", [("acc_number", "=", IBAN)])
    [bank] = known or erp.rpc("res.partner.bank", "create", [values])
    return new_shared(
        erp, inbox, partner, invoice, amount=1617.21, currency_id=euro, partner_bank_id=bank
    )


def test_each_button_copies_what_a_bank_wants(shared, browser_page):
    page = browser_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(shared.url)
    pay = page.locator("#pay")
    for label, text in (("Amount", "1617.21"), ("IBAN", IBAN)):
        button = pay.get_by_role("button", name=f"Copy {label}")
        button.click()
        expect(pay.get_by_role("button", name=f"Copied {label}")).to_be_focused()
        assert page.evaluate("navigator.clipboard.readText()") == text
    expect(pay.get_by_role("img", name="QR code")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_where_the_clipboard_is_closed_the_button_still_copies(shared, browser_page):
    """Browsers close it to pages without https; older ways copy what is selected."""
    page = browser_page()
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.addEventListener('copy', () => { window.copied = String(getSelection()); });"
    )
    page.goto(shared.url)
    page.get_by_role("button", name="Copy IBAN").click()
    expect(page.get_by_role("button", name="Copied IBAN")).to_be_visible()
    assert page.evaluate("window.copied") is not None


def test_without_scripts_nothing_is_offered_that_does_not_work(shared, browser_page):
    page = browser_page(java_script_enabled=False)
    page.goto(shared.url)
    expect(page.locator("#pay button").first).to_be_hidden()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()


def test_an_iban_stays_in_one_line_on_paper(shared, browser_page):
    page = browser_page(width=700)
    page.goto(shared.url)
    page.emulate_media(media="print")
    number = page.locator("#pay .copy:has(span)")
    tops = "spans => new Set(spans.map(span => span.getBoundingClientRect().top)).size"
    assert number.locator("span").evaluate_all(tops) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
