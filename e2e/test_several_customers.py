"""One bookkeeper, two customers: one sign-in, a chooser, and each account by itself."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.account_toolbox import PASSWORD, PORTAL, Customer, new_customer
from e2e.test_account_story import go_to, sign_in, sign_out
from e2e.toolbox import QUEUE_RACE
from e2e.visitor import html_of

pytestmark = pytest.mark.server_log(QUEUE_RACE, r"could not serialize|Transaction failed")

# Where to keep pictures of the chooser, for a look at them.
PICTURES = os.environ.get("FINANCE_PORTAL_PICTURES")


@pytest.fixture
def two(erp, inbox, partner, invoice):
    """Return ``(customer, its invoice's number)`` of both customers; none has a password yet."""
    people, numbers = [], []
    for name in ("Alder Mill", "Birch Forge"):
        company = partner(name=name, is_company=True)
        if not people:
            person = new_customer(erp, inbox, partner, parent_id=company)
        else:
            email = people[0].email
            contact = partner(name="Ada Harbour", email=email, lang="en_US", parent_id=company)
            person = Customer(erp, contact, email, account=0, url="")
        people.append(person)
        move = invoice(partner=person.partner)
        numbers += [one for (one,) in erp.psql("SELECT name FROM account_move WHERE id = %s", move)]
    return list(zip(people, numbers, strict=True))


def enable(erp, inbox, person: Customer) -> str:
    """Enable the second account, as staff do; return what was mailed."""
    [dialog] = erp.rpc("finance.portal.enable", "create", [{"partner_id": person.partner}])
    [row] = erp.rpc("finance.portal.enable", "read", [dialog], ["joining"])
    assert row["joining"] == (
        "This person already signs in for Alder Mill. The same sign-in will open both, and an"
        " email tells them."
    )
    erp.rpc("finance.portal.enable", "action_enable", [dialog])
    return html_of(inbox.wait_for(2, to=person.email)[-1])


def choose_password(page, url: str) -> None:
    page.goto(url)
    page.locator('input[name="password"]').fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()


@pytest.mark.parametrize("width", [375, 1280])
def test_enable_two_sign_in_choose_switch_disable_one(erp, inbox, two, *, browser_page, width):
    (alder, alders), (birch, birches) = two
    page = browser_page(width=width)
    choose_password(page, alder.url)
    mailed = enable(erp, inbox, birch)
    assert "You can now also see documents of Birch Forge" in mailed
    assert "/setup/" not in mailed
    sign_out(page)
    page.get_by_text("You've signed out.").wait_for()

    sign_in(page, alder.email, PASSWORD)
    page.get_by_role("heading", name="Choose a customer").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Birch Forge").click()
    expect(page.locator("main")).to_contain_text(birches)
    expect(page.locator("main")).not_to_contain_text(alders)
    go_to(page, "Invoices")
    expect(page.locator("main")).to_contain_text(birches)
    other = page.context.new_page()
    other.goto(page.url)

    page.get_by_role("link", name="Alder Mill").click()
    expect(page.locator("main")).to_contain_text(alders)
    go_to(page, "Invoices")
    page.get_by_role("link", name=alders).locator("visible=true").first.click()
    page.get_by_role("heading", name=alders).wait_for()
    expect(page.locator(".switch [aria-current]")).to_have_text("Alder Mill")
    other.reload()
    expect(other.locator("main")).to_contain_text(birches)
    expect(other.locator("main")).not_to_contain_text(alders)

    alder.staff("disable")
    page.reload()
    page.get_by_role("heading", name="We can't find this document").wait_for()
    page.get_by_role("link", name="Go to the overview").click()
    page.get_by_role("heading", name="Overview").wait_for()
    expect(page.locator("main")).to_contain_text(birches)
    expect(page.locator(".switch")).to_have_count(0)
    birch.staff("disable")
    other.reload()
    other.wait_for_url(re.compile(f"{PORTAL}/login"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chooser_and_switch_fit_every_screen(erp, inbox, two, *, browser_page, scheme):
    (alder, _alders), (birch, _birches) = two
    page = browser_page(width=375, color_scheme=scheme)
    choose_password(page, alder.url)
    enable(erp, inbox, birch)
    page.goto(f"{erp.url}{PORTAL}")
    base = page.get_by_role("link", name="Birch Forge").get_attribute("href")
    for path, rows in ((PORTAL, ".chooser li"), (base, ".switch li")):
        page.goto(f"{erp.url}{path}")
        expect(page.locator(rows)).to_have_count(2)
        for width in (375, 1280):
            page.set_viewport_size({"width": width, "height": 812})
            for way in ("ltr", "rtl"):
                page.evaluate("way => { document.documentElement.dir = way }", way)
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                picture(page, f"{rows[1:7]}_{width}_{scheme}_{way}")


def picture(page, name: str) -> None:
    """Keep a picture of the page, where pictures are wanted."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
