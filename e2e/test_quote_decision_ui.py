"""How a customer answers a quote in a real browser: a phone, a keyboard, no JavaScript at all."""

import base64
import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from e2e.toolbox import QUEUE_RACE, address, until
from e2e.visitor import link_in

pytestmark = pytest.mark.server_log(QUEUE_RACE)

PHONE = {
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
    "reduced_motion": "reduce",  # jumps instead of scrolling smoothly past what is to be tapped
}


@pytest.fixture
def quote(erp, inbox, partner):
    """A factory of quotes that were mailed: ``quote(*lines, **values)`` returns id and link."""

    def create(*lines, **values):
        email = address("buyer")
        buyer = partner(name="Ada Byrne", email=email, lang="en_US")
        [product] = erp.rpc(
            "product.product", "create", [{"name": "Oven", "type": "service", "list_price": 100.0}]
        )
        defaults = {"name": "Oven", "product_id": product, "tax_ids": []}
        order_lines = [
            line if "display_type" in line else {**defaults, **line} for line in lines or [{}]
        ]
        order_values = {
            "partner_id": buyer,
            "require_signature": False,
            "require_payment": False,
            "order_line": [
                (0, 0, {"sequence": number, **line}) for number, line in enumerate(order_lines)
            ],
            **values,
        }
        [order] = erp.rpc("sale.order", "create", [order_values])
        erp.rpc("sale.order", "action_quotation_sent", order)
        erp.rpc(
            "sale.order", "message_post", order,
            body="Here it is.", partner_ids=[buyer],
            message_type="comment", subtype_xmlid="mail.mt_comment",
        )  # fmt: skip
        [message] = inbox.wait_for(1, to=email)
        return order, link_in(message)

    return create


@pytest.fixture
def decision(erp):
    """A function: what is kept of the answers to a quote, and the state of the quote."""

    def read(order):
        rows = erp.psql(
            "SELECT kind, name, coalesce(signature_kind, ''), coalesce(reason, '')"
            " FROM finance_portal_decision WHERE res_model = 'sale.order' AND res_id = %s", order
        )  # fmt: skip
        [(state,)] = erp.psql("SELECT state FROM sale_order WHERE id = %s", order)
        return rows, state

    return read


def draw(page) -> None:
    """Draw a zigzag with a finger."""
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    touch = page.context.new_cdp_session(page)

    def send(kind, *points):
        where = [{"x": box["x"] + x, "y": box["y"] + y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})

    send("touchStart", (40, 70))
    for step in range(24):
        send("touchMove", (40 + step * 8, 70 - (step % 6) * 9))
    send("touchEnd")
    page.get_by_role("button", name="Clear").wait_for()


def tap_bar(page, text: str) -> None:
    """Tap a word in the bar, where it is: scrolling to the place it ends at would hide it."""
    box = page.locator(".bar").get_by_text(text).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def ink(picture: bytes) -> tuple:
    """Return ``(darkest, lightest, number of dark points)`` of a picture."""
    grey = Image.open(io.BytesIO(picture)).convert("L")
    return *grey.getextrema(), sum(grey.histogram()[:128])


def test_accept_with_a_drawn_signature_on_a_phone(erp, quote, decision, browser_page):
    order, link = quote(require_signature=True)
    page = browser_page(**PHONE, color_scheme="dark")
    page.goto(link)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    tap_bar(page, "Accept")
    expect(page.locator("[name=name]")).to_be_focused()
    page.keyboard.type("Ada Byrne")
    page.locator("#accept").tap()
    expect(page.locator("[name=signature_typed]")).to_be_focused()
    missing = "document.activeElement.validationMessage"
    assert "draw your signature" in page.evaluate(missing), "nothing is sent without a signature"
    draw(page)

    # Turning the phone changes the size of the canvas, which takes its drawing with it.
    before = ink(_canvas(page))
    width = page.evaluate("document.querySelector('canvas').width")
    page.set_viewport_size({"width": 640, "height": 375})
    expect(page.locator("canvas")).not_to_have_js_property("width", width)
    after = ink(_canvas(page))
    assert before[2] > 200
    assert after[2] > 200
    page.set_viewport_size({"width": 375, "height": 812})

    page.locator("#accept").click()
    page.get_by_text("Accepted by Ada Byrne").wait_for()
    assert page.locator("form#decision").count() == 0
    assert decision(order) == ([("accepted", "Ada Byrne", "drawn", "")], "sale")
    [kept] = erp.rpc("sale.order", "read", [order], ["signature", "signed_by"])
    assert kept["signed_by"] == "Ada Byrne"
    darkest, lightest, dark = ink(base64.b64decode(kept["signature"]))
    assert (darkest < 80, lightest, dark > 200) == (True, 255, True), "dark ink on white paper"


