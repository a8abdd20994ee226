"""Long PDFs can be read on every page, in every document layout of Odoo (section 5)."""

import io
import unicodedata
import zipfile
from datetime import date

from odoo import Command
from odoo.tests import tagged

from odoo.addons.base.models.ir_actions_report import _wkhtml

from .decision_common import DecisionCase
from .portal_common import PortalCase

ROWS = 45
STATEMENT = (date(2000, 1, 1), date(2100, 12, 31))
# How far the boxes of two texts may reach into each other, in points: fonts are generous there.
SLACK = 3


@tagged("post_install", "-at_install")
class TestLongPapers(DecisionCase, PortalCase):
    @classmethod
    def default_env_context(cls):
        return {"force_report_rendering": True}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not _wkhtml().is_patched_qt:
            cls.skipTest(cls, "needs a wkhtmltopdf with patched Qt")
        # sudo: set up for everyone; styles load in less than the second that Odoo waits
        cls.env["ir.config_parameter"].sudo().set_param("report.print_delay", "300")
        cls.company.write({"report_footer": "<p>Footer of the bakery</p>"})
        cls.company.partner_id.write(
            {
                "street": "Lindenweg 7",
                "zip": "10115",
                "city": "Berlin",
                "country_id": cls.env.ref("base.de").id,
            }
        )
        lines = [
            Command.create({"name": f"Work number {number}", "price_unit": 10.0 + number})
            for number in range(ROWS)
        ]
        cls.long_invoice = cls.make_invoice(invoice_line_ids=lines)
        line = {"product_id": cls.product_a.id, "price_unit": 10.0}
        cls.long_quote = cls.make_quote(
            user_id=cls.seller.id,
            lines=[{**line, "name": f"Work number {number}"} for number in range(ROWS)],
        )
        cls.many = cls.env["account.move"].union(
            *(
                cls.make_invoice(partner=cls.eve, **cls.priced(10.0 + number))
                for number in range(ROWS)
            )
        )
        cls.payment = cls.pay(cls.many, group_payment=True)

    def papers(self):
        """Return ``{name: print}`` of all that the product makes or sends as a PDF."""
        reports = self.env["ir.actions.report"]

        def report(name, record):
            return lambda: reports._render_qweb_pdf(name, record.ids)[0]

        return {
            "invoice": report("account.account_invoices", self.long_invoice),
            "quote": report("sale.action_report_saleorder", self.long_quote),
            "receipt": report("account.action_report_payment_receipt", self.payment),
            "statement": self.statement,
            "evidence": self.evidence,
        }

    def accept(self):
        _link, page = self.open_quote(self.long_quote)
        self.answer(page)
        return self.decisions(self.long_quote)

    def evidence(self):
        """Return the page to print that is in the evidence of an answer."""
        _name, content = self.decisions(self.long_quote)._get_evidence()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(next(n for n in archive.namelist() if n.endswith("accepted.pdf")))

    def statement(self):
        Statement = self.env["finance.portal.statement"]
        return Statement._get_pdf(self.rival, self.company, *STATEMENT, keep=False)[1]

    def pages(self, content):
        """Return the texts of each page: lists of ``(text, (left, bottom, right, top))``."""
        try:
            from pdfminer.high_level import extract_pages
            from pdfminer.layout import LAParams, LTTextLine
        except ImportError:
            self.skipTest("needs pdfminer.six")

        def lines_in(box):
            for part in box if hasattr(box, "__iter__") else ():
                if isinstance(part, LTTextLine):
                    yield unicodedata.normalize("NFKC", part.get_text()).strip(), part.bbox
                else:
                    yield from lines_in(part)

        pages = extract_pages(io.BytesIO(content), laparams=LAParams(boxes_flow=None))
        return [[(text, box) for text, box in lines_in(page) if text] for page in pages]

    def over_each_other(self, texts):
        """Return the pairs of texts that are printed over each other."""
        return [
            (one, other)
            for number, (one, (left, bottom, right, top)) in enumerate(texts)
            for other, (x0, y0, x1, y1) in texts[number + 1 :]
            if min(right, x1) - max(left, x0) > SLACK and min(top, y1) - max(bottom, y0) > SLACK
        ]

    def test_nothing_is_printed_over_anything_and_every_page_has_its_number(self):
        self.accept()
        for layout in self.env["report.layout"].search([]):
            self.company.external_report_layout_id = layout.view_id
            for name, make in self.papers().items():
                with self.subTest(layout=layout.name, paper=name):
                    pages = self.pages(make())
                    self.assertGreater(len(pages), 1)
                    for number, texts in enumerate(pages, start=1):
                        self.assertEqual(self.over_each_other(texts), [], f"page {number}")
                        whole = " ".join(text for text, _box in texts)
                        self.assertIn(f"Page {number} / {len(pages)}", whole)

    def test_the_address_on_a_statement_is_in_its_language(self):
        Statement = self.env["finance.portal.statement"].with_context(lang="de_DE")
        values = Statement._get_report_values(self.rival, self.company, *STATEMENT)
        self.assertEqual(values["pages"][0]["customer"].env.lang, "de_DE")
