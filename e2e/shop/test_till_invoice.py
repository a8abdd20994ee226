"""A Point of Sale receipt creates its invoice, which is mailed with a secure link."""

import re
from html import unescape

import pytest

from e2e.account_toolbox import new_customer
from e2e.shop.shopper import ADDRESS, Shopper
from e2e.toolbox import QUEUE_RACE, Guest, address, let_jobs_end
from e2e.visitor import html_of, link_in

pytestmark = pytest.mark.server_log(QUEUE_RACE)

SALE = """
env = env(user=env.ref("base.user_admin").id)
config = env["pos.config"].search([("name", "=", "Corner till")], limit=1)
config = config or env["pos.config"].create({"name": "Corner till"})
if not config.current_session_id:
    config.open_ui()
    config.current_session_id.set_opening_control(0, "")
product = env["product.product"].create({
    "name": "Coffee beans", "list_price": 12, "taxes_id": False, "available_in_pos": True,
})
reference, number = config._get_next_order_refs()
order = env["pos.order"].create({
    "company_id": env.company.id, "session_id": config.current_session_id.id,
    "pos_reference": reference, "tracking_number": number, "ticket_code": "ab1c2",
    "lines": [(0, 0, {
        "name": "L1", "product_id": product.id, "price_unit": 12, "qty": 1, "tax_ids": False,
        "price_subtotal": 12, "price_subtotal_incl": 12,
    })],
    "amount_tax": 0, "amount_total": 12, "amount_paid": 0, "amount_return": 0,
})
order.add_payment({
    "pos_order_id": order.id, "amount": 12,
    "payment_method_id": config.payment_method_ids[:1].id,
})
order.action_pos_order_paid()
order._ensure_access_token()
print("RECEIPT", order.id, order.access_token, order.pos_reference)
env.cr.commit()
"""


@pytest.fixture
def receipt(shop):
    """Factory of receipts: the order, the content of the QR code, the receipt number."""

    def sell():
        order, token, number = re.search(r"RECEIPT (\d+) (\S+) (.*)", shop.shell(SALE)).groups()
        return int(order), token, number

    return sell


def ask_for_invoice(shop, token: str, email: str):
    """Scan a receipt, enter the invoice address, and return the final page."""
    guest = Shopper(shop)
    path = f"/pos/ticket/validate?access_token={token}"
    [(germany,)] = shop.psql("SELECT id FROM res_country WHERE code = 'DE'")
    values = {**ADDRESS, "name": "Ida Berg", "email": email, "country_id": germany}
    values["csrf_token"] = guest.csrf(f"{shop.url}{path}")
    page = guest.post(f"{shop.url}{path}", data={**values, "access_token": token})
    return guest, page


def invoice_of(shop, order: int) -> tuple[int, str]:
    [row] = shop.psql(
        "SELECT m.id, m.name FROM pos_order o JOIN account_move m ON m.id = o.account_move"
        " WHERE o.id = %s", order
    )  # fmt: skip
    return row


def test_a_receipt_makes_the_invoice_shows_it_again_and_mails_a_secure_link(shop, inbox, receipt):
    order, token, _number = receipt()
    email = address("guest")
    guest, page = ask_for_invoice(shop, token, email)
    move, name = invoice_of(shop, order)
    assert page.status_code == 200
    assert name in page.text, "the invoice is shown"
    for visitor in (guest, Guest()):
        again = visitor.get(f"{shop.url}/pos/ticket/validate?access_token={token}")
        assert again.status_code == 200
        assert name in again.text, "and again, to whoever holds the receipt"
        place = re.search(r'href="(/my/invoices/[^"]*report_type=pdf[^"]*)"', again.text)[1]
        pdf = visitor.get(f"{shop.url}{place.replace('&amp;', '&')}")
        assert pdf.content.startswith(b"%PDF")
    [message] = inbox.wait_for(1, to=email)
    assert shop.psql("SELECT access_token FROM account_move WHERE id = %s", move) == [(None,)]
    assert token not in html_of(message)
    assert "access_token=" not in html_of(message)
    opened = Guest().get(link_in(message))
    assert opened.status_code == 200
    assert "/finance/d/" in opened.url
    assert name in opened.text


