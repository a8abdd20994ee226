"""Fixtures of the stories of a business with a website, a shop, a till and loyalty programs.

Its servers' database has the apps of ``dev/app_lists/shop.txt``; run it with
``FINANCE_PORTAL_APPS=shop make e2e ARGS=e2e/shop``.
"""

import pytest


@pytest.fixture(scope="session")
def shop(erp):
    """The running server with the shop's apps: something to buy, its delivery, a way to pay."""
    erp.shell(SHOP)
    return erp


SHOP = """
journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
env.ref("payment.payment_provider_demo").write({
    "state": "test", "is_published": True, "journal_id": journal.id,
})
env["product.template"].create({
    "name": "Oak table", "list_price": 480.0, "type": "consu", "is_published": True,
    "taxes_id": False,
})
# Where the shop is: Odoo would ask the internet.
env.company.partner_id.write({"partner_latitude": 52.5, "partner_longitude": 13.4})
env["stock.warehouse"].search([]).partner_id = env.company.partner_id
env["delivery.carrier"].create({
    "name": "By post", "is_published": True, "product_id": env["product.product"].create({
        "name": "Post", "type": "service", "list_price": 0, "taxes_id": False,
    }).id,
})
env.cr.commit()
"""
