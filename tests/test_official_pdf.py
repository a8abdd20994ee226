"""The official PDF of quotes, orders and payments: the bytes that staff send (section 5)."""

import base64
import hashlib

from odoo import Command
from odoo.tests import tagged

from .http_common import FinancePortalHttpCase
from .pdf_common import PdfCase
from .test_neutralize import TestNeutralize


@tagged("post_install", "-at_install")
class TestOfficialPdf(PdfCase):
    # === THE SAME BYTES === #

    def test_mailed_pdf_is_the_one_to_download(self):
        for document in self.documents:
            with self.subTest(document=document):
                [mailed] = self.mail(document, self.template_of(document))
                self.assertTrue(mailed.startswith(b"%PDF"))
                with self.assertPrinted(0):
                    self.assertTrue(document._finance_portal_is_pdf_ready())
                    self.assertEqual(self.pdf(document), mailed)
                [row] = self.kept(document)
                self.assertEqual(row.sha256, hashlib.sha256(mailed).hexdigest())
                self.assertEqual(row.company_id, document.company_id)

    def test_mailed_again_the_newest_is_official(self):
        for document in self.documents:
            with self.subTest(document=document):
                [first] = self.mail(document, self.template_of(document))
                [second] = self.mail(document, self.template_of(document))
                self.assertNotEqual(first, second)
                self.assertEqual(self.pdf(document), second)
                self.assertEqual(len(self.kept(document)), 1)

    def test_sending_many_keeps_each_ones_pdf(self):
        orders = self.order + self.order.copy()
        template = self.env.ref("sale.email_template_edi_sale")
        composer = self.env["mail.compose.message"].create(
            {
                "composition_mode": "mass_mail",
                "model": "sale.order",
                "res_ids": repr(orders.ids),
                "template_id": template.id,
            }
        )
        with self.mock_mail_gateway():
            composer._action_send_mail()
        for order in orders:
            mailed = self._new_mails.filtered(lambda mail, order=order: mail.res_id == order.id)
            with self.assertPrinted(0):
                self.assertEqual([self.pdf(order)], mailed.attachment_ids.mapped("raw"))

    def test_confirmation_mail_brings_the_order_and_keeps_it(self):
        quote = self.pdf(self.order)
        with self.mock_mail_gateway():
            self.order.action_confirm()
            self.order._send_order_confirmation_mail()
        mailed = self.order.message_ids.attachment_ids.mapped("raw")
        self.assertEqual([self.pdf(self.order)], mailed)
        self.assertNotIn(quote, mailed)

    def test_never_mailed_is_printed_once(self):
        for document in self.documents:
            with self.subTest(document=document):
                self.assertFalse(document._finance_portal_is_pdf_ready())
                with self.assertPrinted(1):
                    first = self.pdf(document)
                    self.assertEqual([self.pdf(document) for _time in range(3)], [first] * 3)
                self.assertTrue(document._finance_portal_is_pdf_ready())

    def test_report_is_found_among_several(self):
        template = self.env.ref("sale.email_template_edi_sale").copy()
        other = self.env.ref("sale.action_report_pro_forma_invoice")
        official = self.env.ref("sale.action_report_saleorder")
        for reports in (other + official, official + other):
            template.report_template_ids = [Command.set(reports.ids)]
            place = 1 + template.report_template_ids.ids.index(official.id)
            values = {self.order.id: {"attachments": [("of somebody else.pdf", b"")]}}
            results = template._generate_template_attachments(
                self.order.ids, ["report_template_ids"], render_results=values
            )
            _name, mailed = results[self.order.id]["attachments"][place]
            self.assertEqual(self.pdf(self.order), base64.b64decode(mailed))

    def test_two_parallel_first_downloads_give_the_first_pdf(self):
        first = self.Pdf._keep(self.order, "Quote.pdf", b"%PDF of one")
        second = self.Pdf._keep(self.order, "Quote.pdf", b"%PDF of the other")
        self.assertEqual(first, second)
        self.assertEqual(len(self.kept(self.order)), 1)

    def test_lost_file_is_printed_anew(self):
        first = self.pdf(self.order)
        self.kept(self.order).content = False
        second = self.pdf(self.order)
        self.assertNotEqual(first, second)
        self.assertEqual(self.pdf(self.order), second)

    # === VERSIONS === #

    def assertNewPdf(self, document, change):
        """Assert that a change brings a new PDF."""
        before = self.pdf(document)
        change()
        self.env.invalidate_all()
        self.assertFalse(document._finance_portal_is_pdf_ready())
        self.assertNotEqual(self.pdf(document), before)

    def test_every_printed_change_of_an_order_brings_a_new_pdf(self):
        line = self.order.order_line
        tax = self.company_data["default_tax_sale"].copy({"name": "Reduced"})
        pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="  # noqa: E501
        changes = {
            "price": lambda: line.write({"price_unit": 99}),
            "quantity": lambda: line.write({"product_uom_qty": 7}),
            "discount": lambda: line.write({"discount": 5}),
            "text": lambda: line.write({"name": "Rye bread"}),
            "no tax": lambda: line.write({"tax_ids": [Command.clear()]}),
            "another tax": lambda: line.write({"tax_ids": [Command.set(tax.ids)]}),
            "tax's label": lambda: tax.write({"invoice_label": "VAT, reduced"}),
            "new line": lambda: self.order.write(
                {"order_line": [Command.create({"product_id": self.product_b.id})]}
            ),
            "section": lambda: self.order.write(
                {"order_line": [Command.create({"display_type": "line_section", "name": "More"})]}
            ),
            "order of lines": lambda: self.order.order_line[-1].write({"sequence": 1}),
            "note": lambda: self.order.write({"note": "<p>Thank you</p>"}),
            "validity": lambda: self.order.write({"validity_date": "2031-01-01"}),
            "reference": lambda: self.order.write({"client_order_ref": "Your 7"}),
            "address": lambda: self.ada.write({"street": "New Road 1"}),
            "salesperson": lambda: self.order.write({"user_id": self.env.ref("base.user_root").id}),
            "signature": lambda: self.order.write({"signature": pixel, "signed_by": "Ada"}),
            "logo": lambda: self.company.write({"logo": pixel}),
            "letterhead": lambda: self.company.write({"report_footer": "<p>Since 1900</p>"}),
            "layout": lambda: self.company.write({"font": "Roboto"}),
            "order": self.order.action_confirm,
        }
        for name, change in changes.items():
            with self.subTest(change=name):
                self.assertNewPdf(self.order, change)

    def test_what_is_not_printed_keeps_the_pdf(self):
        before = self.pdf(self.order)
        self.order.write({"state": "sent", "origin": "internal", "require_signature": True})
        self.order.message_post(body="A note")
        self.ada.email = "ada@elsewhere.example.com"
        self.company.email = "office@company.test.example.com"
        with self.assertPrinted(0):
            self.assertEqual(self.pdf(self.order), before)

    def test_change_that_is_taken_back_brings_back_the_mailed_pdf(self):
        [mailed] = self.mail(self.order, "sale.email_template_edi_sale")
        self.order.order_line.price_unit = 99
        self.assertNotEqual(self.pdf(self.order), mailed)
        self.order.order_line.price_unit = 100
        with self.assertPrinted(0):
            self.assertEqual(self.pdf(self.order), mailed)

    def test_a_receipt_is_printed_anew_when_it_pays_something(self):
        self.payment.amount = 100

        def reconcile():
            lines = self.payment.move_id.line_ids + self.invoice.line_ids
            lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()

        self.assertNewPdf(self.payment, reconcile)
        other = self.invoice.copy({"invoice_date": "2026-01-10"})
        before = self.pdf(self.payment)
        other.action_post()
        self.assertEqual(self.pdf(self.payment), before, "an invoice it does not pay")

    def test_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.ada.lang = "fr_FR"
        for document in self.documents:
            with self.subTest(document=document):
                for reader in ("en_US", "fr_FR"):
                    self.pdf(document.with_context(lang=reader))
                [row] = self.kept(document)
                self.assertEqual(row.lang, "fr_FR")
                self.ada.lang = "en_US"
                self.pdf(document)
                self.assertEqual(set(self.kept(document).mapped("lang")), {"en_US", "fr_FR"})
                self.ada.lang = "fr_FR"

    # === WHAT IS NEVER OFFICIAL === #

    def test_pro_forma_is_not_kept(self):
        self.mail(self.order, "sale.email_template_proforma")
        self.mail(self.order, "sale.email_template_edi_sale", proforma=True)
        self.assertFalse(self.kept(self.order))

    def test_drafts_and_what_is_cancelled_are_not_kept(self):
        draft = self.payment.copy()
        self.mail(draft, "account.mail_template_data_payment_receipt")
        self.assertFalse(self.kept(draft))
        draft.sudo()._finance_portal_get_pdf()
        self.assertFalse(self.kept(draft))
        self.order._action_cancel()
        self.mail(self.order, "sale.email_template_edi_sale")
        self.assertFalse(self.kept(self.order))

    def test_bills_and_payments_to_vendors_are_not_kept(self):
        payment = self.payment.copy({"payment_type": "outbound", "partner_type": "supplier"})
        payment.action_post()
        self.mail(payment, "account.mail_template_data_payment_receipt")
        self.assertFalse(self.kept(payment))

    def test_other_documents_and_templates_are_left_alone(self):
        template = self.env["mail.template"].create(
            {
                "name": "Card",
                "model_id": self.env.ref("base.model_res_partner").id,
                "report_template_ids": [
                    Command.set(
                        self.env["ir.actions.report"]
                        .search([("model", "=", "res.partner")], limit=1)
                        .ids
                    )
                ],
            }
        )
        template._generate_template_attachments(self.ada.ids, ["report_template_ids"])
        invoice_mail = self.env.ref("account.email_template_edi_invoice")
        invoice_mail.report_template_ids = self.env.ref("account.account_invoices")
        invoice_mail._generate_template_attachments(self.invoice.ids, ["report_template_ids"])
        self.assertFalse(self.Pdf.search([]))

    def test_print_of_the_back_office_stays_odoos_own(self):
        self.pdf(self.order)
        with self.assertPrinted(1):
            report = self.env["ir.actions.report"]
            content, _kind = report._render_qweb_pdf("sale.action_report_saleorder", self.order.ids)
        self.assertNotEqual(content, self.pdf(self.order))

    # === NAMES === #

    def test_file_is_called_as_in_the_email(self):
        self.assertEqual(
            self.order._finance_portal_get_pdf_name(), f"Quotation - {self.order.name}.pdf"
        )
        self.assertEqual(
            self.payment._finance_portal_get_pdf_name(),
            f"Payment Receipt {self.payment.name}".replace("/", "-") + ".pdf",
        )

    def test_hostile_names_make_harmless_files(self):
        for name in ("../../etc/passwd", 'a"\r\nSet-Cookie: x=1', "C:\\x\0y", "..", "n" * 500):
            with self.subTest(name=name):
                self.order.name = name.replace("\0", "\x01")
                filename = self.order._finance_portal_get_pdf_name()
                self.assertRegex(filename, r'^[^\x00-\x1f/\\:*?"<>|]{1,160}\.pdf$')
                self.assertFalse(filename.startswith("."))

    # === GROWTH === #

    def run_retention(self):
        with self.enter_registry_test_mode():
            self.env.ref("finance_portal.ir_cron_retention").method_direct_trigger()
        self.env.invalidate_all()

    def test_retention_deletes_all_versions_but_the_current_one(self):
        self.pdf(self.order)
        self.order.order_line.price_unit = 99
        current = self.pdf(self.order)
        self.pdf(self.payment)
        self.Pdf.search([]).current_at = "2020-01-01"
        self.run_retention()
        with self.assertPrinted(0):
            self.assertEqual(self.pdf(self.order), current)
        self.assertEqual(len(self.kept(self.order)), 1)
        self.assertEqual(len(self.kept(self.payment)), 1)

    def test_retention_leaves_what_is_younger(self):
        self.pdf(self.order)
        self.order.order_line.price_unit = 99
        self.pdf(self.order)
        self.run_retention()
        self.assertEqual(len(self.kept(self.order)), 2)

    def test_retention_deletes_what_lost_its_document(self):
        self.pdf(self.order)
        row = self.kept(self.order)
        row.write({"res_id": 2**31 - 1, "current_at": "2020-01-01"})
        self.run_retention()
        self.assertFalse(row.exists())

    def test_pdf_goes_with_its_document(self):
        self.pdf(self.order)
        row = self.kept(self.order)
        files = self.env["ir.attachment"].sudo().search(
            [("res_model", "=", row._name), ("res_id", "=", row.id), ("res_field", "!=", False)]
        )  # fmt: skip
        self.assertTrue(files)
        self.order.unlink()
        self.assertFalse(row.exists())
        self.assertFalse(files.exists())

    def test_copy_of_the_database_has_none(self):
        self.pdf(self.order)
        TestNeutralize.neutralize(self)
        self.assertFalse(self.kept(self.order))
        files = self.env["ir.attachment"].sudo().search([("res_model", "=", self.Pdf._name)])
        self.assertFalse(files)


@tagged("post_install", "-at_install")
class TestOfficialPdfDownload(PdfCase, FinancePortalHttpCase):
    def test_customer_downloads_what_was_mailed(self):
        [mailed] = self.mail(self.order, "sale.email_template_edi_sale")
        _link, token = self.issue(self.order)
        page = self.visit(f"/q/{token}", follow=True)
        with self.assertPrinted(0):
            answer = self.visit(f"{page.url}/pdf")
        self.assertEqual((answer.status_code, answer.content), (200, mailed))
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        name = answer.headers["Content-Disposition"].replace("%20", " ")
        self.assertIn(f"Quotation - {self.order.name}.pdf", name)
        self.assertStrictHeaders(answer)

    def test_only_what_has_to_be_rendered_is_throttled_as_such(self):
        self.mail(self.order, "sale.email_template_edi_sale")
        _link, token = self.issue(self.order)
        page = self.visit(f"/q/{token}", follow=True)
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.rendering", "0/600")
        self.assertEqual(self.visit(f"{page.url}/pdf").status_code, 200)
        self.order.order_line.price_unit = 99
        self.assertEqual(self.visit(f"{page.url}/pdf").status_code, 429)
