"""The official PDF of quotes and payments on running servers, with the real renderer."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from e2e.toolbox import Guest, address, until
from e2e.visitor import link_in

TEMPLATES = {
    "sale.order": "sale.email_template_edi_sale",
    "account.payment": "account.mail_template_data_payment_receipt",
}
PARALLEL = 4
RENDERED = "The PDF report has been generated"


@pytest.fixture
def documents(erp, partner):
    """A quote and a payment of one new contact: ``({model: id}, email)``."""
    email = address("pdf")
    contact = partner(name="Pia Harbour", email=email, lang="en_US")
    [product] = erp.rpc("product.product", "create", [{"name": "Design", "list_price": 90}])
    line = (0, 0, {"product_id": product, "product_uom_qty": 2})
    [order] = erp.rpc("sale.order", "create", [{"partner_id": contact, "order_line": [line]}])
    values = {"payment_type": "inbound", "partner_id": contact, "amount": 40}
    [payment] = erp.rpc("account.payment", "create", [values])
    erp.rpc("account.payment", "action_post", payment)
    return {"sale.order": order, "account.payment": payment}, email


def mail(erp, inbox, model, document, email):
    """Send a document by its template, as Odoo's dialog does; return the message."""
    before = len(inbox.to(email))
    module, name = TEMPLATES[model].split(".")
    [(template,)] = erp.psql(
        "SELECT res_id FROM ir_model_data WHERE module = %s AND name = %s", module, name
    )
    context = {
        "default_model": model,
        "default_res_ids": [document],
        "default_template_id": template,
        "default_composition_mode": "comment",
        "mark_so_as_sent": True,
        "force_email": True,
    }
    [composer] = erp.rpc("mail.compose.message", "create", [{}], context=context)
    erp.rpc("mail.compose.message", "action_send_mail", composer, context=context)
    return inbox.wait_for(before + 1, to=email)[-1]


def rendered(erp):
    """Return how often the server has printed something so far."""
    return erp.log_path.read_text(errors="replace").count(RENDERED)


def kept(erp, model, document):
    return erp.psql(
        "SELECT count(*) FROM finance_portal_pdf WHERE res_model = %s AND res_id = %s",
        model, document,
    )  # fmt: skip


def test_download_is_what_was_mailed_and_starts_no_renderer(erp, inbox, documents):
    ids, email = documents
    for model, document in ids.items():
        message = mail(erp, inbox, model, document, email)
        [attachment] = message.iter_attachments()
        mailed = attachment.get_content()
        assert mailed.startswith(b"%PDF")
        before = rendered(erp)
        visitor = Guest()
        page = visitor.get(link_in(message))
        answer = visitor.get(f"{page.url}/pdf")
        assert (answer.status_code, answer.content) == (200, mailed)
        assert rendered(erp) == before
        assert kept(erp, model, document) == [(1,)]


def test_parallel_first_downloads_give_one_pdf_and_no_error(erp, inbox, documents):
    ids, email = documents
    message = mail(erp, inbox, "sale.order", ids["sale.order"], email)
    erp.rpc("sale.order", "write", ids["sale.order"], {"note": "<p>Newer than the mail</p>"})
    visitors = [Guest() for _number in range(PARALLEL)]
    pages = [visitor.get(link_in(message)) for visitor in visitors]
    [attachment] = message.iter_attachments()

    def download(pair):
        visitor, page = pair

        def attempt():
            answer = visitor.get(f"{page.url}/pdf")
            return answer.status_code != 503 and answer  # being prepared for somebody else

        return until(attempt, pause=1)  # too many looks would meet our own limit

    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(download, zip(visitors, pages, strict=True)))
    assert [answer.status_code for answer in answers] == [200] * PARALLEL
    contents = {answer.content for answer in answers}
    assert len(contents) == 1, "everybody got the same file"
    assert contents != {attachment.get_content()}
    assert kept(erp, "sale.order", ids["sale.order"]) == [(2,)]
