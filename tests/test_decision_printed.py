"""A customer accepts whatever the quote's PDF prints, also what apps print (section 5)."""

import base64
import io
import json

from odoo.tests import tagged
from odoo.tools.pdf import PdfFileWriter

from ..models.quotes.sale_order_pdf import LINE, ORDER
from .decision_common import DecisionCase
from .test_native_shop import SHOP

# What is printed on a quote and nobody decides on; amounts follow from its lines.
NOT_AGREED = {
    "name", "client_order_ref", "date_order", "amount_untaxed", "amount_tax", "amount_total",
}  # fmt: skip
TYPED = {"header": {"1": {"document_name": "Terms", "custom_form_fields": {"months": "24"}}}}


@tagged("post_install", "-at_install")
class TestPrintedTerms(DecisionCase):
    def make_page(self):
        """Return a page that is printed before a quote."""
        writer, buffer = PdfFileWriter(), io.BytesIO()
        writer.add_blank_page(width=595, height=842)
        writer.write(buffer)
        content = base64.b64encode(buffer.getvalue())
        return self.env["quotation.document"].create({"name": "Terms 2027.pdf", "datas": content})

    def get_printed_changes(self):
        """Return values for each printed field that customers agree to, and what is then shown."""
        return {
            "validity_date": lambda: ("2099-12-24", "2099"),
            "commitment_date": lambda: ("2099-11-23", "2099"),
            "note": lambda: ("<p>No refunds</p>", "No refunds"),
            "incoterm": lambda: (self.env.ref("account.incoterm_EXW").id, "EXW"),
            "incoterm_location": lambda: ("Hamburg", "Hamburg"),
            "quotation_document_ids": lambda: (self.make_page().ids, "Terms 2027.pdf"),
            "customizable_pdf_form_fields": lambda: (json.dumps(TYPED), "months: 24"),
        }

    def test_whatever_is_printed_is_what_is_agreed_to(self):
        """Also what apps print that not every business has, where they are installed."""
        changes = self.get_printed_changes()
        self.assertEqual({*ORDER} - NOT_AGREED, changes.keys())
        for name in changes.keys() & self.quote._fields.keys():
            value, shown = changes[name]()
            with self.subTest(name):
                self.assertChanged(
                    lambda quote, name=name, value=value: quote.write({name: value}), shown
                )

    def test_a_page_of_a_product_is_agreed_to(self):
        """Where the app that adds pages to the PDF is installed."""
        name = "product_document_ids"
        self.assertIn(name, LINE)
        if name not in self.quote.order_line._fields:
            return
        sheet = self.env["product.document"].create(
            {
                "name": "Data sheet.pdf",
                "datas": self.make_page().datas,
                "res_model": "product.product",
                "res_id": self.product_a.id,
                "attached_on_sale": "inside",
            }
        )
        self.assertChanged(
            lambda quote: quote.order_line.write({name: sheet.ids}), "Data sheet.pdf"
        )


@tagged(*SHOP)
class TestPrintedTermsOfApps(TestPrintedTerms):
    """The same with what the shop's apps print, such as terms of delivery."""

    def test_terms_of_delivery_are_printed_here(self):
        self.assertIn("incoterm", self.quote._fields)
