"""The one legal document of an invoice, whoever comes first (SPEC 13)."""

from unittest.mock import patch

from odoo.tests import tagged

from .http_common import FinancePortalHttpCase
from .pdf_common import PdfCase

HOOK = "_hook_invoice_document_before_pdf_report_render"


@tagged("post_install", "-at_install")
class TestLegalDocuments(PdfCase, FinancePortalHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move = cls.make_invoice()
        cls.Send = cls.env["account.move.send"]

    def download(self):
        """Return the bytes that a visitor without any group downloads."""
        public = self.env.ref("base.public_user")
        # sudo: as after the resolver
        return self.pdf(self.move.with_user(public).sudo())

    def kept(self):
        """Return what Odoo keeps as the invoice itself, the PDF first."""
        self.env.invalidate_all()
        return self.Send._get_invoice_extra_attachments(self.move.sudo())

    def test_the_customers_download_is_what_staff_send_later(self):
        with self.assertPrinted(1):
            first = self.download()
            self.assertEqual(self.download(), first)
        self.assertTrue(first.startswith(b"%PDF"))
        self.assertEqual(self.kept()[:1].raw, first)
        self.assertFalse(self.move.is_move_sent, "nobody has sent it")
        with self.assertPrinted(0), self.mock_mail_gateway():
            self.Send._generate_and_send_invoices(self.move, sending_methods=["email"])
        self.assertTrue(self.move.is_move_sent)
        self.assertEqual(self.kept()[:1].raw, first)

    def test_it_is_printed_as_for_staff(self):
        """Groups put the delivery address and the units on the report; customers have none."""
        seen, prepare = [], type(self.Send)._prepare_invoice_pdf_report

        def look(send, data):
            seen.append(send.env.user.has_group("base.group_user"))
            return prepare(send, data)

        with patch.object(type(self.Send), "_prepare_invoice_pdf_report", look):
            self.download()
        self.assertEqual(seen, [True])

    def test_what_an_authority_registers_first_is_left_to_sending(self):
        name = "_get_default_extra_edis"
        with patch.object(type(self.Send), name, lambda _send, _move: {"authority"}):
            self.assertTrue(self.download().startswith(b"%PDF"), "what staff would print")
        self.assertFalse(self.kept())

    def test_an_error_of_the_e_invoice_keeps_nothing_back(self):
        def fail(_send, _move, data):
            data["error"] = {"error_title": "No VAT number", "errors": ["No VAT number"]}

        with patch.object(type(self.Send), HOOK, fail):
            self.assertTrue(self.download().startswith(b"%PDF"))
        self.assertFalse(self.kept())

    def test_staff_who_look_as_the_customer_keep_nothing(self):
        move = self.move.sudo()
        name, content = move._finance_portal_get_pdf(keep=False)
        self.assertEqual((name[-4:], content[:4]), (".pdf", b"%PDF"))
        self.assertFalse(self.kept())

    def test_the_e_invoice_stands_beside_the_pdf(self):
        link, token = self.issue(self.move)
        self.assertNotIn("INV_ubl.xml", self.open_link(token).text)
        xml = self.env["ir.attachment"].create(
            {
                "name": "INV_ubl.xml",
                "raw": b"<Invoice/>",
                "mimetype": "application/xml",
                "res_model": "account.move",
                "res_id": self.move.id,
                # As Odoo stores what is the document itself; which field it is doesn't matter.
                "res_field": "invoice_vendor_bill_file",
            }
        )

        def add(_send, move):
            return move.env["ir.attachment"].sudo().browse(xml.id)

        with patch.object(type(self.Send), "_get_invoice_extra_attachments", add):
            page = self.visit(f"/finance/d/{link.ref}")
            self.assertIn("INV_ubl.xml", page.text)
            [(ref, file)] = self.move.sudo()._finance_portal_get_files()
            answer = self.visit(f"/finance/d/{link.ref}/file/{ref}")
        self.assertEqual((file, answer.status_code, answer.content), (xml, 200, b"<Invoice/>"))
        self.assertIn("attachment", answer.headers["Content-Disposition"])
