"""Fixtures of the stories of a business with a website, a shop, a till and loyalty programs.

Its servers' database has the apps of ``dev/app_lists/shop.txt``; run it with
``FINANCE_PORTAL_APPS=shop make e2e ARGS=e2e/shop``.
"""

import pytest


@pytest.fixture(scope="session")
def shop(erp):
    """The running server with the shop's apps: a product to buy and a provider to pay with."""
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
env.cr.commit()
"""
