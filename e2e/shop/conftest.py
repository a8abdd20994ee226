"""Fixtures for tests with a website, a shop, Point of Sale and loyalty programs.

Its servers' database has the apps of ``dev/platform/app_lists/shop.txt``; run it with
``FINANCE_PORTAL_APPS=shop make e2e ARGS=e2e/shop``.
"""

import pytest


@pytest.fixture(scope="session")
def shop(erp):
    """A running server with a shop: a product, a delivery method and a payment provider."""
    erp.shell(SHOP)
    return erp


SHOP = """
provider = env.ref("payment.payment_provider_demo")
# Demo data may have companies of other countries, each with a bank of its own.
journal = env["account.journal"].search([
    *env["account.journal"]._check_company_domain(provider.company_id), ("type", "=", "bank"),
], limit=1)
provider.write({
    "state": "test", "is_published": True, "journal_id": journal.id,
})
env["product.template"].create({
    "name": "Oak table", "list_price": 480.0, "type": "consu", "is_published": True,
    "taxes_id": False,
})
# The shop's location: Odoo would look it up online.
env.company.partner_id.write({"partner_latitude": 52.5, "partner_longitude": 13.4})
env["stock.warehouse"].search([]).partner_id = env.company.partner_id
env["delivery.carrier"].create({
    "name": "By post", "is_published": True, "product_id": env["product.product"].create({
        "name": "Post", "type": "service", "list_price": 0, "taxes_id": False,
    }).id,
})
env.cr.commit()
"""
