"""Pages are in one language throughout, whatever languages Odoo has (section 11)."""

from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models.web import page_language as language
from .account_common import AccountCase
from .account_link_common import AccountLinkCase
from .common import FinancePortalCase
from .send_common import SendDocumentsCase

LOGIN = "/finance/customer-portal/login"
SWEDISH, GERMAN = {"Accept-Language": "sv-SE,sv"}, {"Accept-Language": "de-DE,de"}


class LanguageCase(FinancePortalCase):
    """``FinancePortalCase`` with German (translated by us) and Swedish (by Odoo only)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("de_DE", "sv_SE"):
            cls.env["res.lang"]._activate_lang(code)
        cls.env["res.lang"].search([("code", "=", "ko_KR")]).active = False
        cls.page = cls.env["finance.portal.page"]


@tagged("post_install", "-at_install")
class TestChooseLanguage(LanguageCase):
    def test_the_first_one_that_is_switched_on_decides(self):
        for wanted, chosen in (
            (["de_DE", "en_US"], "de_DE"),
            ([False, None, "de_DE"], "de_DE"),
            (["xx_XX", "ko_KR", "de_DE"], "de_DE"),  # unknown, and switched off
            (["sv_SE"], "en_US"),
            (["sv_SE", "de_DE"], "en_US"),
            ([], "en_US"),
        ):
            with self.subTest(wanted=wanted):
                self.assertEqual(self.page._choose_lang(*wanted), chosen)

    def test_another_english_serves_where_that_one_is_switched_off(self):
        codes = ["de_DE", "en_GB", "sv_SE"]
        Lang = type(self.env["res.lang"])
        with patch.object(Lang, "get_installed", lambda lang: [(code, code) for code in codes]):
            self.assertEqual(self.page._choose_lang("sv_SE", "de_DE"), "en_GB")
            codes.remove("en_GB")
            self.assertEqual(self.page._choose_lang("sv_SE", "de_DE"), "de_DE")
            codes.remove("de_DE")
            self.assertEqual(self.page._choose_lang("sv_SE"), "sv_SE")

    def test_a_language_of_a_country_is_translated_with_its_language(self):
        files = (Path(language.__file__).parents[1] / "i18n").glob("*.po")
        for code in ("en_US", "en_GB", "de_AT", "fr_CA", *(file.stem for file in files)):
            self.assertTrue(language.is_translated(code), code)
        for code in ("sv_SE", "da_DK", "fi_FI"):
            self.assertFalse(language.is_translated(code), code)


@tagged("post_install", "-at_install")
class TestPageLanguage(LanguageCase, AccountCase):
    """Pages and emails for a Swedish customer, whose language the addon is not translated into."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        term = cls.env["account.payment.term"].create({"name": "T", "note": "<p>30 Days</p>"})
        term.update_field_translations("note", {"sv_SE": {"30 Days": "30 dagar"}})
        cls.env["res.lang"].search([("code", "=", "sv_SE")]).date_format = "%d.%m.%Y"
        cls.invoice = cls.make_invoice(invoice_payment_term_id=term.id)
        cls.ada.lang = cls.customer.lang = "sv_SE"

    def test_an_access_speaks_english(self):
        link, _token = self.issue()
        self.assertEqual(link._get_lang(), "en_US")

    def test_every_page_of_the_portal_is_all_english(self):
        """Odoo's Swedish terms and dates aren't mixed with our English text."""
        self.sign_in()
        day = fields.Date.to_date(self.invoice.invoice_date)
        for path in ("", "/invoices", "/quotes", "/files", "/statement", "/settings"):
            with self.subTest(path=path):
                page = self.url_open(f"/finance/customer-portal{path}", headers=SWEDISH)
                self.assertIn('<html lang="en-US"', page.text)
                self.assertNotIn(f"{day:%d.%m.%Y}", page.text)
        ref = self.env["finance.portal.scope"]._make_ref(self.invoice)
        page = self.url_open(f"/finance/d/{ref}", headers=SWEDISH)
        self.assertIn('<html lang="en-US"', page.text)
        self.assertIn("30 Days", page.text)
        self.assertNotIn("30 dagar", page.text)
        self.assertIn(f"{day:%b} {day.day}, {day.year}", page.text)

    def test_the_settings_offer_no_language_that_pages_do_not_have(self):
        self.sign_in()
        page = self.url_open("/finance/customer-portal/settings").text
        self.assertIn('value="de_DE"', page)
        self.assertNotIn('value="sv_SE"', page)

    def test_pages_for_nobody_in_particular_go_by_the_browser(self):
        for headers, lang in ((SWEDISH, "en-US"), (GERMAN, "de-DE")):
            for path in (LOGIN, "/finance/customer-portal/forgot", "/finance/i/nothing"):
                with self.subTest(lang=lang, path=path):
                    page = self.url_open(path, headers=headers)
                    self.assertIn(f'<html lang="{lang}"', page.text)


