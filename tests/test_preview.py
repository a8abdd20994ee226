"""Preview: Odoo's own buttons show the customer's page. What it shows: ``kind_rules.py``."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from .http_common import FinancePortalHttpCase

OWN = "action_finance_portal_preview"
# Odoo's buttons, which call our method where our page is the customer's.
NATIVE = {"account.move": "preview_invoice", "sale.order": "action_preview_sale_order"}


@tagged("post_install", "-at_install")
class TestPreview(FinancePortalHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "account.group_account_manager", "sales_team.group_sale_manager"
        cls.boss = cls.make_user("boss", *groups, "base.group_partner_manager", password="boss")

    def setUp(self):
        super().setUp()
        self.authenticate("boss", "boss")

    def test_every_kind_has_the_button_and_none_leads_past_it(self):
        for name in self.env["finance.portal.document"]._finance_portal_get_models():
            with self.subTest(kind=name):
                # Its own default is a short form.
                view = name == "project.project" and self.env.ref("project.edit_project").id
                arch, _view = self.env[name]._get_view(view or None, "form")
                buttons = {one.get("name") for one in arch.iter("button")}
                self.assertTrue(buttons & {OWN, NATIVE.get(name, OWN)})
                self.assertNotIn("action_customer_preview", buttons, "of Sales' projects")

    def test_odoos_own_buttons_open_our_page(self):
        quote = self.make_quote()
        for document in (self.invoice, quote):
            action = self.press_signed_in(document, NATIVE[document._name])["result"]
            with self.subTest(kind=document._name):
                self.assertTrue(action["url"].startswith("http"), "no editor of a website")
                page = self.visit(action["url"])
                self.assertEqual(page.status_code, 200)
                self.assertIn(document._finance_portal_get_title(), page.text)
                self.assertIn("viewing-as", page.text)

    @mute_logger("odoo.sql_db", "odoo.http")  # Odoo's button makes a token where it may not
    def test_they_open_odoos_page_where_customers_get_that(self):
        self.company.finance_portal_close_native = False
        for document in (self.invoice, self.make_quote()):
            action = self.press_signed_in(document, NATIVE[document._name])["result"]
            self.assertIn(document.access_url, action["url"])

    def test_a_quote_that_was_never_sent(self):
        """What one looks at before sending it, in the customer's language, told in one's own."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.ada.lang = "de_DE"
        quote = self.make_quote(sent=False)
        page = self.visit(self.press_signed_in(quote, OWN)["result"]["url"])
        self.assertEqual(page.status_code, 200)
        self.assertIn('lang="de-DE"', page.text)
        banner = page.text.partition('<div class="viewing-as"')[2].partition("</div>")[0]
        self.assertIn('lang="en-US"', banner)
        self.assertIn("The customer can open it once you", banner)

    def test_several_at_once_and_none_for_a_customer_that_is_viewed_anew(self):
        """Tabs stay open side by side; View as Customer then shows the portal's own page."""
        other = self.make_invoice()
        pages = [self.press_signed_in(one, OWN)["result"]["url"] for one in (self.invoice, other)]
        for page in pages:
            self.assertIn("Preview: ", self.visit(page).text)
        self.press_signed_in(self.ada, "action_finance_portal_view_as")
        self.assertNotIn("Preview: ", self.visit(pages[0]).text)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_it_ends_for_who_no_longer_works_for_the_documents_company(self):
        page = self.press_signed_in(self.invoice, OWN)["result"]["url"]
        sister = self.env["res.company"].create({"name": "Sister"})
        self.boss.write({"company_ids": (self.company | sister).ids, "company_id": sister.id})
        self.assertIn(self.invoice.name, self.visit(page).text)
        self.boss.company_ids = sister
        answer = self.visit(page)
        self.assertEqual(answer.status_code, 403)
        self.assertNotIn(self.invoice.name, answer.text)
        self.assertIn("error", self.press_signed_in(self.invoice, OWN))
