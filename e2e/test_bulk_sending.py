"""Many invoices at once: progress to be seen, and a killed server neither doubles nor loses any."""

import re
from collections import Counter

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from e2e.office import clear_search, sign_in
from e2e.toolbox import QUEUE_RACE, Guest, address, let_jobs_end, turnstile, until, wake_jobs
from e2e.visitor import link_in

COUNT = 24


@pytest.fixture(scope="module")
def fragile(make_erp):
    """A server of its own, to be killed: as quick to start again as can be."""
    server = make_erp(workers=0)
    yield server
    server.stop()


@pytest.fixture
def invoices(partner, invoice):
    """A factory of ``{invoice id: address}``, each of a customer of its own."""

    def create(server, count=COUNT, **values) -> dict[int, str]:
        emails = [address("bulk") for _number in range(count)]
        contacts = [
            partner(name=f"Customer {email}", email=email, lang="en_US", server=server)
            for email in emails
        ]
        moves = [invoice(partner=contact, server=server, **values) for contact in contacts]
        return dict(zip(moves, emails, strict=True))

    return create


def send_all(server, moves) -> int:
    """Confirm the dialog behind Send to Customer for several invoices; return the batch."""
    context = {"active_model": "account.move", "active_ids": list(moves)}
    dialog = server.rpc("finance.portal.send", "create", [{}], context=context)
    action = server.rpc("finance.portal.send", "action_send", dialog)
    assert action["res_model"] == "finance.portal.batch"
    return action["res_id"]


def states(server, batch) -> Counter:
    rows = server.psql(
        "SELECT state, count(*) FROM finance_portal_batch_line WHERE batch_id = %s GROUP BY 1",
        batch,
    )
    return Counter(dict(rows))


def arrived(server, inbox, moves) -> Counter:
    """Return how many emails each customer got, once all have one and no more are on their way."""
    for email in moves.values():
        inbox.wait_for(1, to=email)
    let_jobs_end(server)
    found = Counter(recipient for message in inbox.messages for recipient in message.rcpt)
    return Counter({email: found[email] for email in moves.values()})


@pytest.mark.server_log(QUEUE_RACE)
def test_a_killed_server_sends_each_document_once_when_it_is_back(fragile, inbox, invoices):
    moves = invoices(fragile)
    with turnstile(fragile, "mail_mail") as let_one_pass:
        batch = send_all(fragile, moves)
        let_one_pass()
        until(lambda: states(fragile, batch)["sent"])
        fragile.kill9()
    before = states(fragile, batch)
    assert before["waiting"] and before["sent"], "killed in the middle"
    sent = fragile.psql(
        "SELECT count(DISTINCT m.res_id) FROM mail_message m JOIN finance_portal_batch_line l"
        " ON l.res_model = m.model AND l.res_id = m.res_id AND l.state = 'sent'"
        " WHERE l.batch_id = %s AND m.message_type = 'comment'", batch,
    )  # fmt: skip
    unsent = fragile.psql(
        "SELECT count(*) FROM mail_message m JOIN finance_portal_batch_line l"
        " ON l.res_model = m.model AND l.res_id = m.res_id AND l.state = 'waiting'"
        " WHERE l.batch_id = %s AND m.message_type = 'comment'", batch,
    )  # fmt: skip
    assert (sent, unsent) == ([(before["sent"],)], [(0,)]), "either both or neither"
    fragile.start()
    wake_jobs(fragile)
    until(lambda: states(fragile, batch) == Counter(sent=COUNT), timeout=180)
    assert arrived(fragile, inbox, moves) == Counter(moves.values()), "each exactly once"
    for email in [*moves.values()][::8]:
        assert Guest().get(link_in(inbox.to(email)[0])).status_code == 200


def test_progress_moves_by_itself_and_failures_are_listed(fragile, inbox, invoices, browser_page):
    moves = invoices(fragile, 12)
    [bad, worse] = invoices(fragile, 2)
    fragile.rpc("account.move", "button_draft", [bad])
    [(contact,)] = fragile.psql("SELECT partner_id FROM account_move WHERE id = %s", worse)
    fragile.rpc("res.partner", "write", [contact], {"email": False})
    page = browser_page(width=1280, height=900)
    sign_in(page, fragile)
    batch = _send_in_browser(page, fragile, [*moves, bad, worse])
    state = page.locator(".o_statusbar_status .o_arrow_button_current")
    expect(state).to_contain_text("some failed", timeout=120_000)
    expect(page.locator("[name=processed_count]")).to_contain_text("14")
    problems = page.locator("[name=problem_line_ids] .o_data_row")
    expect(problems).to_have_count(2)
    text = page.locator("[name=problem_line_ids]")
    expect(text).to_contain_text("still a draft. Confirm it first")
    expect(text).to_contain_text("has no email address")
    problems.filter(has_text="still a draft").get_by_role("button", name="Open").click()
    page.locator(".o_form_view button", has_text="Confirm").first.wait_for()
    assert states(fragile, batch) == Counter(sent=12, failed=2)
    assert arrived(fragile, inbox, moves) == Counter(moves.values())


def _send_in_browser(page, server, ids) -> int:
    """Choose the invoices in their list, and send them; return the batch on the screen."""
    page.goto(f"{server.url}/odoo/action-account.action_move_out_invoice")
    page.locator(".o_list_view").wait_for()
    clear_search(page)
    page.locator(".o_data_row").nth(len(ids) - 1).wait_for()
    newest = [page.locator(".o_data_row").nth(number) for number in range(len(ids))]

    def all_chosen():
        # The list loads anew without the filter, and forgets what was chosen before.
        try:
            for row in newest:
                row.locator(".o_list_record_selector input").check()
        except PlaywrightError:
            return False
        return page.locator(".o_data_row_selected").count() == len(ids)

    until(all_chosen)
    page.get_by_role("button", name="Send to Customer").first.click()
    page.locator(".modal", has_text="secure link").wait_for()
    page.locator(".modal footer button", has_text="Send").click()
    page.locator(".o_finance_progress").wait_for()
    page.wait_for_url(re.compile(r"/\d+$"))
    return int(page.url.rsplit("/", 1)[1])