def test_the_till_invoices_a_customer_without_an_address(shop, inbox, partner, receipt):
    order, _token, _number = receipt()
    walk_in = partner(server=shop, name="Walk-in", email=False)
    shop.rpc("pos.order", "write", [order], {"partner_id": walk_in})
    shop.rpc("pos.order", "action_pos_order_invoice", [order])
    move, _name = invoice_of(shop, order)
    [facts] = shop.psql(
        "SELECT m.state, m.partner_id, o.state FROM account_move m, pos_order o"
        " WHERE m.id = %s AND o.id = %s", move, order
    )  # fmt: skip
    assert facts == ("posted", walk_in, "done")
    links = shop.psql(
        "SELECT count(*) FROM finance_portal_link"
        " WHERE res_model = 'account.move' AND res_id = %s", move
    )  # fmt: skip
    assert links == [(0,)]


def test_a_receipt_gives_its_customer_no_other_address(shop, inbox, partner, receipt):
    """Whoever finds the receipt of a customer we know is not who says where their mail goes."""
    customer = new_customer(shop, inbox, partner)
    order, token, _number = receipt()
    shop.rpc("pos.order", "write", [order], {"partner_id": customer.partner})
    thief = address("thief")
    _guest, page = ask_for_invoice(shop, token, thief)
    assert page.status_code == 200
    assert "This email address can't be changed here." in unescape(page.text)
    facts = "SELECT p.email, u.login FROM res_partner p JOIN res_users u ON u.partner_id = p.id"
    [kept] = shop.psql(f"{facts} WHERE p.id = %s", customer.partner)
    assert kept == (customer.email, customer.email)
    _guest, page = ask_for_invoice(shop, token, customer.email)
    assert invoice_of(shop, order)[1] in page.text
    inbox.wait_for(2, to=customer.email)
    let_jobs_end(shop)
    assert not inbox.to(thief)


def test_a_receipt_opens_nothing_but_its_own_invoice(shop, receipt):
    (order, token, _), (other, other_token, _) = receipt(), receipt()
    ask_for_invoice(shop, token, address("guest"))
    ask_for_invoice(shop, other_token, address("guest"))
    move, other_move = invoice_of(shop, order)[0], invoice_of(shop, other)[0]
    guest = Shopper(shop)
    for path in (
        f"/my/invoices/{other_move}?access_token={token}",
        f"/my/invoices/{move}",
        f"/my/invoices/{move}?access_token=",
        f"/mail/view?model=account.move&res_id={move}&access_token={token}",
    ):
        page = guest.get(f"{shop.url}{path}")
        if path.startswith("/my/"):
            assert page.status_code == 401, path
        else:
            assert "/web/login" in page.url, path
    thread = {"thread_model": "account.move", "thread_id": move, "token": token}
    for route, more in (
        ("/mail/message/post", {"post_data": {"body": "hello", "message_type": "comment"}}),
        ("/mail/chatter_fetch", {}),
    ):
        assert "error" in guest.ask(route, **thread, **more), route


def test_the_number_on_the_receipt_does_what_its_qr_code_does(shop, receipt):
    order, token, number = receipt()
    ask_for_invoice(shop, token, address("guest"))
    _move, name = invoice_of(shop, order)
    guest = Shopper(shop)
    [(day,)] = shop.psql("SELECT date_order::date::text FROM pos_order WHERE id = %s", order)
    values = {"pos_reference": number, "date_order": day, "ticket_code": "ab1c2"}
    values["csrf_token"] = guest.csrf(f"{shop.url}/pos/ticket")
    page = guest.post(f"{shop.url}/pos/ticket", data=values)
    assert name in page.text
