"""Pay now with a website and a shop works as it does without them.

Odoo's payment form and its scripts then depend on the current website.
"""

import pytest

from e2e.payment.test_pay_now import (  # noqa: F401  the fixtures and the tests of this file
    PAY,
    customer,
    prepaid,
    pytestmark,
    states_of,
    test_a_quote_that_changes_while_the_customer_pays_is_not_confirmed,
    test_a_signed_in_customer_pays,
    test_accept_pay_confirmed,
    test_an_invoice_is_paid_on_a_phone,
    test_what_failed_is_tried_again,
    test_what_is_pending_says_so_until_the_money_comes,
)
from e2e.toolbox import Guest, new_shared


@pytest.fixture(autouse=True)
def _with_the_shop(shop):
    """Documents are paid through the shop's payment provider."""


def test_the_pay_page_is_the_recipients_whatever_the_website_speaks(
    shop, inbox, partner, invoice
):
    """No language in the address, no redirect to one, and no website layout."""
    shared = new_shared(shop, inbox, partner, invoice)
    guest = Guest()
    guest.get(shared.url)
    page = guest.get(f"{shop.url}/finance/d/{shared.ref}/pay", allow_redirects=False)
    assert page.status_code == 200
    assert 'name="o_payment_submit_button"' in page.text
    assert 'id="wrapwrap"' not in page.text
    assert "nonce-" in page.headers["Content-Security-Policy"]
    assert states_of(shop, shared.move) == []


def test_a_provider_of_another_website_takes_no_payment(shop, inbox, partner, invoice):
    """As in Odoo's own portal, each website has its own providers."""
    [other] = shop.rpc("website", "create", [{"name": "Other"}])
    [(provider,)] = shop.psql(
        "SELECT id FROM payment_provider WHERE code = 'demo' AND state = 'test'"
    )
    shared = new_shared(shop, inbox, partner, invoice)
    guest = Guest()
    guest.get(shared.url)
    pay = f"{shop.url}/finance/d/{shared.ref}/pay"
    try:
        shop.rpc("payment.provider", "write", [provider], {"website_id": other})
        assert "o_payment_form" not in guest.get(pay).text
    finally:
        shop.rpc("payment.provider", "write", [provider], {"website_id": False})
        shop.rpc("website", "unlink", [other])
    assert "o_payment_form" in guest.get(pay).text