@tagged("post_install", "-at_install")
class TestMailLanguage(LanguageCase, AccountLinkCase):
    def test_emails_of_ours_are_in_one_language(self):
        """This includes the layout that Odoo adds, such as a button label."""
        self.ada.lang = "sv_SE"
        model = self.env["ir.model"]._get("account.move")
        model.with_context(lang="sv_SE").name = "Faktura"
        with self.mock_mail_gateway():
            self.invoice._finance_portal_mail_link(self.ada)
        body = self.sent[self.ada.email_normalized]
        self.assertIn("Here's your new link", body)
        self.assertNotIn("Faktura", body)
        with self.mock_mail_gateway():
            self.Account._enable(self.ada)
        self.assertIn('lang="en-US"', self.sent[self.ada.email_normalized])


@tagged("post_install", "-at_install")
class TestEmailLanguage(LanguageCase, SendDocumentsCase):
    """An email about a document is in one language: Odoo's part and ours."""

    NOTE = "This link is personal and works for 24 hours"

    def groups(self, document, lang):
        """Return what Odoo's layout gets for those who have a secure link, by role."""
        values = {"partner_ids": (self.ada + self.stranger).ids, "message_type": "comment"}
        found = document.with_context(lang=lang)._notify_get_recipients_groups(
            document.message_ids[:1], "X", msg_vals=values
        )
        start = "finance_portal_"
        return {name.removeprefix(start): data for name, _, data in found if start in name}

    def test_where_we_have_no_words_all_of_them_are_odoos(self):
        self.order.action_quotation_sent()
        for document in (self.invoice, self.order, self.payment):
            for lang in ("sv_SE", "de_DE", "en_US", False):
                groups = self.groups(document, lang)
                self.assertEqual(set(groups), {"contact", "chosen"})
                ours = lang != "sv_SE"
                with self.subTest(document=document, lang=lang):
                    for data in groups.values():
                        self.assertEqual(data["finance_portal_note"], ours)
                        self.assertTrue(data["button_access"]["url"])
                    self.assertEqual("title" in groups["chosen"]["button_access"], ours)

    def test_the_email_still_has_its_button_and_no_english_note(self):
        for lang, noted in (("sv_SE", False), ("en_US", True)):
            (self.ada + self.stranger).lang = lang
            self.invoice = self.make_invoice()
            self.env.flush_all()  # Odoo reads the recipients' language past its cache
            self.send(partners=self.ada + self.stranger)
            for partner in self.ada + self.stranger:
                body = self.sent[partner.email]
                with self.subTest(lang=lang, partner=partner.name):
                    self.assertEqual(len(self.tokens_in(body)), 1)
                    self.assertEqual(self.NOTE in " ".join(body.split()), noted)

    def test_large_files_are_named_without_english_words(self):
        self.env["ir.config_parameter"].set_param("base.default_max_email_size", "0.01")
        for lang, explained in (("sv_SE", False), ("en_US", True)):
            self.ada.lang = lang
            move = self.make_invoice()
            file = self.env["ir.attachment"].create(
                {"name": "plan.bin", "raw": b"x" * 20000, "res_model": "account.move",
                 "res_id": move.id}
            )  # fmt: skip
            with self.mock_mail_gateway():
                move.message_post(
                    body="x", partner_ids=self.ada.ids, attachment_ids=file.ids,
                    subtype_xmlid="mail.mt_comment",
                )  # fmt: skip
            body = self.sent[self.ada.email]
            with self.subTest(lang=lang):
                self.assertIn("plan.bin", body)
                self.assertEqual("Too large for an email" in body, explained)
