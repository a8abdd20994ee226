"""SPEC 13, who may say who a person is, with real emails: from the change to the click."""

import pytest
from playwright.sync_api import expect

from e2e.account_toolbox import PASSWORD, PORTAL, AccountGuest, key_link_in, new_customer, set_up
from e2e.office import sign_in
from e2e.toolbox import address, empty_mail_queue


def make_creator(erp) -> str:
    """Create a user who may create contacts and nothing else; return the login."""
    groups = [
        erp.rpc("ir.model.data", "check_object_reference", "base", name)[1]
        for name in ("group_user", "group_partner_manager")
    ]
    login = address("creator")
    values = {"name": "Carl Creator", "login": login, "password": login}
    erp.rpc("res.users", "create", [{**values, "group_ids": [(6, 0, groups)]}])
    return login


# The back office asks for a websocket, which several workers serve only behind a proxy.
@pytest.mark.server_log("Couldn't bind the websocket")
def test_stopped_by_the_old_address_and_confirmed_by_a_manager(erp, inbox, partner, browser_page):
    customer, new = new_customer(erp, inbox, partner), address("new")
    guest = set_up(customer)
    assert guest.is_in()
    erp.rpc("res.partner", "write", [customer.partner], {"email": new}, login=make_creator(erp))
    assert not guest.is_in()
    told = inbox.wait_for(2, to=customer.email)[-1]

    phone = browser_page()
    phone.goto(key_link_in(told))
    phone.get_by_role("button", name="Stop the change").click()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()

    office = browser_page(width=1280, height=900)
    sign_in(office, erp)
    office.goto(f"{erp.url}/odoo/res.partner/{customer.partner}")
    office.get_by_role("tab", name="Portal Access").click()
    card = office.locator(".o_finance_accounts .o_kanban_record").first
    expect(card).to_contain_text("Address disputed")
    card.get_by_role("button", name="Confirm Address").click()
    office.get_by_role("dialog").get_by_role("button", name="Confirm Address").click()
    expect(card).to_contain_text("Active")

    empty_mail_queue(erp)
    assert not inbox.to(new)
    assert AccountGuest(erp).sign_in(customer.email).status_code == 401
    assert AccountGuest(erp).sign_in(new, PASSWORD).headers["Location"].endswith(PORTAL)
