"""A quote with quote builder pages: the customer accepts exactly the PDF that was mailed."""

import hashlib
import io

import pypdf

from e2e.test_official_pdf import mail
from e2e.test_quote_decision import Reader
from e2e.toolbox import address, mailed_long_ago
from e2e.visitor import link_in


def test_the_accepted_pdf_is_the_one_with_the_builders_pages(erp, inbox, partner):
    email = address("builder")
    buyer = partner(name="Ada Byrne", email=email, lang="en_US")
    [product] = erp.rpc("product.product", "create", [{"name": "Oven", "list_price": 500}])
    pages = erp.rpc("quotation.document", "search", [("form_field_ids", "!=", False)])
    values = {
        "partner_id": buyer,
        "require_signature": False,
        "require_payment": False,
        "order_line": [(0, 0, {"product_id": product})],
        "quotation_document_ids": [(6, 0, pages)],
    }
    [order] = erp.rpc("sale.order", "create", [values])
    message = mail(erp, inbox, "sale.order", order, email)
    [attachment] = message.iter_attachments()
    mailed = attachment.get_content()
    assert len(pypdf.PdfReader(io.BytesIO(mailed)).pages) > len(pages)
    [(link,)] = erp.psql(
        "SELECT id FROM finance_portal_link WHERE res_model = 'sale.order' AND res_id = %s", order
    )
    mailed_long_ago(erp, link)
    reader = Reader().open(link_in(message))
    assert reader.get(f"{reader.page}/pdf").content == mailed
    assert reader.answer("accept").status_code == 303
    [(state, digest)] = erp.psql(
        "SELECT o.state, d.pdf_sha256 FROM sale_order o JOIN finance_portal_decision d"
        " ON d.res_model = 'sale.order' AND d.res_id = o.id WHERE o.id = %s",
        order,
    )
    assert (state, digest) == ("sale", hashlib.sha256(mailed).hexdigest())
