"""The story of an account, as its customer lives it: on a phone and at a desk."""

import re
import zipfile

import pytest
from playwright.sync_api import expect

from e2e.account_toolbox import PORTAL, new_customer
from e2e.toolbox import QUEUE_RACE, follow

pytestmark = pytest.mark.server_log(QUEUE_RACE, r"could not serialize|Transaction failed")

FIRST, SECOND = "seven green bicycles", "four patient gardeners"


def go_to(page, section: str) -> None:
    """Choose a page of the portal, in the menu that this width has."""
    menu = page.locator("details.menu summary")
    if menu.is_visible():
        menu.click()
    follow(page.get_by_role("link", name=section, exact=True).locator("visible=true").first)


def sign_out(page) -> None:
    menu = page.locator("details.menu summary")
    if menu.is_visible():
        menu.click()
    follow(page.get_by_role("button", name="Sign out", exact=True).locator("visible=true"))


def sign_in(page, email: str, password: str) -> None:
    page.locator('input[name="email"]').fill(email)
    page.locator('input[name="password"]').fill(password)
    follow(page.get_by_role("button", name="Sign in", exact=True))


@pytest.mark.parametrize("width", [375, 1280])
def test_from_setup_to_signed_out(erp, inbox, partner, invoice, *, browser_page, width):
    customer = new_customer(erp, inbox, partner)
    move = invoice(partner=customer.partner)
    [(number,)] = erp.psql("SELECT name FROM account_move WHERE id = %s", move)
    page = browser_page(width=width)

    page.goto(customer.url)
    page.locator('input[name="password"]').fill("password1234")
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("This password is too common")
    page.locator('input[name="password"]').fill(FIRST)
    page.get_by_role("button", name="Save and sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()
    assert number in page.inner_text("main")

    go_to(page, "Invoices")
    page.get_by_role("link", name=number).locator("visible=true").first.click()
    page.get_by_role("heading", name=number).wait_for()
    assert re.search(r"/finance/d/[\w-]{22}$", page.url)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PDF").click()
    with open(download.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    go_to(page, "Invoices")
    page.get_by_role("link", name="Download everything for a period").click()
    page.get_by_text("Approximate size").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_download() as download:
        page.get_by_role("link", name="Download ZIP").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        assert {name[-4:] for name in archive.namelist()} == {".csv", ".pdf"}

    go_to(page, "Settings")
    page.locator('input[name="current"]').fill(FIRST)
    page.locator('input[name="password"]').fill(SECOND)
    page.get_by_role("button", name="Change password").click()
    page.get_by_text("Your password was changed.").wait_for()
    sign_out(page)
    page.get_by_text("You've signed out.").wait_for()
    sign_in(page, customer.email, FIRST)
    expect(page.get_by_role("alert")).to_contain_text("Wrong email address or password")
    sign_in(page, customer.email, SECOND)
    page.get_by_role("heading", name="Overview").wait_for()

    customer.staff("disable")
    go_to(page, "Quotes")
    page.wait_for_url(re.compile(f"{PORTAL}/login"))
    sign_in(page, customer.email, SECOND)
    expect(page.get_by_role("alert")).to_contain_text("Wrong email address or password")
    kinds = [kind for kind, _reason in customer.events("signed_in", "pdf", "signed_out", "viewed")]
    assert kinds.count("pdf") == kinds.count("signed_out") == 1
    assert kinds.count("viewed") == 1
