"""A customer pays in a real browser, with Odoo's demo provider."""

import json
import re

import pytest
from playwright.sync_api import expect

from e2e.account_toolbox import new_customer
from e2e.toolbox import (
    QUEUE_RACE,
    Guest,
    address,
    all_at_once,
    follow,
    mailed_long_ago,
    new_shared,
)
from e2e.visitor import link_in

# Of two payments at the same moment the second starts over, and PostgreSQL says so.
pytestmark = pytest.mark.server_log(QUEUE_RACE, r"could not serialize|Transaction failed")

PHONE = {"width": 375, "has_touch": True, "is_mobile": True}
PAY = '[name="o_payment_submit_button"]:visible'  # some providers add a hidden one
DATA = re.compile(r'data-([\w-]+)="([^"]*)"')


@pytest.fixture
def customer(browser_page):
    """A factory of browsers that fail the test when a page breaks its own security policy."""
    broken = []

    def open_page(**options):
        page = browser_page(**{**PHONE, **options})
        page.on(
            "console",
            lambda said: "Content Security Policy" in said.text and broken.append(said.text),
        )
        page.on("pageerror", lambda error: broken.append(str(error)))
        return page

    yield open_page
    assert not broken


@pytest.fixture
def prepaid(erp, inbox, partner):
    """A factory of quotes that a prepayment of 30 % confirms, mailed: id, link, address."""

    def create():
        email = address("buyer")
        buyer = partner(name="Ada Byrne", email=email, lang="en_US")
        [product] = erp.rpc("product.product", "create", [{"name": "Oven", "type": "service"}])
        line = {"product_id": product, "price_unit": 500.0, "tax_ids": []}
        values = {
            "partner_id": buyer,
            "require_signature": False,
            "require_payment": True,
            "prepayment_percent": 0.3,
            "order_line": [(0, 0, line)],
        }
        [order] = erp.rpc("sale.order", "create", [values])
        erp.rpc("sale.order", "action_quotation_sent", order)
        erp.rpc(
            "sale.order", "message_post", order,
            body="Here it is.", partner_ids=[buyer],
            message_type="comment", subtype_xmlid="mail.mt_comment",
        )  # fmt: skip
        [message] = inbox.wait_for(1, to=email)
        return order, link_in(message), email

    return create


def fill_in(page, state: str = "done") -> None:
    """Fill in the demo provider's form; the button then works."""
    page.locator("#simulated_payment_state").wait_for()
    page.locator("#customer_input").fill("4242 4242 4242 4242")
    page.locator("#simulated_payment_state").select_option(state)
    page.locator(f"{PAY}:enabled").wait_for()


def pay(page, state: str = "done") -> None:
    """Fill in the demo provider's form, press Pay, and see the result."""
    fill_in(page, state)
    page.locator(PAY).click()
    page.wait_for_url("**/pay/result")


def accept(page) -> None:
    page.locator('input[name="name"]').fill("Ada Byrne")
    page.locator("#accept").click()
    page.get_by_text("Accepted by Ada Byrne").wait_for()


def states_of(erp, move: int) -> list:
    """Return what became of the payments of an invoice, and of the invoice."""
    return erp.psql(
        "SELECT t.state, t.is_post_processed, t.amount, m.payment_state FROM account_move m"
        " JOIN account_invoice_transaction_rel r ON r.invoice_id = m.id"
        " JOIN payment_transaction t ON t.id = r.transaction_id WHERE m.id = %s ORDER BY t.id",
        move,
    )


def state_of_order(erp, order: int) -> str:
    [(state,)] = erp.psql("SELECT state FROM sale_order WHERE id = %s", order)
    return state


