"""Portal access for many contacts: chosen in a list, seen before, and once each despite a crash."""

import re
from collections import Counter

import pytest
from playwright.sync_api import expect

from e2e.toolbox import QUEUE_RACE, address, until
from e2e.visitor import html_of

COUNT = 16
SETUP = re.compile(r"/finance/customer-portal/setup/[A-Za-z0-9_-]{43}")


@pytest.fixture(scope="module")
def fragile(make_erp):
    """A server of its own, to be killed: as quick to start again as can be."""
    server = make_erp(workers=0)
    yield server
    server.stop()


@pytest.fixture
def contacts(partner):
    """A factory of ``{contact id: address}``."""

    def create(server, count=COUNT, name="Portal") -> dict[int, str]:
        emails = [address("enable") for _number in range(count)]
        return {
            partner(name=f"{name} {email}", email=email, lang="en_US", server=server): email
            for email in emails
        }

    return create


def states(server, run) -> Counter:
    rows = server.psql(
        "SELECT state, count(*) FROM finance_portal_enabling_line WHERE enabling_id = %s"
        " GROUP BY state", run,
    )  # fmt: skip
    return Counter(dict(rows))


def assert_one_account_and_email_each(server, inbox, chosen) -> None:
    accounts = server.psql(
        "SELECT partner_id FROM finance_portal_account WHERE partner_id = ANY(%s)", [*chosen]
    )
    assert sorted(accounts) == sorted((contact,) for contact in chosen)
    for email in chosen.values():
        [message] = inbox.wait_for(1, to=email)
        assert SETUP.search(html_of(message))
    found = Counter(recipient for message in inbox.messages for recipient in message.rcpt)
    assert {found[email] for email in chosen.values()} == {1}


@pytest.mark.server_log(QUEUE_RACE)
def test_a_killed_server_enables_each_contact_once_when_it_is_back(fragile, inbox, contacts):
    chosen = contacts(fragile)
    dialog = fragile.rpc("finance.portal.enable.many", "create", [{"res_ids": [*chosen]}])
    run = fragile.rpc("finance.portal.enable.many", "action_enable", dialog)["res_id"]
    until(lambda: 0 < states(fragile, run)["done"] < COUNT, timeout=120)
    fragile.kill9()
    before = states(fragile, run)
    assert before["waiting"] and before["done"], "killed in the middle"
    [(accounts,)] = fragile.psql(
        "SELECT count(*) FROM finance_portal_account WHERE partner_id = ANY(%s)", [*chosen]
    )
    assert accounts == before["done"], "either both or neither"
    fragile.start()
    until(lambda: states(fragile, run) == Counter(done=COUNT), timeout=180)
    assert_one_account_and_email_each(fragile, inbox, chosen)


def test_contacts_are_chosen_in_the_list_and_followed_to_the_end(
    fragile, inbox, contacts, browser_page
):
    chosen = contacts(fragile, 4, name="Harvest")
    [silent] = contacts(fragile, 1, name="Harvest")
    fragile.rpc("res.partner", "write", [silent], {"email": False})
    page = browser_page(width=1280, height=900)
    page.goto(f"{fragile.url}/web/login")
    page.fill("#login", "admin")
    page.fill("#password", "admin")
    page.click("button[type=submit]")
    page.wait_for_url("**/odoo**")
    page.goto(f"{fragile.url}/odoo/action-base.action_partner_form?view_type=list")
    page.locator(".o_list_view").wait_for()
    page.locator(".o_searchview_input").press_sequentially("Harvest")
    page.locator(".o_searchview_autocomplete li").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(".o_data_row")).to_have_count(5)
    page.locator("thead .o_list_record_selector input").check()
    page.locator(".o_cp_action_menus button", has_text="Actions").click()
    page.locator(".o-dropdown-item", has_text="Enable Portal Access").click()
    dialog = page.locator(".modal")
    expect(dialog.locator("[name=ready] li")).to_have_count(4)
    expect(dialog.locator("[name=problems]")).to_contain_text("no valid email address")
    dialog.locator("footer button", has_text="Enable").click()
    page.locator(".o_finance_progress").wait_for()
    done = page.locator(".o_statusbar_status .o_arrow_button_current", has_text="Done")
    done.wait_for(timeout=120_000)
    expect(page.locator("[name=problem_line_ids] .o_data_row")).to_have_count(1)
    expect(page.locator("[name=line_ids] .o_data_row").first).to_contain_text("etup link")
    assert_one_account_and_email_each(fragile, inbox, chosen)
    page.get_by_role("button", name="Who Hasn't Set Up Yet").click()
    expect(page.locator(".o_data_row")).to_have_count(4)
    page.locator("thead .o_list_record_selector input").check()
    page.get_by_role("button", name="Remind to Set Up").click()
    page.locator(".modal footer button", has_text="Ok").click()
    expect(page.locator("[name=problem_line_ids]")).to_contain_text("Try again later")
