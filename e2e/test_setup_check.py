"""A manager runs the setup check in a real browser, against a real server."""

import re

import pytest
from playwright.sync_api import expect

from e2e.test_previews import office, picture  # noqa: F401  # a fixture


# The back office asks for a websocket, which several workers serve only behind a proxy.
@pytest.mark.server_log("Couldn't bind the websocket")
def test_the_checks_run_and_show_what_they_found(erp, office):  # noqa: F811  # the fixture
    """The server asks itself, and its real mail server; the test's address is no public one."""
    office.goto(f"{erp.url}/odoo/sharing-setup")
    expect(office.get_by_text("Nothing has been checked yet")).to_be_visible()
    office.get_by_role("button", name="Run Checks").click()
    rows = office.locator("[data-check]")
    expect(rows).to_have_count(21)

    def row(code):
        return office.locator(f"[data-check={code}]")

    expect(rows.first).to_contain_text(re.compile("Address of links|Address answers"))
    expect(row("address")).to_contain_text("customers can't open")
    expect(row("address").get_by_role("img", name="Problem")).to_be_visible()
    for code in ("answers", "mail_server", "report_url", "clock"):
        expect(row(code).get_by_role("img", name="OK")).to_be_visible()
    picture(office, "setup_check")
    row("address").get_by_role("button", name="Open Setting").click()
    expect(office.get_by_text("web.base.url.freeze")).to_be_visible()
