"""Odoo's own messages, which say again what our layout shows, give way to one kind sentence."""

from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..models.mail.default_texts import BODIES, get_default_texts
from .every_email_common import EveryEmailCase

SAID = {
    "invoice": "Thank you for your business.",
    "refund": "Here's your credit note.",
    "payment": "Please keep this receipt for your records.",
    "quote": "Thank you for your interest. Please take a look at our quote.",
    "order": "Thank you! Your order is confirmed.",
}
QUESTIONS = "If you have any questions, just reply to this email."


@tagged("post_install", "-at_install")
class TestDefaultMessages(EveryEmailCase):
    def open_dialog(self, document):
        is_move = document._name == "account.move"
        return self.open_send_dialog(document) if is_move else self.open_composer(document)

    def message_of(self, document):
        """Return what the Send dialog of a document begins with, as text."""
        return " ".join(html2plaintext(self.open_dialog(document).body).split())

    def amount_of(self, document, lang="en_US"):
        """Return what our layout shows large, with simple spaces."""
        document = document.with_context(lang=lang)
        return " ".join(document._finance_portal_get_mail_hero()["amount"].split())

    def use_template_of(self, document, text):
        """Have a company's template say another text, in English."""
        self.template_of(document).with_context(lang="en_US").body_html = text

    def test_they_are_those_of_odoo(self):
        for lang in (False, "de_DE", "fr_FR"):
            _subjects, bodies = get_default_texts(lang or "")
            for module, names in BODIES.items():
                for name in names:
                    template = self.env.ref(f"{module}.{name}").with_context(lang="en_US")
                    self.assertIn(template.body_html, bodies, f"{name}, {lang}")

    def test_one_kind_sentence_takes_their_place(self):
        for name, document in self.documents.items():
            with self.subTest(name=name):
                message = self.message_of(document)
                self.assertNotIn(self.amount_of(document), message, "the layout shows it")
                if name == "statement":  # our own template
                    continue
                self.assertTrue(message.startswith("Hello "), message)
                self.assertIn(f"{SAID[name]} {QUESTIONS}", message.replace("* ", ""))
                self.assertNotIn(document.name, message)

    def test_a_quote_is_a_draft_until_it_is_sent(self):
        message = self.message_of(self.make_order())
        self.assertIn(f"{SAID['quote']} {QUESTIONS}", message)

    def test_nobody_is_thanked_for_what_they_dont_see(self):
        draft, quote = self.make_invoice().copy(), self.make_order()
        quote._action_cancel()
        for document in (draft, quote):
            self.assertFalse(document._finance_portal_get_kind_words())

    def test_the_salespersons_signature_stays(self):
        seller = self.make_user("nora", "sales_team.group_sale_salesman")
        seller.signature = "<p>Nora of Sales</p>"
        quote = self.documents["quote"]
        quote.user_id = seller
        self.assertTrue(self.message_of(quote).endswith("Nora of Sales"))

    def test_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.ada.lang = self.customer.lang = "de_DE"
        template = self.template_of(self.invoice)
        _subjects, english = get_default_texts("en_US")
        _subjects, german = get_default_texts("de_DE")
        (text,) = [text for text in german - english if "format_amount" in text
                   and "invoice_origin" in text and "payment_state" in text]  # fmt: skip
        for own, is_kept in ((text, False), (text.replace("invoice_origin", "ref"), True)):
            template.update_field_translations("body_html", {"de_DE": own})
            message = self.message_of(self.invoice)
            self.assertEqual(self.amount_of(self.invoice, "de_DE") in message, is_kept, message)

    def test_what_a_company_changed_is_its_own(self):
        for name, document in self.documents.items():
            if name == "statement":
                continue
            with self.subTest(name=name):
                source = self.template_of(document).with_context(lang="en_US").body_html
                self.use_template_of(document, str(source) + "<p>See you!</p>")
                message = self.message_of(document)
                self.assertIn("See you!", message)
                self.assertIn(self.amount_of(document), message)
                self.assertNotIn(QUESTIONS, message)

    def test_what_only_odoos_message_says_stays(self):
        quote = self.documents["quote"]
        product = quote.order_line.product_id[:1]
        attachment = self.env["ir.attachment"].create({"name": "Colours.pdf", "raw": b"x"})
        self.env["product.document"].create(
            {
                "ir_attachment_id": attachment.id,
                "res_model": "product.template",
                "res_id": product.product_tmpl_id.id,
                "attached_on_sale": "quotation",
            }
        )
        self.assertIn("Colours.pdf", self.message_of(quote))

    def test_without_our_layout_they_stay(self):
        invoice = self.invoice
        template = self.template_of(invoice)
        with self.mock_mail_gateway():
            template.send_mail(invoice.id, force_send=True)
        self.assertIn("Please remit payment", self._mails[0]["body"])
        template.email_layout_xmlid = "finance_portal.mail_own_layout"
        self.assertIn("Please remit payment", self.message_of(invoice))

    def test_every_kind_has_its_own_words_on_the_button(self):
        """In English they are the kind's name; elsewhere the noun may need an article, say."""
        general = self.env.registry["finance.portal.document"]._finance_portal_get_view_words
        for document in self.documents.values():
            model = self.env.registry[document._name]
            self.assertIsNot(model._finance_portal_get_view_words, general, document._name)
            words = f"View {document._finance_portal_get_kind_name()}"
            self.assertEqual(document._finance_portal_get_view_words(), words)

    def test_every_attached_pdf_is_named_after_its_document(self):
        for name, document in self.documents.items():
            if document._name == "account.move":
                continue  # printed as it is sent
            with self.subTest(name=name):
                (attached,) = self.open_dialog(document).attachment_ids
                own = document.name.replace("/", "-")
                self.assertIn(own, attached.name.replace("/", "-").replace("_", "-"))
