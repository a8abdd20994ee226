"""Send Statement on running servers: the email, the page on a phone, and the attached PDF."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from e2e.toolbox import QUEUE_RACE, address
from e2e.visitor import link_in

pytestmark = pytest.mark.server_log(QUEUE_RACE)

MODEL = "finance.portal.issued.statement"


@pytest.fixture
def statement(erp, inbox, partner, invoice):
    """A statement that was mailed: ``(its email, {name: (id, number)} of its invoices)``."""
    email = address("statement")
    customer = partner(name="Harbour Ltd", is_company=True, email=email, lang="en_US")
    today, moves = datetime.now(UTC).date(), {}  # the server's, wherever this machine is
    for name, days, amount in (("late", -40, 640.0), ("soon", 10, 50.0)):
        due = (today + timedelta(days=days)).isoformat()
        move = invoice(
            partner=customer, amount=amount, invoice_date_due=due, invoice_payment_term_id=False
        )
        [row] = erp.rpc("account.move", "read", [move], ["name"])
        moves[name] = move, row["name"]
    action = erp.rpc("res.partner", "action_finance_portal_send_statement", [customer])
    context = action["context"]
    wizard = erp.rpc("mail.compose.message", "create", [{}], context=context)
    erp.rpc("mail.compose.message", "action_send_mail", wizard, context=context)
    return inbox.wait_for(1, to=email)[-1], moves


def pay(erp, move: int) -> None:
    """Register a payment of all that is open of an invoice."""
    context = {"active_model": "account.move", "active_ids": [move]}
    wizard = erp.rpc("account.payment.register", "create", [{}], context=context)
    erp.rpc("account.payment.register", "action_create_payments", wizard, context=context)


def test_statement_from_the_email_to_the_page_of_today(erp, statement, browser_page):
    message, moves = statement
    assert "690.00" in message["Subject"]
    [attachment] = message.iter_attachments()
    pages = PdfReader(io.BytesIO(attachment.get_content())).pages
    text = "".join(page.extract_text() for page in pages)
    for _move, number in moves.values():
        assert number in text
    page = browser_page()
    page.goto(link_in(message))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Statement STMT/")
    expect(page.get_by_text("Overdue by 40 days")).to_be_visible()
    for _move, number in moves.values():
        expect(page.get_by_role("cell").filter(has_text=number)).to_be_visible()
        expect(page.get_by_role("link").filter(has_text=number)).to_have_count(0)
    pay(erp, moves["late"][0])
    page.reload()
    expect(page.get_by_text(f"{moves['late'][1]} was paid on")).to_be_visible()
    expect(page.get_by_text("Not due yet").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PDF").click()
    pages = PdfReader(download.value.path()).pages
    text = "".join(page.extract_text() for page in pages)
    assert moves["soon"][1] in text
    assert moves["late"][1] not in text
