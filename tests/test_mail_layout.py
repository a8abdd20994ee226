"""Every email to a customer wears one layout, in the company's branding; see WCAG in e2e."""

import re

from odoo import Command, fields
from odoo.tests import tagged

from ..models.mail.default_texts import SUBJECTS, get_default_texts
from .account_link_common import AccountLinkCase
from .common import LINK
from .every_email_common import LAYOUTS, TEMPLATES, EveryEmailCase
from .mail_layout_common import HOURS, MARK, MailLayoutRules, read_mail

LOGO = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
BRANDING = {
    "name": "O'Neill & Sons", "logo": LOGO, "vat": "IE1234567FA", "primary_color": "#ffe600",
}  # fmt: skip
NOTIFIED = "finance_portal.mail_own_layout"

# A day in figures alone, such as 08/03/2027.
FIGURES = r"\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}"


@tagged("post_install", "-at_install")
class TestDocumentEmails(EveryEmailCase, MailLayoutRules):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(BRANDING)
        cls.invoice.partner_bank_id = cls.env["res.partner.bank"].create(
            {"acc_number": "BE71 0961 2345 6769", "partner_id": cls.company.partner_id.id}
        )

    # === THE WAYS === #

    def ways(self, name, document):
        """Yield ``(what, function)`` for each way an email about a document leaves."""
        template = self.template_of(document)
        context = {"active_model": document._name, "active_id": document.id}
        if document._name != "account.move":
            yield "dialog", lambda: self.open_composer(document).action_send_mail()
        for layout in sorted(LAYOUTS):

            def post(layout=layout):
                document.message_post_with_source(
                    template, partner_ids=self.everybody.ids, email_layout_xmlid=layout,
                    subtype_xmlid="mail.mt_comment",
                )  # fmt: skip

            yield f"template in {layout}", post

            def mass_mail(layout=layout):
                values = {"composition_mode": "mass_mail", "email_layout_xmlid": layout}
                self.env["mail.compose.message"].with_context(
                    default_template_id=template.id, default_model=document._name,
                    default_res_ids=document.ids,
                ).create(values)._action_send_mail()  # fmt: skip

            yield f"mass mail in {layout}", mass_mail
        yield "fresh link", lambda: document._finance_portal_mail_link(self.ada)
        nobody = self.env["res.partner"]
        yield "to an address", lambda: document._finance_portal_mail_link(nobody, "no@x.example")
        if "access_token" in document._fields:
            share = self.env["portal.share"].with_context(**context)
            people = {"partner_ids": [Command.set(self.ada.ids)]}
            yield "share", lambda: share.create(people).action_send_mail()

    def test_every_kind_and_every_way(self):
        for name, document in self.documents.items():
            for way, send in self.ways(name, document):
                with self.subTest(document=name, way=way), self.mock_mail_gateway():
                    send()
                    self.assertTrue(self._mails)
                    self.assertLayouts(document, is_share=way == "share")

    def test_the_send_dialog_of_invoices(self):
        self.send(self.invoice)
        self.assertLayouts(self.invoice)

    def assertLayouts(self, document, is_share=False):
        """Assert that each email just sent has the layout its recipient should get.

        :param bool is_share: whether Odoo's own text has the address as well
        """
        title = document._finance_portal_get_title()
        hero = document._finance_portal_get_mail_hero()
        for mail in self._mails:
            if self.staff.email in mail["email_to"][0]:
                self.assertNotIn(MARK, mail["body"], "colleagues keep Odoo's layout")
                continue
            tree, preheader = self.assertWearsLayout(mail, self.company)
            self.assertEqual(tree.xpath("//h1")[0].text_content().strip(), title)
            if not LINK.search(mail["body"]):  # a mere follower, who is told no amount either
                self.assertNotIn(HOURS, mail["body"])
                self.assertNotIn("font-size: 34px", mail["body"])
                continue
            self.assertHasSecureButton(mail, tree, links=2 if is_share else 1)
            self.assertTrue(preheader.startswith(" ".join(hero["amount"].split())))
            self.assertIn(hero["amount"], tree.text_content())
            for note in hero["notes"]:
                self.assertIn(note, tree.text_content())

    # === WHAT STANDS IN IT === #

    def test_how_to_pay_stands_in_an_open_invoice_alone(self):
        for name, document in self.documents.items():
            line = document._finance_portal_get_mail_hero().get("pay", "")
            self.assertEqual(bool(line), name == "invoice", name)
        line = f"Pay by bank transfer to BE71 0961 2345 6769, reference {self.invoice.name}."
        for said, is_told in (
            ("", True),
            ("<p>See you soon</p>", True),
            ("<p>to the account <b>BE71096123456769</b>.</p>", False),
            ("<p>to the account BE71&nbsp;0961 2345 6769</p>", False),
        ):
            content = self.invoice._finance_portal_make_mail_content(("/x", "View"), said=said)
            pay = " ".join(content.pay.split())
            with self.subTest(said=said):
                self.assertEqual(line in pay, is_told, pay)

    def test_the_account_stands_once_in_what_odoo_writes(self):
        self.send(self.invoice)
        text = next(mail for mail in self._mails if "ada@" in mail["email_to"][0])[
            "body_alternative"
        ]
        self.assertEqual("".join(text.split()).count("BE71096123456769"), 1, text)

    def test_a_message_in_the_chatter_is_a_message(self):
        with self.mock_mail_gateway():
            self.invoice.message_post(
                body="Thanks, we'll check that.", message_type="comment",
                subtype_xmlid="mail.mt_comment", partner_ids=self.ada.ids,
            )  # fmt: skip
        mail = next(mail for mail in self._mails if "ada@" in mail["email_to"][0])
        tree, preheader = self.assertWearsLayout(mail, self.company)
        self.assertHasSecureButton(mail, tree)
        self.assertTrue(preheader.startswith("Thanks, we'll check that."))
        self.assertNotIn("font-size: 34px", mail["body"])

    def test_a_company_keeps_a_layout_it_made_itself(self):
        self.env["ir.ui.view"].create(
            {
                "type": "qweb", "key": NOTIFIED, "name": "Own",
                "arch": "<t t-name='own'><p>OUR OWN</p><t t-out='message.body'/></t>",
            }
        )  # fmt: skip
        with self.mock_mail_gateway():
            self.invoice.message_post(
                body="Hello", partner_ids=self.ada.ids, email_layout_xmlid=NOTIFIED,
                subtype_xmlid="mail.mt_comment",
            )  # fmt: skip
        self.assertIn("OUR OWN", self.sent[self.ada.email])
        self.assertNotIn(MARK, self.sent[self.ada.email])

    def test_odoos_small_text_is_enlarged_and_the_button_is_readable(self):
        self.send(self.invoice)
        body = self.sent[self.ada.email]
        self.assertFalse(re.search(r"<p\b[^>]*font-size: 13px", body))
        brand = self.env["finance.portal.page"]._get_brand(self.company)
        self.assertNotEqual(brand["color"], "#ffe600", "too pale for white text")
        self.assertIn(f"background-color: {brand['color']}", body)

    def test_no_request_can_bring_its_own_content(self):
        text = {"title": "Pay to me", "base_url": "http://evil.example"}
        thread = self.ada.with_context(finance_portal_content=text)
        self.assertIsNone(
            thread._finance_portal_get_mail_content(self.env["mail.message"], {}, {}, {})
        )

    def test_right_to_left(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.ada.lang = "ar_001"
        self.env.flush_all()
        self.assertEqual(self.invoice.type_name, "Invoice")  # shown to staff before
        self.send(self.invoice)
        mail = next(mail for mail in self._mails if "ada@" in mail["email_to"][0])
        tree, _preheader = read_mail(mail)
        self.assertEqual(tree.get("dir"), "rtl")
        self.assertEqual(set(tree.xpath("//table[@dir]/@dir")), {"rtl"})
        self.assertEqual(set(tree.xpath("//td[contains(@class, 'fp-cell')]/@align")), {"right"})
        self.assertNotIn("Invoice", tree.xpath("//h1")[0].text_content())

    def test_only_emails_nobody_wrote_say_that_they_are_automatic(self):
        self.send(self.invoice)
        self.assertFalse(any("Auto-Submitted" in mail["headers"] for mail in self._mails))
        for partner, address in ((self.ada, None), (self.env["res.partner"], "no@x.example")):
            with self.mock_mail_gateway():
                self.invoice._finance_portal_mail_link(partner, address)
            (mail,) = self._mails
            self.assertEqual(mail["headers"]["Auto-Submitted"], "auto-generated")
            self.assertIn("OOF", mail["headers"]["X-Auto-Response-Suppress"])

    # === SUBJECTS === #

    def subject_of(self, document):
        """Return the subject that the Send dialog of a document begins with."""
        if document._name == "account.move":
            return self.open_send_dialog(document).subject
        return self.open_composer(document).subject

    def test_subjects_say_how_much_and_until_when(self):
        self.invoice.invoice_date_due = fields.Date.to_date("2031-12-27")
        quote = self.documents["quote"]
        quote.validity_date = fields.Date.to_date("2031-12-28")
        amount = {name: one._finance_portal_get_mail_hero()["amount"]
                  for name, one in self.documents.items()}  # fmt: skip
        ends = {
            "invoice": f": {amount['invoice']} due Dec 27, 2031",
            "quote": f": {amount['quote']}, valid until Dec 28, 2031",
        }
        for name, document in self.documents.items():
            with self.subTest(name=name):
                title = document._finance_portal_get_title()
                end = ends.get(name, f": {amount[name]}")
                self.assertEqual(self.subject_of(document), f"{title} from O'Neill & Sons{end}")

    def test_days_in_subjects_name_their_month(self):
        """Nobody abroad takes 08/03 for the third of August, or the other way round."""
        self.invoice.invoice_date_due = fields.Date.to_date("2031-12-11")
        self.documents["quote"].validity_date = fields.Date.to_date("2031-12-10")
        for lang in ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
            self.ada.lang = self.customer.lang = lang
            for name, document in self.documents.items():
                with self.subTest(lang=lang, name=name):
                    subject = self.subject_of(document)
                    self.assertNotRegex(subject, FIGURES)
                    self.assertEqual("2031" in subject, name in ("invoice", "quote"))

    def test_a_company_keeps_its_own_subject(self):
        for name, document in self.documents.items():
            with self.subTest(name=name):
                template = self.template_of(document)
                template.subject = "{{ object.company_id.name }} Bill (Ref {{ object.name }})"
                self.assertIn("Bill (Ref", self.subject_of(document))

    def test_default_subjects_in_other_languages(self):
        self.env["res.lang"]._activate_lang("de_DE")
        template = self.env.ref("account.email_template_edi_invoice")
        german = min(get_default_texts("de_DE")[0] - get_default_texts("en_US")[0], key=len)
        template.with_context(lang="de_DE").subject = german
        self.ada.lang = "de_DE"
        self.env.flush_all()
        self.assertIn("O'Neill & Sons", self.subject_of(self.invoice))
        self.assertNotIn("(Ref", self.subject_of(self.invoice))
        template.with_context(lang="de_DE").subject = f"{german}!"
        self.assertIn("!", self.subject_of(self.invoice))

    def test_default_subjects_are_those_of_odoo(self):
        shipped = {self.env.ref(xmlid).with_context(lang="en_US").subject for xmlid in TEMPLATES}
        for texts in SUBJECTS.values():
            self.assertLessEqual(set(texts), shipped)

    def test_who_may_not_read_a_document_learns_no_amount(self):
        nobody = self.make_user("nobody", "base.group_user")
        render = self.env["mail.render.mixin"].with_user(nobody)
        found = render._finance_portal_get_defaults(
            SUBJECTS["account"][0], "account.move", self.invoice.ids
        )
        self.assertEqual(found, {})


@tagged("post_install", "-at_install")
class TestAccountEmailLayout(AccountLinkCase, MailLayoutRules):
    def test_every_email_about_an_account(self):
        self.company.write(BRANDING)
        account = self.account_with_password()
        causes = {
            "setup": lambda: account._mail_account_link("setup"),
            "reset": lambda: account._mail_account_link("reset"),
            "password changed": account._mail_notice,
            "address changed": account._mail_stop_link,
            "told afterwards": lambda: account._mail_address_notice(account.email),
        }
        for name, cause in causes.items():
            with self.subTest(name=name), self.mock_mail_gateway():
                cause()
                (mail,) = self._mails
                tree, preheader = self.assertWearsLayout(mail, self.company)
                self.assertTrue(tree.xpath("//h1")[0].text_content().strip())
                self.assertNotIn("Hello", preheader)
                self.assertEqual(mail["headers"]["Auto-Submitted"], "auto-generated")
                for token in self.account_tokens_in(mail["body"]):
                    self.assertEqual(str(mail["body"]).count(token), 1)
                    self.assertIn(token, mail["body_alternative"])
                buttons = len(tree.xpath("//table[@class='fp-button']//a"))
                self.assertEqual(buttons, 0 if name == "told afterwards" else 1)
