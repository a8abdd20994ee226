"""The story of a shared project in real browsers: the email, a phone, the portal, the end."""

import pytest
from playwright.sync_api import expect

from e2e.account_toolbox import PASSWORD, PORTAL, new_customer, set_up
from e2e.toolbox import address, mailed_long_ago, until
from e2e.visitor import link_in

HIDDEN = "Haggle with the printer"


@pytest.fixture
def shop(erp):
    """A function: create a project of a contact, with tasks; return its id."""

    def create(contact: int, **values) -> int:
        stages = erp.rpc(
            "project.task.type", "create", [{"name": "In design"}, {"name": "In production"}]
        )
        [project] = erp.rpc(
            "project.project", "create",
            [{
                "name": "New shop", "partner_id": contact, "type_ids": [[6, 0, stages]],
                "date_start": "2026-01-05", "date": "2036-06-30", "allow_milestones": True,
                **values,
            }],
        )  # fmt: skip
        tasks = [
            ("Logo", stages[0], "1_done", True),
            ("Website", stages[0], "01_in_progress", True),
            ("Signs", stages[1], "01_in_progress", True),
            (HIDDEN, stages[1], "01_in_progress", False),
        ]
        erp.rpc(
            "project.task", "create",
            [
                {
                    "name": name, "project_id": project, "stage_id": stage, "state": state,
                    "finance_shared": shown, "date_deadline": "2026-02-01 12:00:00",
                }
                for name, stage, state, shown in tasks
            ],
        )  # fmt: skip
        milestone = {"name": "Opening", "project_id": project, "deadline": "2036-05-01"}
        erp.rpc("project.milestone", "create", [milestone])
        return project

    return create


def send(erp, project: int) -> None:
    """Press Send to Customer, and Send in the dialog."""
    context = erp.rpc("project.project", "action_finance_portal_send", [project])["context"]
    [dialog] = erp.rpc("mail.compose.message", "create", [{}], context=context)
    erp.rpc("mail.compose.message", "action_send_mail", [dialog], context=context)


def test_customer_reads_a_project_on_a_phone_until_staff_take_it_away(
    erp, inbox, partner, shop, browser_page
):
    """L4, L6, L7, L8: from the email to the page, and no further than staff allow."""
    email = address("ada")
    project = shop(partner(email=email, name="Ada Example", lang="en_US"))
    send(erp, project)
    (message,) = inbox.wait_for(1, to=email)
    assert message["Subject"] == "Your project New shop"
    assert "/finance/p/" in link_in(message)
    [(link, ref)] = erp.psql(
        "SELECT id, ref FROM finance_portal_link WHERE res_model = 'project.project'"
        " AND res_id = %s", project
    )  # fmt: skip

    mailed_long_ago(erp, link)
    page = browser_page(width=375, has_touch=True, is_mobile=True)
    page.goto(link_in(message))
    assert page.url.endswith(f"/finance/d/{ref}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Project New shop")
    assert "1 of 3" in page.locator(".hero").inner_text()
    bar = page.get_by_role("progressbar", name="Tasks done")
    assert (bar.get_attribute("value"), bar.get_attribute("max")) == ("1", "3")
    names = page.locator("table.tasks").last.locator("tbody td.d").all_inner_texts()
    assert names == ["In design", "Website", "In production", "Signs", "Done", "Logo"]
    assert "Opening" in page.locator("table.tasks").first.inner_text()
    assert HIDDEN not in page.content()
    assert page.get_by_role("link", name="Download PDF").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    until(lambda: erp.psql("SELECT viewed_at FROM finance_portal_link WHERE id = %s", link)[0][0])

    [hidden] = erp.rpc(
        "project.task", "search", [("project_id", "=", project), ("name", "=", HIDDEN)]
    )
    erp.rpc("project.task", "write", [hidden], {"finance_shared": True})
    page.reload()
    assert HIDDEN in page.content(), "staff show one more"
    assert "1 of 4" in page.locator(".hero").inner_text()
    erp.rpc("project.project", "write", [project], {"finance_shared": False})
    assert page.reload().status == 410
    assert "New shop" not in page.content()


def test_customer_finds_the_project_in_the_portal(erp, inbox, partner, shop, browser_page):
    """L6: once it was sent, in the list, and the same page as behind the link."""
    customer = new_customer(erp, inbox, partner)
    set_up(customer)
    project = shop(customer.partner)
    page = browser_page(width=375, has_touch=True, is_mobile=True)
    page.goto(f"{erp.url}{PORTAL}/projects")
    page.get_by_label("Email").fill(customer.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{erp.url}{PORTAL}/projects")
    page.get_by_text("Projects that we share with you will appear here.").wait_for()

    send(erp, project)
    page.reload()
    row = page.locator("table.documents tbody tr")
    assert row.count() == 1
    assert "1 of 3 done" in row.inner_text()
    page.get_by_role("link", name="New shop").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Project New shop")
    assert HIDDEN not in page.content()
    page.goto(f"{erp.url}{PORTAL}")
    assert "Project shared with you" in page.content()
