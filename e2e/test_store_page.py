"""Odoo's Apps screen leads to a page that says what the addon is, with its pictures."""

import re

import pytest
from playwright.sync_api import expect

from e2e.office import search
from e2e.test_previews import office, picture  # noqa: F401  # a fixture


# The back office asks for a websocket, which several workers serve only behind a proxy.
@pytest.mark.server_log("Couldn't bind the websocket")
def test_the_apps_screen_leads_to_the_page(erp, office):  # noqa: F811  # the fixture
    office.goto(f"{erp.url}/odoo/apps")
    card = office.locator(".o_kanban_record").filter(
        has=office.get_by_text("Finance Portal", exact=True)
    )
    search(office, "finance_portal")
    expect(card).to_be_visible()
    expect(card.get_by_text("Learn More")).to_have_count(0)
    card.get_by_role("button", name="Module Info").click()
    page = office.locator("[name=description_html]")
    expect(page.get_by_role("heading", name="How it compares")).to_be_visible()
    pictures = page.locator("img")
    expect(pictures).not_to_have_count(0)
    for shown in pictures.all():
        expect(shown).to_have_js_property("complete", True)
        assert shown.evaluate("one => one.naturalWidth") >= 300
        expect(shown).to_have_attribute("src", re.compile("^/finance_portal/static/description/"))
    picture(office, "store_page")