def _canvas(page) -> bytes:
    url = page.evaluate("document.querySelector('canvas').toDataURL()")
    return base64.b64decode(url.partition(",")[2])


def test_cleared_signature_counts_no_more(quote, decision, browser_page):
    order, link = quote(require_signature=True)
    page = browser_page(**PHONE)
    page.goto(link)
    page.fill("[name=name]", "Ada Byrne")
    draw(page)
    # By mouse: the browser takes a tap so soon after a stroke for the end of the stroke.
    page.get_by_role("button", name="Clear").click()
    page.locator("#accept").click()
    missing = "document.activeElement.validationMessage"
    until(lambda: "draw your signature" in page.evaluate(missing))
    assert decision(order) == ([], "sent")


def test_accept_by_keyboard_alone(quote, decision, browser_page):
    order, link = quote(require_signature=True)
    page = browser_page(width=1280)
    page.goto(link)
    page.focus("[name=name]")
    page.keyboard.type("Ada Byrne")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".written")).to_have_text("Ada Byrne")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Accepted by Ada Byrne").wait_for()
    assert decision(order) == ([("accepted", "Ada Byrne", "typed", "")], "sale")


def test_accept_without_javascript(quote, decision, browser_page):
    order, link = quote(require_signature=True)
    page = browser_page(java_script_enabled=False)
    page.goto(link)
    assert page.locator("canvas").is_hidden()
    page.locator("#accept").click()  # the browser itself asks for a name
    assert decision(order) == ([], "sent")
    page.fill("[name=name]", "Ada Byrne")
    page.check("[name=signature_typed]")
    page.locator("#accept").click()
    page.get_by_text("Accepted by Ada Byrne").wait_for()
    assert decision(order) == ([("accepted", "Ada Byrne", "typed", "")], "sale")


@pytest.mark.parametrize("javascript", [True, False])
def test_decline_with_a_reason(quote, decision, browser_page, javascript):
    order, link = quote()
    page = browser_page(**PHONE, java_script_enabled=javascript)
    page.goto(link)
    button = page.get_by_role("button", name="Yes, decline")
    assert button.is_hidden(), "nobody declines by a slip of the thumb"
    tap_bar(page, "Decline")
    page.fill("[name=reason]", "Too dear for us")
    button.tap()
    page.get_by_role("heading", name="Declined on").wait_for()
    assert page.locator(".state", has_text="Declined").is_visible()
    assert decision(order) == ([("declined", "Ada Byrne", "", "Too dear for us")], "cancel")


@pytest.mark.parametrize("javascript", [True, False])
def test_options_are_chosen_before_accepting(quote, decision, browser_page, javascript):
    order, link = quote(
        {},
        {"display_type": "line_section", "name": "Extras", "is_optional": True},
        {"name": "Guarantee", "product_uom_qty": 0},
    )
    page = browser_page(**PHONE, java_script_enabled=javascript)
    page.goto(link)
    guarantee = page.get_by_label("Quantity of Guarantee")
    guarantee.fill("2")
    page.fill("[name=name]", "Ada Byrne")
    page.get_by_role("button", name="Update total").tap()
    page.get_by_text("Your choice changed the total").wait_for()
    page.wait_for_load_state()  # with it come the scripts that hear of the next change
    assert "300.00" in page.locator(".amount").inner_text()

    guarantee.fill("3")
    assert page.locator(".unsaved").is_visible() == javascript
    assert page.input_value("[name=name]") == "Ada Byrne", "nothing has to be typed again"
    page.locator("#accept").tap()
    page.get_by_text("Your choice changed the total").wait_for()
    expect(page.locator(".amount")).to_contain_text("400.00")
    assert decision(order) == ([], "sent"), "the customer sees the new total first"

    assert page.input_value("[name=name]") == "Ada Byrne"
    page.locator("#accept").tap()
    page.get_by_text("Accepted by Ada Byrne").wait_for()
    assert decision(order)[1] == "sale"


