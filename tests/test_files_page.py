"""What the page and the version of a document know of its files, and how files are called."""

import json

from odoo.tests import tagged

from ..tools.file_names import safe_name
from ..tools.secure_token import is_ref
from .common import FinancePortalCase
from .files_common import FilesCase


@tagged("post_install", "-at_install")
class TestFilesOnThePage(FilesCase):
    """What the page, the version and the fingerprint of a document know of files."""

    def values(self, document=None):
        document = (self.invoice if document is None else document).sudo()
        page = self.env["finance.portal.page"].sudo()
        return page._get_document_values(
            document.with_company(self.company).with_context(lang="en_US")
        )

    def test_page_lists_name_kind_and_size(self):
        for document in (self.invoice, self.order, self.payment):
            with self.subTest(kind=document._name):
                file = self.attach(document, raw=b"x" * 2048)
                self.env["finance.portal.file"]._show(document, file)
                [file] = self.values(document)["files"]
                self.assertTrue(is_ref(file.pop("ref")))
                self.assertEqual(file, {"name": "terms.pdf", "kind": "PDF", "size": "2 kB"})

    def test_page_values_are_texts_only(self):
        self.show(self.attach())
        self.invoice.finance_note = "Hello"
        values = self.values()
        self.assertEqual(json.loads(json.dumps(values)).keys(), values.keys())
        self.assertEqual(values["company_note"], "Hello")
        self.assertEqual(values["company_note_title"], f"A note from {self.company.name}")

    def test_page_follows_every_change(self):
        terms = self.attach()
        steps = [
            (lambda: self.show(terms), ["terms.pdf"], ""),
            (lambda: terms.write({"name": "new.pdf"}), ["new.pdf"], ""),
            (lambda: self.invoice.write({"finance_note": "One"}), ["new.pdf"], "One"),
            (lambda: self.invoice.write({"finance_note": "Two"}), ["new.pdf"], "Two"),
            (lambda: terms.write({"res_id": self.make_invoice().id}), [], "Two"),
            (lambda: terms.write({"res_id": self.invoice.id}), ["new.pdf"], "Two"),
            (terms.unlink, [], "Two"),
            (lambda: self.invoice.write({"finance_note": False}), [], ""),
        ]
        self.values()
        for change, names, note in steps:
            change()
            values = self.values()
            self.assertEqual([file["name"] for file in values["files"]], names)
            self.assertEqual(values["company_note"], note)

    def test_marks_are_sorted_and_follow_the_content(self):
        first, second = self.attach(name="b.pdf"), self.attach(name="a.pdf", raw=b"other")
        self.show(first, second)
        marks = self.invoice._finance_portal_get_file_marks()
        self.assertEqual(marks, [["a.pdf", second.checksum], ["b.pdf", first.checksum]])
        first.raw = b"changed"
        self.assertNotEqual(self.invoice._finance_portal_get_file_marks(), marks)

    # === DOCUMENTS OF PRODUCTS === #

    def add_product_document(self, **values):
        return self.env["product.document"].create(
            {
                "name": "manual.pdf",
                "raw": b"%PDF manual",
                "res_model": "product.template",
                "res_id": self.product_a.product_tmpl_id.id,
                "attached_on_sale": "quotation",
                **values,
            }
        )

    def test_product_documents_are_files_by_odoos_rules(self):
        self.add_product_document()
        self.add_product_document(name="order.pdf", attached_on_sale="sale_order")
        self.add_product_document(name="never.pdf", attached_on_sale="hidden")
        self.add_product_document(name="web", type="url", url="https://example.com", raw=False)
        self.assertEqual(self.names(self.order), ["manual.pdf"])
        self.order.action_confirm()
        self.assertEqual(self.names(self.order), ["manual.pdf", "order.pdf"])

    def test_product_documents_get_a_reference_without_a_row(self):
        self.add_product_document()
        [(ref, _attachment)] = self.order._finance_portal_get_files()
        other = self.order.copy()
        [(foreign, _attachment)] = other._finance_portal_get_files()
        self.assertTrue(is_ref(ref))
        self.assertNotEqual(ref, foreign, "known on one order says nothing about another")
        self.assertEqual(ref, self.order._finance_portal_get_files()[0][0])
        self.assertFalse(self.File._of(self.order))

    def test_page_follows_product_documents(self):
        document = self.add_product_document()
        for change, names in (
            ({}, ["manual.pdf"]),
            ({"name": "guide.pdf"}, ["guide.pdf"]),
            ({"attached_on_sale": "hidden"}, []),
        ):
            document.write(change)
            files = self.values(self.order)["files"]
            self.assertEqual([file["name"] for file in files], names)


@tagged("post_install", "-at_install")
class TestFileNames(FinancePortalCase):
    def test_hostile_names_lose_what_makes_them_hostile(self):
        for name in (
            '"><script>.svg', "..\\..\\x", "a\u202efdp.exe", "a\0b", "a\r\nX: y", "\u200fx\u202e",
            "\ud800", "...",
            "", None, "con.pdf", "x" * 500 + ".pdf", "é" * 300, "🙂" * 99 + ".png", "a/b",
        ):  # fmt: skip
            with self.subTest(name=name):
                safe = safe_name(name)
                self.assertTrue(safe)
                self.assertNotRegex(safe, r'[\x00-\x1f\x7f\\/:*?"<>|\u202a-\u202e\u2066-\u2069]')
                self.assertLessEqual(len(safe.encode()), 200)
                self.assertEqual(safe_name(safe), safe)
        self.assertEqual(safe_name("x" * 500 + ".pdf")[-5:], "x.pdf")
        for name in ("Angebot für Müller & Söhne (2).pdf", "عرض سعر.pdf", "見積書.xlsx"):
            self.assertEqual(safe_name(name), name)