def test_an_invoice_is_paid_on_a_phone(erp, inbox, partner, invoice, *, customer):
    shared = new_shared(erp, inbox, partner, invoice, amount=1234.5)
    mailed_long_ago(erp, shared.link)
    page = customer()
    page.goto(shared.url)
    page.get_by_role("link", name="Pay now").tap()
    pay(page)
    page.get_by_text("There's nothing left to pay.").wait_for()
    assert states_of(erp, shared.move) == [("done", True, 1234.5, "paid")]
    page.get_by_role("link", name="Back to the document").click()
    page.get_by_text("Paid on").first.wait_for()
    assert page.get_by_role("link", name="Pay now").count() == 0
    kinds = erp.psql(
        "SELECT kind, verdict FROM finance_portal_event WHERE res_model = 'account.move'"
        " AND res_id = %s AND kind LIKE 'payment%%' ORDER BY id", shared.move
    )  # fmt: skip
    assert kinds == [("payment_started", "person"), ("payment_received", "system")]


@pytest.mark.parametrize("state", ["error", "cancel"])
def test_what_failed_is_tried_again(erp, inbox, partner, invoice, *, customer, state):
    shared = new_shared(erp, inbox, partner, invoice)
    page = customer()
    page.goto(shared.url)
    page.get_by_role("link", name="Pay now").click()
    pay(page, state)
    page.get_by_text("Nothing was paid.").wait_for()
    assert states_of(erp, shared.move)[0][0] == state
    page.get_by_role("link", name="Try again").click()
    pay(page)
    page.get_by_text("There's nothing left to pay.").wait_for()
    assert [row[0] for row in states_of(erp, shared.move)] == [state, "done"]


def test_what_is_pending_says_so_until_the_money_comes(erp, inbox, partner, invoice, *, customer):
    shared = new_shared(erp, inbox, partner, invoice)
    page = customer(color_scheme="dark")
    page.goto(shared.url)
    page.get_by_role("link", name="Pay now").click()
    pay(page, "pending")
    page.get_by_role("heading", name="is being processed").wait_for()
    follow(page.get_by_role("link", name="Back to the document"))
    page.get_by_role("link", name="See your payment").click()
    page.get_by_role("button", name="Start again").wait_for()
    [(number,)] = erp.psql(
        "SELECT transaction_id FROM account_invoice_transaction_rel WHERE invoice_id = %s",
        shared.move,
    )
    erp.rpc("payment.transaction", "action_demo_set_done", [number])
    # The page refreshes automatically, which may come first.
    paid = page.get_by_text("There's nothing left to pay.")
    page.get_by_role("link", name="Refresh now").or_(paid).first.click()
    paid.wait_for()
    assert states_of(erp, shared.move) == [("done", True, 100.0, "paid")]


def test_two_tabs_pay_once(erp, inbox, partner, invoice, *, customer):
    shared = new_shared(erp, inbox, partner, invoice)
    first = customer()
    first.goto(shared.url)
    follow(first.get_by_role("link", name="Pay now"))
    second = first.context.new_page()
    second.goto(first.url)
    for page in (first, second):
        fill_in(page)
    for page in (first, second):
        page.locator(PAY).evaluate("button => button.click()")
    ended = []
    for page in (first, second):
        page.locator(".modal-body, .message").first.wait_for()
        ended.append("result" if page.url.endswith("/result") else page.inner_text(".modal-body"))
    # How far the first one got meanwhile decides what the other is told.
    words = ("has already been started. Nothing more was paid.", "It has already been paid.")
    assert sum(any(text in told for text in words) for told in ended) == 1, ended
    assert ended.count("result") == 1
    assert len(states_of(erp, shared.move)) == 1


def test_twelve_starts_at_the_same_moment_are_one(erp, inbox, partner, invoice):
    """L13's neighbour: whoever presses twelve times, in whatever window, pays once."""
    shared = new_shared(erp, inbox, partner, invoice)
    guest = Guest()
    guest.get(shared.url)
    page = f"{erp.url}/finance/d/{shared.ref}/pay"

    def call():
        text = guest.get(page).text
        form, radio = (
            dict(DATA.findall(re.search(pattern, text).group()))
            for pattern in (r'<form id="o_payment_form"[^>]*>', r'<input[^>]*o_payment_radio.*?>')
        )
        params = {
            "access_token": form["access-token"],
            "provider_id": int(radio["provider-id"]),
            "payment_method_id": int(radio["payment-option-id"]),
            "flow": "direct",
        }
        return json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})

    def start(body):
        kind = {"Content-Type": "application/json"}
        return guest.post(f"{page}/transaction", data=body, headers=kind).status_code

    statuses = all_at_once(start, [call() for _number in range(12)])
    assert sorted(statuses) == [200] + [409] * 11
    assert len(states_of(erp, shared.move)) == 1