def test_the_total_follows_a_quantity_in_place(quote, decision, browser_page):
    """Name, drawn signature, focus and place stay; what is signed is what was seen last."""
    order, link = quote(
        {},
        {"display_type": "line_section", "name": "Extras", "is_optional": True},
        {"name": "Guarantee", "product_uom_qty": 0},
        require_signature=True,
    )
    page = browser_page(**PHONE)
    page.goto(link)
    page.fill("[name=name]", "Ada Byrne")
    draw(page)
    guarantee = page.get_by_label("Quantity of Guarantee")
    guarantee.scroll_into_view_if_needed()
    guarantee.fill("2")
    before = page.evaluate("scrollY")
    guarantee.dispatch_event("change")
    expect(page.locator(".hero .amount")).to_contain_text("300.00")
    expect(page.locator(".totals .total")).to_contain_text("300.00")
    expect(page.locator(".consent")).to_contain_text("300.00")
    expect(page.get_by_label("Quantity of Guarantee")).to_be_focused()
    expect(page.locator(".unsaved")).to_be_hidden()
    assert abs(page.evaluate("scrollY") - before) < 60
    assert page.input_value("[name=name]") == "Ada Byrne"
    page.locator("#accept").tap()
    page.get_by_text("Accepted by Ada Byrne").wait_for()
    signature = page.get_by_role("img", name="Ada Byrne")
    until(lambda: signature.evaluate("image => image.naturalWidth") > 50)
    rows, state = decision(order)
    assert (rows[0][2], state) == ("drawn", "sale")


def test_quote_that_changed_meanwhile_shows_what_changed(erp, quote, decision, browser_page):
    order, link = quote()
    page = browser_page(**PHONE)
    page.goto(link)
    [line] = erp.rpc("sale.order.line", "search", [("order_id", "=", order)])
    erp.rpc("sale.order.line", "write", [line], {"price_unit": 130.0})
    page.fill("[name=name]", "Ada Byrne")
    page.locator("#accept").tap()
    box = page.get_by_role("alert")
    box.get_by_text("Nothing was accepted").wait_for()
    assert "100.00" in box.inner_text()
    assert "130.00" in box.inner_text()
    assert box.bounding_box()["y"] < page.locator("h1").bounding_box()["y"]
    assert decision(order) == ([], "sent")
    assert page.input_value("[name=name]") == "Ada Byrne", "nothing has to be typed again"
    page.locator("#accept").tap()
    page.get_by_text("Accepted by Ada Byrne").wait_for()
    assert decision(order)[1] == "sale"


def test_impatient_customer_sends_one_answer(quote, decision, browser_page):
    order, link = quote()
    page = browser_page(**PHONE)
    page.goto(link)
    answers = []
    page.on("request", lambda request: answers.append(request.url))
    page.fill("[name=name]", "Ada Byrne")
    page.evaluate("for (const _ of [1, 2, 3]) document.getElementById('accept').click()")
    page.get_by_text("Accepted by Ada Byrne").wait_for()
    assert len([url for url in answers if url.endswith("/accept")]) == 1
    assert len(decision(order)[0]) == 1


def test_page_with_a_signature_stays_light(quote, browser_page):
    """Section 12: at most 80 kB over the wire, with an empty cache."""
    lines = [{"name": f"Service number {number}"} for number in range(60)]
    _order, link = quote(*lines, require_signature=True)
    page = browser_page(**PHONE)
    sizes = {}

    def count(response):
        headers = response.request.sizes()
        sizes[response.url] = headers["responseBodySize"] + headers["responseHeadersSize"]

    page.on("requestfinished", lambda request: count(request.response()))
    page.goto(link)
    page.wait_for_load_state("networkidle")
    assert any("signature.js" in url for url in sizes)
    assert sum(sizes.values()) <= 60_000, sizes
