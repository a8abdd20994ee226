"""Portal access for many contacts: what staff see of it; one email each, despite a crash."""

import re
from collections import Counter

import pytest
from playwright.sync_api import expect

from e2e.account_toolbox import Customer, key_link_in, new_customer, set_up
from e2e.office import search, select_all, show_list
from e2e.test_previews import office  # noqa: F401  # a fixture
from e2e.toolbox import QUEUE_RACE, address, let_jobs_end, turnstile, until, wake_jobs
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

    def create(server, count=COUNT) -> dict[int, str]:
        emails = [address("enable") for _number in range(count)]
        return {
            partner(name=f"Contact {email}", email=email, lang="en_US", server=server): email
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
        inbox.wait_for(1, to=email)
    let_jobs_end(server)
    for email in chosen.values():
        [message] = inbox.to(email)
        assert SETUP.search(html_of(message))
    found = Counter(recipient for message in inbox.messages for recipient in message.rcpt)
    assert {found[email] for email in chosen.values()} == {1}


@pytest.mark.server_log(QUEUE_RACE)
def test_a_killed_server_enables_each_contact_once_when_it_is_back(fragile, inbox, contacts):
    chosen = contacts(fragile)
    dialog = fragile.rpc("finance.portal.enable.many", "create", [{"res_ids": [*chosen]}])
    with turnstile(fragile, "finance_portal_account") as let_one_pass:
        run = fragile.rpc("finance.portal.enable.many", "action_enable", dialog)["res_id"]
        let_one_pass()
        until(lambda: states(fragile, run)["done"])
        fragile.kill9()
    before = states(fragile, run)
    assert before["waiting"] and before["done"], "killed in the middle"
    [(accounts,)] = fragile.psql(
        "SELECT count(*) FROM finance_portal_account WHERE partner_id = ANY(%s)", [*chosen]
    )
    assert accounts == before["done"], "either both or neither"
    fragile.start()
    wake_jobs(fragile)
    until(lambda: states(fragile, run) == Counter(done=COUNT), timeout=180)
    assert_one_account_and_email_each(fragile, inbox, chosen)


def expect_done(page, name: str, done: int) -> None:
    """Expect the form of a run to reach its end by itself."""
    expect(page.locator(".o_form_view h1")).to_contain_text(name)
    expect(page.locator("[name=processed_count]")).to_be_visible()
    state = page.locator(".o_statusbar_status .o_arrow_button_current")
    expect(state).to_have_text("Done", timeout=120_000)
    expect(page.locator("[name=done_count]")).to_have_text(str(done))


# The back office asks for a websocket, which several workers serve only behind a proxy.
@pytest.mark.server_log(QUEUE_RACE, "Couldn't bind the websocket")
def test_staff_enable_who_can_get_access_and_remind_who_never_set_up(erp, inbox, partner, office):  # noqa: F811  # the fixture
    managed = new_customer(erp, inbox, partner)
    erp.rpc("res.partner", "write", [managed.partner], {"name": "Orchard Zoe"})
    partner(name="Orchard Mute", email=False)
    emails = [address("orchard") for _number in range(4)]
    chosen = {
        partner(name=f"Orchard {number}", email=email, lang="en_US"): email
        for number, email in enumerate(emails)
    }
    office.goto(f"{erp.url}/odoo/action-base.action_partner_form")
    show_list(office)
    search(office, "Orchard")
    select_all(office, 6)
    office.locator(".o_cp_action_menus").get_by_role("button", name="Actions").click()
    office.get_by_role("menuitem", name="Enable Portal Access").click()
    dialog = office.locator(".modal")
    expect(dialog.locator("[name=ready_count]")).to_have_text("4")
    for email in emails:
        expect(dialog.locator("[name=ready]")).to_contain_text(email)
    expect(dialog.locator("[name=problem_count]")).to_have_text("2")
    expect(dialog.locator("[name=problems]")).to_contain_text("Already has an account")
    expect(dialog.locator("[name=problems]")).to_contain_text("has no valid email address")
    let_jobs_end(erp)
    assert len(inbox.messages) == 1, "looking enables nobody"
    dialog.get_by_role("button", name="Enable", exact=True).click()
    expect_done(office, "6 contacts", done=4)
    problems = office.locator("[name=problem_line_ids] .o_data_row")
    expect(problems).to_have_count(2)
    expect(problems.filter(has_text="Orchard Mute")).to_contain_text("has no valid email address")
    assert_one_account_and_email_each(erp, inbox, chosen)

    contact, email = next(iter(chosen.items()))
    set_up(Customer(erp, contact, email, 0, key_link_in(inbox.to(email)[0])))
    erp.psql("UPDATE finance_portal_account_link SET requested_at = requested_at - interval '1 h'")
    office.get_by_role("button", name="Not Set Up Yet").click()
    expect(office.locator(".o_data_row").filter(has_text="Setup link sent")).to_have_count(4)
    select_all(office, 4)
    office.get_by_role("button", name="Remind to Set Up").click()
    office.locator(".modal").get_by_role("button", name="Remind to Set Up").click()
    expect_done(office, "Reminder to set up", done=4)
    for reminded in (*emails[1:], managed.email):
        inbox.wait_for(2, to=reminded)
    let_jobs_end(erp)
    assert {len(inbox.to(reminded)) for reminded in (*emails[1:], managed.email)} == {2}
    assert len(inbox.to(email)) == 1, "who set up gets no reminder"
