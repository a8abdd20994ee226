"""View as customer on a real server: real PDFs, a read-only transaction, nothing left behind."""

import re

import pytest

from e2e.toolbox import Guest, address, empty_mail_queue

PORTAL = "/finance/customer-portal"
LEFT_BEHIND = (
    "SELECT (SELECT count(*) FROM finance_portal_event),"
    " (SELECT count(*) FROM finance_portal_pdf),"
    " (SELECT count(*) FROM ir_attachment WHERE res_model IN"
    " ('account.move', 'sale.order', 'finance.portal.pdf'))"
)


class Staff(Guest):
    """The administrator's browser in the back office."""

    def __init__(self, erp):
        super().__init__()
        self.erp = erp
        self.ask("/web/session/authenticate", db=erp.site.database, login="admin", password="admin")

    def ask(self, path, **params):
        answer = self.post(f"{self.erp.url}{path}", json={"params": params}).json()
        assert "error" not in answer, answer["error"]["data"]["message"]
        return answer["result"]

    def call(self, model, method, *args):
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.ask(path, model=model, method=method, args=args, kwargs={})


@pytest.fixture
def staff(erp):
    return Staff(erp)


@pytest.fixture
def customer(erp, partner, invoice):
    """A contact whose company has an invoice and a quote, neither of which was ever printed."""
    company = partner(name="Harbour Ltd", is_company=True, email=address("office"))
    contact = partner(name="Ada Harbour", parent_id=company, email=address(), lang="en_US")
    invoice(partner=contact)
    line = (0, 0, {"name": "Design", "product_uom_qty": 1, "price_unit": 100.0})
    order = erp.rpc("sale.order", "create", [{"partner_id": contact, "order_line": [line]}])[0]
    erp.rpc("sale.order", "action_quotation_sent", [order])
    return contact


@pytest.mark.parametrize("page", ["invoices", "quotes"])
def test_pdfs_are_made_without_a_trace_and_the_staffs_session_stays(erp, staff, customer, page):
    staff.call("res.partner", "action_finance_portal_view_as", [customer])
    empty_mail_queue(erp)
    before = erp.psql(LEFT_BEHIND)
    overview = staff.get(f"{erp.url}{PORTAL}/{page}")
    assert overview.status_code == 200
    path = re.search(r"/finance/d/[\w-]{22}", overview.text).group()
    document = staff.get(f"{erp.url}{path}")
    assert document.status_code == 200
    assert "re seeing what" in document.text
    pdf = staff.get(f"{erp.url}{path}/pdf")
    assert (pdf.status_code, pdf.headers["Content-Type"]) == (200, "application/pdf")
    assert pdf.content.startswith(b"%PDF")
    staff.submit(document, "/end-view")
    assert erp.psql(LEFT_BEHIND) == before
    assert staff.call("res.partner", "write", [customer], {"comment": "Called today"})
    after = staff.get(f"{erp.url}{PORTAL}", allow_redirects=False)
    assert after.status_code == 303
