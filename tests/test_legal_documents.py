"""The one legal document of an invoice, whoever comes first (SPEC 13)."""

from unittest.mock import patch

from odoo.tests import tagged

from .account_pages_common import PORTAL, AccountPagesCase
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


@tagged("post_install", "-at_install")
class TestEInvoices(AccountPagesCase):
    """The e-invoice of every kind of invoice stands beside its PDF, by link and in the portal."""

    KINDS = ("out_invoice", "out_refund", "out_receipt")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.moves = {kind: cls.make_invoice(move_type=kind) for kind in cls.KINDS}
        cls.files = {
            move: cls.env["ir.attachment"].create(
                {
                    "name": f"{kind}_ubl.xml",
                    "raw": f"<{kind}/>".encode(),
                    "mimetype": "application/xml",
                    "res_model": "account.move",
                    "res_id": move.id,
                    "res_field": "invoice_vendor_bill_file",
                }
            )
            for kind, move in cls.moves.items()
        }

        def add(_send, move):
            found = move.env["ir.attachment"].sudo()
            return found.browse(cls.files[move].id) if move in cls.files else found

        cls.startClassPatcher(
            patch.object(type(cls.env["account.move.send"]), "_get_invoice_extra_attachments", add)
        )

    def assertBesideThePdf(self, path, move):
        page, file = self.visit(path), self.files[move]
        self.assertEqual(page.status_code, 200)
        self.assertIn(file.name, page.text)
        self.assertIn(f'href="{path}/pdf"', page.text)
        [(ref, _file)] = move.sudo()._finance_portal_get_files()
        answer = self.visit(f"{path}/file/{ref}")
        self.assertEqual((answer.status_code, answer.content), (200, file.raw))
        self.assertIn("attachment", answer.headers["Content-Disposition"])

    def test_by_the_secure_link(self):
        for kind, move in self.moves.items():
            with self.subTest(kind=kind):
                link, token = self.issue(move)
                self.open_link(token)
                self.assertBesideThePdf(f"/finance/d/{link.ref}", move)

    def test_in_the_portal(self):
        self.account_with_password()
        self.sign_in()
        scope = self.env["finance.portal.scope"]
        for kind, move in self.moves.items():
            with self.subTest(kind=kind):
                self.assertBesideThePdf(f"/finance/d/{scope._make_ref(move)}", move)

    def test_page_of_files_lists_what_staff_shared_and_no_legal_document(self):
        """Neither the PDF nor the e-invoice: one of each for every invoice would bury the rest."""
        self.account_with_password()
        self.sign_in()
        move = self.moves["out_invoice"]
        plan = self.env["ir.attachment"].create(
            {"name": "plan.txt", "raw": b"x", "res_model": move._name, "res_id": move.id}
        )
        move.env["finance.portal.file"]._show(move, plan)
        page = self.visit(f"{PORTAL}/files")
        self.assertIn("plan.txt", page.text)
        self.assertNotIn("_ubl.xml", page.text)

    def test_copy_made_by_hand_is_not_offered_twice(self):
        for move, file in self.files.items():
            copy = self.env["ir.attachment"].create(
                {"name": file.name, "raw": file.raw, "res_model": move._name, "res_id": move.id}
            )
            self.assertNotIn(copy, move.finance_file_choice_ids)

    def test_another_customer_gets_none_of_them(self):
        self.account_with_password(self.eve)
        self.sign_in(self.eve.email)
        for move in self.moves.values():
            [(ref, _file)] = move.sudo()._finance_portal_get_files()
            path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(move)}"
            self.assertEqual(self.visit(f"{path}/file/{ref}").status_code, 404)
