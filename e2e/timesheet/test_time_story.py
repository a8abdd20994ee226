"""How a customer approves a week of hours in a real browser, and what staff then see."""

import pytest
from playwright.sync_api import expect

from e2e.toolbox import QUEUE_RACE

pytestmark = pytest.mark.server_log(QUEUE_RACE)

PHONE = {
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
    "reduced_motion": "reduce",  # jumps instead of scrolling smoothly past what is to be tapped
}
WAITING = [("waiting", "")] * 3


def row(page, text: str):
    """Return the row of an entry."""
    return page.locator(".lines tr", has_text=text)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_week_with_one_entry_rejected(week, browser_page, javascript):
    hours = week()
    page = browser_page(**PHONE, java_script_enabled=javascript)
    page.goto(hours.urls[0])
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert page.locator(".amount").inner_text() == "7:45"
    assert page.get_by_role("button", name="Approve all").is_visible()
    assert page.get_by_role("button", name="Send my answer").is_hidden()

    entry = row(page, "Shop pages")
    why = entry.get_by_label("What's wrong with this entry?")
    assert why.is_hidden(), "nothing is asked about what is fine"
    entry.get_by_label("Reject").tap()
    # One thing to press.
    expect(page.get_by_role("button", name="Approve all")).to_be_hidden()
    if javascript:
        expect(why).to_be_focused()
    why.fill("We agreed on two hours")
    page.get_by_label("Your name").fill("Ada Byrne")
    page.get_by_role("button", name="Send my answer").tap()

    page.get_by_role("heading", name="Approved in part by Ada Byrne").wait_for()
    assert page.locator("form#decision").count() == 0
    assert "We agreed on two hours" in row(page, "Shop pages").inner_text()
    assert row(page, "Shop pages").locator(".state").inner_text() == "Rejected"
    assert row(page, "Newsletter").locator(".tag").inner_text() == "Approved"
    assert hours.read() == (
        "partial",
        [("approved", ""), ("rejected", "We agreed on two hours"), ("approved", "")],
    )
    assert hours.decisions() == [("partial", "Ada Byrne")]


def test_what_is_missing_is_said_beside_what_was_typed(week, browser_page):
    hours = week()
    page = browser_page(**PHONE)
    page.goto(hours.urls[0])
    row(page, "Photos").get_by_label("Reject").tap()
    page.get_by_label("Your name").fill("Ada Byrne")
    page.get_by_role("button", name="Send my answer").tap()
    said = row(page, "Photos").get_by_role("alert").get_by_text("Please tell us why you")
    said.wait_for()
    assert page.get_by_role("alert").count() == 1, "said where it is missing, and there only"
    expect(row(page, "Photos").get_by_label("What's wrong with this entry?")).to_be_focused()
    assert row(page, "Photos").get_by_label("Reject").is_checked()
    assert page.get_by_label("Your name").input_value() == "Ada Byrne"
    assert hours.read() == ("sent", WAITING)
    row(page, "Photos").get_by_label("What's wrong with this entry?").fill("Not ordered")
    page.get_by_role("button", name="Send my answer").tap()
    page.get_by_role("heading", name="Approved in part").wait_for()


def test_approve_all_from_the_bar_and_by_keyboard(week, browser_page):
    hours = week()
    page = browser_page(**PHONE, color_scheme="dark")
    page.goto(hours.urls[0])
    box = page.locator(".bar").get_by_text("Approve all").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_label("Your name")).to_be_focused()
    page.keyboard.type("Ada Byrne")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Approved by Ada Byrne").wait_for()
    assert hours.read() == ("approved", [("approved", "")] * 3)


def test_enter_sends_what_is_marked(week, browser_page):
    hours = week()
    page = browser_page(width=1280)
    page.goto(hours.urls[0])
    row(page, "Photos").get_by_label("Reject").check()
    row(page, "Photos").get_by_label("What's wrong with this entry?").fill("Not ordered")
    page.get_by_label("Your name").fill("Ada Byrne")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Approved in part").wait_for()
    assert hours.read()[1][2] == ("rejected", "Not ordered")