def test_a_part_is_paid_where_the_terms_allow_it(erp, inbox, partner, invoice, *, customer):
    halves = [{"value": "percent", "value_amount": 50, "nb_days": days} for days in (0, 4000)]
    [term] = erp.rpc(
        "account.payment.term", "create",
        [{"name": "Two halves", "line_ids": [(0, 0, half) for half in halves]}],
    )  # fmt: skip
    shared = new_shared(erp, inbox, partner, invoice, invoice_payment_term_id=term)
    page = customer()
    page.goto(shared.url)
    page.get_by_role("link", name="Pay now").click()
    expect(page.locator(".amounts [aria-current]")).to_contain_text("50.00")
    page.get_by_role("link", name="Amount due").click()
    expect(page.locator(".amounts [aria-current]")).to_contain_text("100.00")
    follow(page.get_by_role("link", name="Overdue part"))  # whose form looks the same
    pay(page)
    page.get_by_text("Balance due").wait_for()
    assert states_of(erp, shared.move) == [("done", True, 50.0, "partial")]
    page.get_by_role("link", name="Pay now").click()
    pay(page)
    page.get_by_text("There's nothing left to pay.").wait_for()
    assert [row[2:] for row in states_of(erp, shared.move)] == [(50.0, "paid")] * 2


def test_accept_pay_confirmed(erp, inbox, prepaid, customer):
    order, link, email = prepaid()
    page = customer()
    page.goto(link)
    accept(page)
    page.get_by_role("link", name="Pay now").click()
    expect(page.locator(".amounts [aria-current]")).to_contain_text("150.00")
    pay(page)
    page.get_by_text("Your order is confirmed.").wait_for()
    assert state_of_order(erp, order) == "sale"
    page.get_by_role("link", name="Back to the document").click()
    page.get_by_text("Order confirmed", exact=True).wait_for()
    confirmation = inbox.wait_for(2, to=email)[-1]
    assert link_in(confirmation) != link


def test_a_quote_that_changes_while_the_customer_pays_is_not_confirmed(erp, prepaid, customer):
    order, link, _email = prepaid()
    page = customer()
    page.goto(link)
    accept(page)
    page.get_by_role("link", name="Pay now").click()

    def change(route):
        [line] = erp.rpc("sale.order", "read", [order], ["order_line"])[0]["order_line"]
        erp.rpc("sale.order.line", "write", [line], {"price_unit": 450.0})
        route.continue_()

    page.route("**/payment/demo/simulate_payment", change)
    pay(page)
    page.get_by_text("so it isn't confirmed yet").wait_for()
    assert state_of_order(erp, order) == "sent"
    [(todos,)] = erp.psql(
        "SELECT count(*) FROM mail_activity WHERE res_model = 'sale.order' AND res_id = %s"
        " AND summary LIKE '%%was received for an earlier version%%'", order
    )  # fmt: skip
    assert todos == 1
    follow(page.get_by_role("link", name="Back to the document"))
    accept(page)
    assert state_of_order(erp, order) == "sale", "150 of 450 is enough"


@pytest.mark.parametrize("width", [375, 1280])
def test_a_signed_in_customer_pays(erp, inbox, partner, invoice, *, customer, width):
    account = new_customer(erp, inbox, partner)
    move = invoice(partner=account.partner)
    [(number,)] = erp.psql("SELECT name FROM account_move WHERE id = %s", move)
    page = customer(width=width)
    page.goto(account.url)
    page.locator('input[name="password"]').fill("seven green bicycles")
    page.get_by_role("button", name="Save and sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()
    follow(page.get_by_role("link", name=number).locator("visible=true").first)
    page.get_by_role("link", name="Pay now").click()
    pay(page)
    page.get_by_text("There's nothing left to pay.").wait_for()
    assert states_of(erp, move) == [("done", True, 100.0, "paid")]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Back to the document").click()
    page.get_by_role("heading", name=number).wait_for()
