"""L11 doesn't affect the shop: a guest checks out and gets a secure link to the order."""

import re

import pytest

from e2e.shop.shopper import Shopper, order_of, table_of
from e2e.toolbox import QUEUE_RACE, Guest, address, until
from e2e.visitor import html_of, link_in

pytestmark = pytest.mark.server_log(QUEUE_RACE, "The access token is invalid")

PHONE = {"width": 375, "has_touch": True, "is_mobile": True}
PAY = '[name="o_payment_submit_button"]:visible'  # some providers add a hidden one
FORM = 'form[name="address_form"]'


def confirmation_of(inbox, email: str, name: str):
    """Return an order's confirmation email."""

    def find():
        return [one for one in inbox.to(email) if name in one["Subject"]]

    return until(find)[-1]


def assert_secure(message, erp, order: int) -> None:
    """Check that an email has a secure link to its order and no permanent link."""
    text = html_of(message)
    [(token,)] = erp.psql("SELECT access_token FROM sale_order WHERE id = %s", order)
    assert not token or token not in text
    assert "access_token=" not in text
    page = Guest().get(link_in(message))
    assert page.status_code == 200
    assert "/finance/d/" in page.url


def wait_until_alive(page) -> None:
    """Wait until the scripts of one of the shop's pages listen: taps before that do nothing."""
    page.locator("body[is-ready]").wait_for(state="attached")


def test_a_guest_pays_on_a_phone_and_gets_a_secure_link(shop, inbox, browser_page):
    email = address("guest")
    page = browser_page(**PHONE)
    page.goto(f"{shop.url}/shop/oak-table-{table_of(shop)[0]}")
    wait_until_alive(page)
    page.locator("#add_to_cart").tap()
    page.locator(".my_cart_quantity", has_text="1").first.wait_for(state="attached")
    page.goto(f"{shop.url}/shop/cart")
    page.locator('a[name="website_sale_main_button"]:visible').first.tap()
    page.wait_for_url("**/shop/address*")
    wait_until_alive(page)
    page.locator(f"{FORM} [name=name]").fill("Ida Berg")
    for name, value in (
        ("email", email), ("phone", "+49 30 5550111"), ("street", "Uferweg 3"),
        ("zip", "10115"), ("city", "Berlin"),
    ):  # fmt: skip
        page.locator(f"{FORM} [name={name}]").fill(value)
    page.locator(f"{FORM} [name=country_id]").select_option(label="Germany")
    page.locator('[name="website_sale_main_button"]:visible').first.tap()
    page.wait_for_url("**/shop/checkout*")
    wait_until_alive(page)
    page.locator('a[href^="/shop/payment"]:not(.disabled):visible').first.tap()
    page.wait_for_url("**/shop/payment")
    wait_until_alive(page)
    page.locator("#customer_input").fill("4242 4242 4242 4242")
    page.locator(f"{PAY}:enabled:visible").first.tap()
    page.wait_for_url("**/shop/confirmation")
    order, state, name = order_of(shop, email)
    assert state == "sale"
    page.get_by_text(name).first.wait_for()
    assert_secure(confirmation_of(inbox, email, name), shop, order)


def test_what_opened_the_cart_does_not_open_the_order(shop, inbox):
    email, guest = address("guest"), Shopper(shop)
    guest.add(*table_of(shop))
    guest.give_address(email)
    token = guest.payment_form()["access-token"]
    assert token
    order, state, _name = order_of(shop, email)
    assert state == "draft"
    assert Guest().get(f"{shop.url}/my/orders/{order}?access_token={token}").status_code == 200
    end = guest.pay()
    assert end.url.endswith("/shop/confirmation")
    order, state, name = order_of(shop, email)
    assert state == "sale"
    assert guest.page("/shop/confirmation").status_code == 200
    for path in (f"/my/orders/{order}", f"/mail/view?model=sale.order&res_id={order}"):
        joint = "&" if "?" in path else "?"
        dead = Guest().get(f"{shop.url}{path}{joint}access_token={token}")
        assert dead.status_code == 410, path
        assert token not in dead.text
    answer = Shopper(shop).ask(f"/shop/payment/transaction/{order}", access_token=token)
    assert "error" in answer
    assert_secure(confirmation_of(inbox, email, name), shop, order)


def test_a_wire_transfer_that_waits_shows_its_confirmation_and_is_closed(shop):
    email, guest = address("guest"), Shopper(shop)
    guest.add(*table_of(shop))
    guest.give_address(email)
    token = guest.payment_form()["access-token"]
    end = guest.pay("pending")
    assert end.url.endswith("/shop/confirmation")
    assert guest.page("/payment/status").status_code == 200
    order, state, name = order_of(shop, email)
    assert state == "sent"
    assert name in end.text
    assert Guest().get(f"{shop.url}/my/orders/{order}?access_token={token}").status_code == 410


def test_click_and_collect_is_paid_on_site(shop, inbox):
    store = re.search(r"STORE (.*)", shop.shell(COLLECT)).group(1)
    try:
        email, guest = address("guest"), Shopper(shop)
        guest.add(*table_of(shop))
        guest.give_address(email)
        guest.page("/shop/checkout")
        [(method,)] = shop.psql(
            "SELECT id FROM delivery_carrier WHERE delivery_type = 'in_store' AND is_published"
            " AND name->>'en_US' = 'In the shop'"
        )
        guest.choose_delivery(method)
        guest.call("/website_sale/set_pickup_location", pickup_location_data=store)
        guest.pay()
        order, state, name = order_of(shop, email)
        assert state == "sale"
        assert_secure(confirmation_of(inbox, email, name), shop, order)
    finally:
        shop.shell(NO_COLLECT)


COLLECT = """
import json

company = env.company
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
product = env["product.product"].create({
    "name": "Collect", "type": "service", "list_price": 0, "taxes_id": False,
})
env["delivery.carrier"].create({
    "name": "In the shop", "delivery_type": "in_store", "product_id": product.id,
    "warehouse_ids": [(6, 0, warehouse.ids)], "is_published": True,
})
print("STORE", json.dumps(warehouse._prepare_pickup_location_data()))
env.cr.commit()
"""
NO_COLLECT = """
env["delivery.carrier"].search([("name", "=", "In the shop")]).is_published = False
env.cr.commit()
"""
