"""A customer pays several invoices at once in a real browser, with Odoo's demo provider."""

import json
import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from e2e.account_toolbox import new_customer
from e2e.payment.test_pay_now import DATA, customer, pay
from e2e.toolbox import QUEUE_RACE, Guest, address, all_at_once
from e2e.visitor import link_in

# Of two payments at the same moment the second starts over, and PostgreSQL says so.
pytestmark = pytest.mark.server_log(QUEUE_RACE, r"could not serialize|Transaction failed")

__all__ = ["customer"]  # a fixture of pytest's

ITEM = re.compile(r'name="item"[^>]*value="([\w-]{22})"')


def open_of(erp, moves: list) -> list:
    """Return what is open of invoices, and how many payments that arrived are of them."""
    return erp.psql(
        "SELECT amount_residual::float, (SELECT count(*) FROM account_invoice_transaction_rel r"
        " JOIN payment_transaction t ON t.id = r.transaction_id AND t.state = 'done'"
        " WHERE r.invoice_id = m.id) FROM account_move m WHERE id = ANY(%s) ORDER BY id",
        moves,
    )


@pytest.fixture
def mailed_statement(erp, inbox, partner, invoice):
    """A statement of three invoices that was mailed: its link, and their ids and numbers."""
    email = address("statement")
    buyer = partner(name="Harbour Ltd", is_company=True, email=email, lang="en_US")
    moves = [invoice(partner=buyer, amount=amount) for amount in (640.0, 50.5, 1000.0)]
    numbers = [row["name"] for row in erp.rpc("account.move", "read", moves, ["name"])]
    action = erp.rpc("res.partner", "action_finance_portal_send_statement", [buyer])
    context = action["context"]
    wizard = erp.rpc("mail.compose.message", "create", [{}], context=context)
    erp.rpc("mail.compose.message", "action_send_mail", wizard, context=context)
    return link_in(inbox.wait_for(1, to=email)[-1]), moves, numbers


def test_two_of_three_are_paid_from_a_statement(erp, mailed_statement, customer):
    link, moves, numbers = mailed_statement
    page = customer()
    page.goto(link)
    page.get_by_role("link", name="Pay now").tap()
    total = page.locator("output bdi")
    expect(total).to_contain_text("1,690.50")
    page.get_by_role("checkbox", name=numbers[2]).uncheck()
    expect(total).to_contain_text("690.50")
    expect(total).not_to_contain_text("1,690.50")
    page.get_by_role("button", name="Select all").click()
    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_role("button", name="Continue")).to_be_disabled()
    for number in numbers[:2]:
        page.get_by_role("checkbox", name=number).check()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".amount")).to_contain_text("690.50")
    pay(page)
    page.get_by_role("heading", name="Payment received").wait_for()
    page.get_by_text("Paid", exact=True).first.wait_for()
    for number in numbers[:2]:
        expect(page.get_by_role("listitem").filter(has_text=number)).to_be_visible()
    assert open_of(erp, moves) == [(0.0, 1), (0.0, 1), (1000.0, 0)]
    page.get_by_role("link", name="Back to the document").click()
    expect(page.get_by_role("cell").filter(has_text=numbers[2])).to_be_visible()
    expect(page.get_by_role("cell").filter(has_text=numbers[0])).to_have_count(0)


@pytest.mark.parametrize("width", [375, 1280])
def test_a_signed_in_customer_pays_all(erp, inbox, partner, invoice, *, customer, width):
    account = new_customer(erp, inbox, partner)
    moves = [invoice(partner=account.partner) for _number in range(3)]
    page = customer(width=width, color_scheme="dark")
    page.goto(account.url)
    page.locator('input[name="password"]').fill("seven green bicycles")
    page.get_by_role("button", name="Save and sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()
    page.goto(page.url.rstrip("/") + "/invoices")
    page.get_by_role("button", name="Pay invoices").click()
    expect(page.locator("output bdi")).to_contain_text("300.00")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".amount")).to_contain_text("300.00")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    pay(page)
    page.get_by_role("heading", name="Payment received").wait_for()
    page.get_by_text("Paid", exact=True).first.wait_for()
    assert open_of(erp, moves) == [(0.0, 1)] * 3
    page.get_by_role("link", name="Back to your invoices").click()
    expect(page.get_by_role("button", name="Pay invoices")).to_have_count(0)


def test_overlapping_choices_at_the_same_moment_are_one_payment(erp, mailed_statement):
    """Whoever ticks other boxes in each of six tabs still pays each invoice once."""
    link, moves, _numbers = mailed_statement
    guest = Guest()
    guest.get(link)
    base = guest.get(link).url.partition("?")[0]
    items = ITEM.findall(guest.get(f"{base}/pay").text)
    assert len(items) == 3
    choices = [items, items[:2], items[1:], [items[0], items[2]], items[::-1], items[1::-1]]

    def call(chosen):
        path = f"{base}/pay?{urlencode([('item', one) for one in chosen])}"
        text = guest.get(path).text
        form, radio = (
            dict(DATA.findall(re.search(pattern, text).group()))
            for pattern in (r'<form id="o_payment_form"[^>]*>', r"<input[^>]*o_payment_radio.*?>")
        )
        params = {
            "access_token": form["access-token"],
            "provider_id": int(radio["provider-id"]),
            "payment_method_id": int(radio["payment-option-id"]),
            "flow": "direct",
        }
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        return form["transaction-route"].replace("&amp;", "&"), body

    def start(prepared):
        route, body = prepared
        kind = {"Content-Type": "application/json"}
        return guest.post(f"{erp.url}{route}", data=body, headers=kind).status_code

    statuses = all_at_once(start, [call(chosen) for chosen in choices])
    assert sorted(statuses) == [200] + [409] * 5
    [(count,)] = erp.psql(
        "SELECT count(DISTINCT transaction_id) FROM account_invoice_transaction_rel"
        " WHERE invoice_id = ANY(%s)", moves
    )  # fmt: skip
    assert count == 1
