"""The back office in a browser, for tests that wait for what they see before they go on."""

import re

from playwright.sync_api import expect


def sign_in(page, erp) -> None:
    """Sign in as the administrator; return once the back office is there."""
    page.goto(f"{erp.url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.locator(".oe_login_buttons button[type=submit]").click()
    page.wait_for_url(re.compile("/odoo"))


def show_list(page) -> None:
    """Switch to the list; return once it is there.

    The cards would take along what is typed before.
    """
    page.locator(".o_switch_view.o_list").click()
    expect(page.locator(".o_list_view")).to_be_visible()


def search(page, text: str) -> None:
    """Search the view on the screen, and return once it says that it is filtered."""
    _wait_for_records(page)
    box = page.locator(".o_searchview_input")
    box.fill(text)
    # Until one of what it offers is chosen, Enter does nothing.
    expect(page.locator(".o_searchview_autocomplete .focus")).to_be_visible()
    with _answer(page):
        box.press("Enter")
    expect(page.locator(".o_searchview_facet").filter(has_text=text)).to_be_visible()


def clear_search(page) -> None:
    """Take back the one filter of a view, and return once the server has told what is there."""
    _wait_for_records(page)
    with _answer(page):
        page.locator(".o_searchview .o_facet_remove").click()
    expect(page.locator(".o_searchview_facet")).to_have_count(0)


def select_all(page, count: int) -> None:
    """Select the rows of a list, once it shows that many."""
    expect(page.locator(".o_data_row")).to_have_count(count)
    page.locator("thead .o_list_record_selector input").check()
    expect(page.locator(".o_data_row_selected")).to_have_count(count)


def _wait_for_records(page) -> None:
    """Wait until the view shows what it read first.

    A view is there before its records are. Once they come, it forgets what was typed until then.
    """
    shown = page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost), .o_view_nocontent")
    expect(shown.first).to_be_visible()


def _answer(page):
    """Return a block that ends when the records of the view have been read anew."""
    return page.expect_response(re.compile(r"/web_(search_read|read_group)\b"))
