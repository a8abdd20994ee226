"""From a link to an account and back, and links that want their customer signed in."""

import re

from e2e.toolbox import address, follow, new_shared, share
from e2e.visitor import html_of

PASSWORD = "seven calm herons at dawn"
SETUP = re.compile(r'href="(http[^"]+/finance/customer-portal/setup/[\w-]{43})"')


def ask_for_account(page, inbox, shared) -> str:
    """Press Set up an account on the link's page; return the mailed address."""
    before = len(inbox.to(shared.email))
    page.goto(shared.url)
    page.get_by_role("button", name="Set up an account").click()
    page.get_by_text("Please check your email").wait_for()
    message = inbox.wait_for(before + 1, to=shared.email)[-1]
    [(url)] = set(SETUP.findall(html_of(message)))
    return url


def set_up(page, url: str) -> None:
    """Choose a password."""
    page.goto(url)
    page.locator('input[name="password"]').fill(PASSWORD)
    follow(page.locator("main form .button").first)


def sign_in(page, email: str) -> None:
    """Fill in the form of the sign-in page that is shown."""
    page.locator('input[name="email"]').fill(email)
    page.locator('input[name="password"]').fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))


def make_account(browser_page, erp, inbox, partner, invoice):
    """Return what was shared with a new customer who then made themselves an account."""
    shared = new_shared(erp, inbox, partner, invoice)
    set_up(page := browser_page(), ask_for_account(browser_page(), inbox, shared))
    page.get_by_text("Sign out").first.wait_for(state="attached")
    page.context.close()
    return shared


def test_from_link_to_account_and_back(erp, inbox, partner, invoice, browser_page):
    """SPEC 5: the setup link leads back to the document, now inside the portal."""
    shared = new_shared(erp, inbox, partner, invoice)
    url = ask_for_account(browser_page(), inbox, shared)
    page = browser_page()
    set_up(page, url)
    [(number,)] = erp.psql("SELECT name FROM account_move WHERE id = %s", shared.move)
    page.get_by_role("heading", name=number).wait_for()
    assert re.search(r"/finance/d/[\w-]{22}$", page.url), page.url
    page.locator(".back a").click()
    page.get_by_role("link", name=number).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    fresh = browser_page()
    fresh.goto(shared.url)
    fresh.get_by_role("heading", name=number).wait_for()
    assert not fresh.get_by_role("button", name="Set up an account").count()


def test_link_leads_through_signing_in(erp, inbox, partner, invoice, browser_page):
    """SPEC 7: such a link asks for sign-in first, and opens for an account of its customer."""
    shared = make_account(browser_page, erp, inbox, partner, invoice)
    other = make_account(browser_page, erp, inbox, partner, invoice)
    customer = [shared.customer]
    erp.rpc("res.partner", "write", customer, {"finance_portal_sign_in": "required"})
    [(number,)] = erp.psql("SELECT name FROM account_move WHERE id = %s", shared.move)
    page = browser_page()
    page.goto(shared.url)
    assert "/finance/customer-portal/login" in page.url
    sign_in(page, other.email)
    page.get_by_text("This document isn't for your account").wait_for()
    assert number not in page.content()
    follow(page.get_by_role("button", name="Sign in as someone else"))
    sign_in(page, shared.email)
    page.get_by_role("heading", name=number).wait_for()
    page.goto(shared.url)
    page.get_by_role("heading", name=number).wait_for()
    assert page.get_by_text("Sign out").count()


def test_colleague_without_account_stays_outside(erp, inbox, partner, invoice, browser_page):
    """A contact without an account gets no further than the sign-in page."""
    shared = new_shared(erp, inbox, partner, invoice)
    erp.rpc("res.partner", "write", [shared.customer], {"finance_portal_sign_in": "required"})
    email = address("ben")
    contact = partner(name="Ben Harbour", parent_id=shared.customer, email=email, lang="en_US")
    theirs = share(erp, inbox, shared.move, contact, email)
    page = browser_page()
    page.goto(theirs.url)
    assert "/finance/customer-portal/login" in page.url
    page.goto(f"{erp.url}/finance/d/{theirs.ref}")
    assert "/finance/customer-portal/login" in page.url
