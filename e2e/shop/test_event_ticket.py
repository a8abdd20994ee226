"""A guest buys a ticket to an event, and gets a secure link to the order."""

import re

import pytest

from e2e.shop.shopper import Shopper, order_of
from e2e.shop.test_guest_checkout import assert_secure, confirmation_of
from e2e.toolbox import QUEUE_RACE, address

# The ticket has a bar code, for which Reportlab needs a backend of its own.
NO_BARCODE = (r"(?s)Exception during request.*rlPyCairo", r"(?s)wkhtmltopdf.*network error")
pytestmark = pytest.mark.server_log(QUEUE_RACE, *NO_BARCODE)

EVENT = """
product = env.ref("event_product.product_product_event", raise_if_not_found=False)
product = product or env["product.product"].create({
    "name": "Ticket", "type": "service", "service_tracking": "event",
})
product.taxes_id = False
event = env["event.event"].create({
    "name": "Evening of music", "date_begin": "2099-05-01 18:00:00",
    "date_end": "2099-05-01 21:00:00", "website_published": True,
    "event_ticket_ids": [(0, 0, {"name": "Seat", "product_id": product.id, "price": 30})],
    # Odoo sends an event's own emails in the checkout and, at the same moment, in a job.
    "event_mail_ids": [(5, 0, 0)],
})
print("EVENT", event.id, event.event_ticket_ids.id, *event.question_ids.filtered(
    lambda one: one.question_type in ("name", "email")).sorted("question_type").ids)
env.cr.commit()
"""


def test_a_guest_buys_a_ticket(shop, inbox):
    found = re.search(r"EVENT (\d+) (\d+) (\d+) (\d+)", shop.shell(EVENT))
    event, ticket, email_question, name_question = found.groups()
    email, guest = address("guest"), Shopper(shop)
    form = {
        "1-event_ticket_id": ticket,
        f"1-email-{email_question}": email,
        f"1-name-{name_question}": "Ida Berg",
    }
    page = guest.page(f"/event/{event}/register")
    form["csrf_token"] = re.search(r'csrf_token: "([^"]+)"', page.text).group(1)
    guest.post(f"{shop.url}/event/{event}/registration/confirm", data=form)
    guest.give_address(email)
    end = guest.pay()
    assert end.url.endswith("/shop/confirmation")
    order, state, name = order_of(shop, email)
    assert state == "sale"
    states = shop.psql("SELECT state FROM event_registration WHERE sale_order_id = %s", order)
    assert states == [("open",)]
    assert_secure(confirmation_of(inbox, email, name), shop, order)
