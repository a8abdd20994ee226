"""The PDF's branding never disappears, whatever renderer there is."""

from types import SimpleNamespace
from unittest.mock import patch

import lxml.html

from odoo.tests import tagged

from .common import FinancePortalCase

WKHTML = "odoo.addons.finance_portal.models.pdf.ir_actions_report._wkhtml"


@tagged("post_install", "-at_install")
class TestLetterhead(FinancePortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "external_report_layout_id": cls.env.ref("web.external_layout_standard").id,
                "report_header": "Bread since 1900",
                "report_footer": "<p>Footer of the bakery</p>",
            }
        )

    def prepare(self, patched_qt, model="account.move", moves=None):
        """Return what is handed to the renderer, made by one with or without patched Qt."""
        moves = self.invoice if moves is None else moves
        reports = self.env["ir.actions.report"]
        html, _kind = reports._render_qweb_html("account.report_invoice", moves.ids)
        with patch(WKHTML, lambda: SimpleNamespace(is_patched_qt=patched_qt)):
            return reports._prepare_html(html, report_model=model)

    def test_patched_qt_prints_header_and_footer_as_ever(self):
        bodies, _ids, header, footer, _paper = self.prepare(True)
        self.assertIn("Bread since 1900", str(header))
        self.assertIn("Footer of the bakery", str(footer))
        self.assertNotIn("Footer of the bakery", str(bodies[0]))
        self.assertNotIn("finance_portal_header", str(bodies[0]))

    def test_without_patched_qt_the_letterhead_is_in_the_body(self):
        bodies, ids, header, footer, paper = self.prepare(False)
        self.assertFalse(header or footer)
        self.assertEqual(ids, self.invoice.ids)
        body = str(bodies[0])
        self.assertEqual(body.count("Bread since 1900"), 1)
        self.assertEqual(body.count("Footer of the bakery"), 1)
        self.assertLess(body.index("Bread since 1900"), body.index(self.invoice.name))
        self.assertGreater(body.index("Footer of the bakery"), body.index(self.invoice.name))
        self.assertEqual(paper["data-report-margin-top"], 10)

    def test_without_patched_qt_nobody_counts_pages(self):
        root = lxml.html.fromstring(str(self.prepare(False)[0][0]))
        self.assertFalse(root.find_class("page") and root.find_class("topage"))

    def test_each_document_gets_its_own_letterhead(self):
        moves = self.invoice + self.make_invoice(partner=self.eve)
        bodies, ids, _header, _footer, _paper = self.prepare(False, moves=moves)
        self.assertEqual(len(bodies), 2)
        self.assertEqual(ids, moves.ids)
        for body in bodies:
            self.assertEqual(str(body).count("Bread since 1900"), 1)
            self.assertEqual(str(body).count("Footer of the bakery"), 1)

    def test_other_models_are_left_alone(self):
        for model in ("res.partner", False, "no.such.model"):
            with self.subTest(model=model):
                bodies, _ids, header, _footer, _paper = self.prepare(False, model=model)
                self.assertIn("Bread since 1900", str(header))
                self.assertNotIn("finance_portal_header", str(bodies))