@pytest.mark.parametrize("javascript", [True, False])
def test_reject_all_with_a_reason(week, browser_page, javascript):
    hours = week()
    page = browser_page(**PHONE, java_script_enabled=javascript)
    page.goto(hours.urls[0])
    button = page.get_by_role("button", name="Yes, reject all entries")
    assert button.is_hidden(), "nobody rejects everything by a slip of the thumb"
    page.locator("summary", has_text="Reject all").tap()
    if javascript:
        expect(page.locator("[name=reason]")).to_be_focused()
    page.fill("[name=reason]", "Wrong month")
    button.tap()
    page.get_by_role("heading", name="Rejected on").wait_for()
    assert hours.read() == ("rejected", [("rejected", "Wrong month")] * 3)


def test_entries_that_changed_meanwhile_are_shown_and_nothing_is_sent(erp, week, browser_page):
    hours = week()
    page = browser_page(**PHONE)
    page.goto(hours.urls[0])
    erp.rpc("account.analytic.line", "write", [hours.entries[1]], {"unit_amount": 6})
    page.get_by_label("Your name").fill("Ada Byrne")
    page.get_by_role("button", name="Approve all").tap()
    box = page.get_by_role("alert")
    box.get_by_text("Nothing was sent").wait_for()
    assert "4:00" in box.inner_text()
    assert "6:00" in box.inner_text()
    assert hours.read() == ("sent", WAITING)
    page.get_by_role("button", name="Approve all").tap()
    page.get_by_role("heading", name="Approved by Ada Byrne").wait_for()


def test_reset_asks_the_same_link_anew(erp, week, browser_page):
    hours = week()
    page = browser_page()
    page.goto(hours.urls[0])
    page.get_by_label("Your name").fill("Ada Byrne")
    page.get_by_role("button", name="Approve all").click()
    page.get_by_role("heading", name="Approved by").wait_for()
    values = {"request_id": hours.request, "reason": "Entered twice"}
    wizard = erp.rpc("finance.portal.time.reset", "create", [values])
    erp.rpc("finance.portal.time.reset", "action_reset", wizard)
    [row_of] = erp.psql(
        "SELECT user_id IS NOT NULL, verdict FROM finance_portal_event"
        " WHERE kind = 'reopened' AND res_model = 'finance.portal.time.request' AND res_id = %s",
        hours.request,
    )  # fmt: skip
    assert row_of == (True, "staff")
    page.reload()
    page.get_by_role("button", name="Approve all").wait_for()
    assert hours.read() == ("sent", WAITING)


def test_page_with_a_month_of_entries_stays_light(erp, week, browser_page):
    """Section 12: at most 80 kB over the wire, with an empty cache."""
    hours = week()
    [entry] = erp.rpc(
        "account.analytic.line", "read", [hours.entries[0]], ["employee_id", "project_id"]
    )
    more = [
        {
            "name": f"What was done on that day, number {number}",
            "date": f"2026-08-{number // 2 + 1:02}",
            "unit_amount": 2.5,
            "employee_id": entry["employee_id"][0],
            "project_id": entry["project_id"][0],
        }
        for number in range(44)
    ]
    erp.rpc("account.analytic.line", "create", more)
    month = {"date_from": "2026-08-01", "date_to": "2026-08-31"}
    erp.rpc("finance.portal.time.request", "write", [hours.request], month)
    erp.rpc("finance.portal.time.request", "action_get_entries", [hours.request])
    page, sizes = browser_page(**PHONE), {}

    def count(response):
        headers = response.request.sizes()
        sizes[response.url] = headers["responseBodySize"] + headers["responseHeadersSize"]

    page.on("requestfinished", lambda request: count(request.response()))
    page.goto(hours.urls[0])
    page.wait_for_load_state("networkidle")
    assert page.locator("fieldset").count() == 47
    assert sum(sizes.values()) <= 80_000, sizes
