"""With two companies and websites, emails link to the website the customer knows."""

import json
import re

import pytest

from e2e.visitor import html_of

SECOND = "https://second.example.com"
ADDRESS = re.compile(r'href="(https?://[^/"]+)/')
SETUP = f"""
import json

second = env["res.company"].create({{"name": "Two Sites Studio", "email": "office@second.example"}})
env.user.company_ids += second
env["website"].create({{"name": "Two Sites", "domain": "{SECOND}", "company_id": second.id}})
env = env(context={{**env.context, "allowed_company_ids": [second.id]}})
ada = env["res.partner"].create({{"name": "Ada Second", "email": "ada@two-sites.example.com"}})
order = env["sale.order"].create({{"partner_id": ada.id, "order_line": [(0, 0, {{"name": "Desk",
    "product_id": env["product.product"].create({{"name": "Desk", "type": "service"}}).id,
    "price_unit": 10.0, "tax_ids": False}})]}})
order.action_quotation_sent()
env.cr.commit()
print("FOUND" + json.dumps([ada.id, order.id, second.id]))
"""
# Code that emails a customer about their account, by kind of email.
CAUSES = {
    "setup": "account = env['finance.portal.account']._enable(ada)",
    "reset": "account = ada._finance_portal_get_account(); account._mail_account_link('reset')",
    "password changed": "ada._finance_portal_get_account()._mail_notice()",
}


@pytest.fixture(scope="module")
def second(shop):
    """Ids of a contact, their quote, and its company, which has its own website."""
    return json.loads(re.search(r"FOUND(.*)", shop.shell(SETUP)).group(1))


def run(shop, second, code: str) -> None:
    """Run code as staff on the second company's contact ``ada`` and quote ``order``."""
    ada, order, company = second
    shop.shell(
        f"env = env(context={{**env.context, 'allowed_company_ids': [{company}]}})\n"
        f"ada, order = env['res.partner'].browse({ada}), env['sale.order'].browse({order})\n"
        f"{code}\nenv.cr.commit()"
    )


def test_account_and_documents_are_mailed_with_one_address(shop, inbox, second):
    email = "ada@two-sites.example.com"
    run(
        shop, second,
        "order.message_post(body='Here it is.', partner_ids=ada.ids, message_type='comment',"
        " subtype_xmlid='mail.mt_comment')",
    )  # fmt: skip
    document = html_of(inbox.wait_for(1, to=email)[-1])
    assert f'href="{SECOND}/q/' in document
    for number, (name, code) in enumerate(CAUSES.items(), start=2):
        run(shop, second, code)
        body = html_of(inbox.wait_for(number, to=email)[-1])
        assert set(ADDRESS.findall(body)) == {SECOND}, name
