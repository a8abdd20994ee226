"""The abandoned-cart email restores the cart and opens nothing else."""

import re

import pytest

from e2e.shop.shopper import Shopper, order_of, table_of
from e2e.toolbox import QUEUE_RACE, Guest, address, run_cron
from e2e.visitor import LINK, html_of

pytestmark = pytest.mark.server_log(QUEUE_RACE)

CART = re.compile(r'href="(https?://[^"]*/shop/cart\?[^"]*)"')
REMIND = """
websites = env["website"].search([])
websites.send_abandoned_cart_email = True
env.flush_all()
websites.send_abandoned_cart_email_activation_time = "2020-01-01 00:00:00"
env.cr.commit()
"""


@pytest.fixture(scope="module", autouse=True)
def _reminders(shop):
    """Send the shop's abandoned-cart emails."""
    shop.shell(REMIND)


@pytest.fixture
def abandoned(shop, inbox):
    """Factory of abandoned carts: email address, order, and the link in the email."""

    def leave():
        email, guest = address("guest"), Shopper(shop)
        guest.add(*table_of(shop))
        guest.give_address(email)
        guest.page("/shop/cart")
        order, _state, _name = order_of(shop, email)
        shop.psql(
            "UPDATE sale_order SET date_order = now() - interval '3 days' WHERE id = %s", order
        )
        run_cron(shop, "website_sale.ir_cron_send_availability_email")
        run_cron(shop, "mail.ir_cron_mail_scheduler_action")
        # Odoo emails both the customer and the customer's address.
        message = inbox.wait_for(1, to=email)[0]
        assert not LINK.search(html_of(message)), "no document was sent"
        [link] = set(CART.findall(html_of(message)))
        return email, order, link.replace("&amp;", "&")

    return leave


def test_the_link_brings_the_cart_back(shop, abandoned):
    _email, _order, link = abandoned()
    elsewhere = Shopper(shop)
    page = elsewhere.get(f"{link}&revive_method=squash")
    assert page.status_code == 200
    assert "Oak table" in page.text
    # And from there to checkout.
    assert elsewhere.payment_form()["access-token"]


def test_an_older_cart_keeps_the_token_it_had(shop, inbox, abandoned):
    email, order, link = abandoned()
    token = link.rsplit("access_token=", 1)[1]
    inbox.clear()
    assert shop.psql("SELECT access_token FROM sale_order WHERE id = %s", order) == [(token,)]
    shop.psql("UPDATE sale_order SET cart_recovery_email_sent = false WHERE id = %s", order)
    run_cron(shop, "website_sale.ir_cron_send_availability_email")
    run_cron(shop, "mail.ir_cron_mail_scheduler_action")
    assert token in html_of(inbox.wait_for(1, to=email)[0])


def test_the_link_opens_nothing_once_staff_sent_the_quote(shop, abandoned):
    _email, order, link = abandoned()
    token = link.rsplit("access_token=", 1)[1]
    shop.rpc("sale.order", "action_quotation_sent", order)
    assert Guest().get(f"{shop.url}/my/orders/{order}?access_token={token}").status_code == 410
    shop.rpc("sale.order", "action_draft", [order])  # to change it
    dead = Guest().get(f"{link}&revive_method=squash")
    assert dead.status_code == 410
    assert "Oak table" not in dead.text


def test_the_link_to_what_was_ordered_meanwhile_says_so(shop, abandoned):
    _email, order, link = abandoned()
    shop.rpc("sale.order", "action_confirm", [order])
    page = Guest().get(link)
    assert page.status_code == 200
    assert "Your previous cart has already been completed." in page.text
