"""A customer pays in a real browser, with the ERP's demo provider."""

import pytest

from e2e.toolbox import QUEUE_RACE, mailed_long_ago, new_shared

pytestmark = pytest.mark.server_log(QUEUE_RACE)


def pay(page, state: str = "done") -> None:
    """Fill in the demo provider's form and press Pay."""
    page.locator("#simulated_payment_state").wait_for()
    page.locator("#customer_input").fill("4242 4242 4242 4242")
    page.locator("#simulated_payment_state").select_option(state)
    page.locator('[name="o_payment_submit_button"]').click()
    page.wait_for_url("**/pay/result")


def states_of(erp, move: int) -> list:
    """Return what became of the payments of an invoice, and of the invoice."""
    return erp.psql(
        "SELECT t.state, t.is_post_processed, t.amount, m.payment_state FROM account_move m"
        " JOIN account_invoice_transaction_rel r ON r.invoice_id = m.id"
        " JOIN payment_transaction t ON t.id = r.transaction_id WHERE m.id = %s ORDER BY t.id",
        move,
    )


def test_an_invoice_is_paid_on_a_phone(erp, inbox, partner, invoice, *, browser_page):
    shared = new_shared(erp, inbox, partner, invoice, amount=1234.5)
    mailed_long_ago(erp, shared.link)
    page = browser_page(width=375, has_touch=True, is_mobile=True)
    page.goto(shared.url)
    page.get_by_role("link", name="Pay now").tap()
    pay(page)
    page.get_by_text("There is nothing left to pay.").wait_for()
    assert states_of(erp, shared.move) == [("done", True, 1234.5, "paid")]
    page.get_by_role("link", name="Back to the document").click()
    page.get_by_text("Paid on").first.wait_for()
    assert page.get_by_role("link", name="Pay now").count() == 0
