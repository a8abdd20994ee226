"""The rules of staff's preview, as tests for any kind of document. Part of ``kind_rules.py``."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.http import Request
from odoo.tools import SQL, mute_logger


class PreviewRules:
    """Who may preview a document, what they see, and that it leaves nothing behind."""

    allow_inherited_tests_method = True  # Odoo runs a class's own tests only, unless told

    def sign_in_as_staff(self, login="previewer", *groups):
        """Sign in as a user with these groups, by default with all that the tests' user has."""
        user = self.make_user(login, "base.group_user", *groups, password="password")
        if not groups:
            user.group_ids = self.env.user.group_ids
        self.env.flush_all()
        self.authenticate(login, "password")
        return user

    def preview(self, document=None):
        """Press Preview; return the page at the end of it."""
        document = document or self.document
        action = self.press_signed_in(document, "action_finance_portal_preview")["result"]
        self.assertEqual((action["type"], action["target"]), ("ir.actions.act_url", "self"))
        # Odoo's website app opens in its editor what begins with a slash.
        self.assertTrue(action["url"].startswith("http"), action["url"])
        return self.visit(action["url"])

    def test_preview_shows_staff_the_page_of_the_recipient(self):
        self.document._finance_portal_get_default_recipient().name = "Zoe the Recipient"
        self.sign_in_as_staff()
        page = self.preview()
        self.assertShows(page)
        banner = page.text.partition('<div class="viewing-as"')[2].partition("</a>")[0]
        self.assertIn("Preview: this is what Zoe the Recipient sees", banner)
        self.assertIn(f'href="/odoo/{self.document._name}/{self.document.id}"', banner)
        self.assertNotIn("/finance/customer-portal", page.text, "as by a link: no portal around it")

    def test_preview_of_what_customers_do_not_see_says_so(self):
        document = self.make_document(self.ada)
        self.make_unshareable(document)
        self.sign_in_as_staff()
        page = self.preview(document)
        self.assertShows(page, document)
        note = document._finance_portal_get_preview_note()
        self.assertTrue(note)
        self.assertIn(note, page.text.replace("&#39;", "'"))

    def test_preview_leaves_no_trace_and_can_answer_nothing(self):
        """SPEC 7: nothing counted, whatever is pressed on it."""
        self.sign_in_as_staff()
        base, before, stored = self.preview().url, self.Event.search([]), self.get_row()
        data = {"csrf_token": Request.csrf_token(self), "name": "Ada"}
        found = {
            name: self.visit(f"{base}{name}", "POST", data=data).status_code
            for name in ("/seen", "/accept", "/decline", "/answer", "/options", "/account")
        }
        self.visit(base, "HEAD")
        self.visit(f"{base}/pdf", "HEAD")
        self.assertEqual(found.pop("/seen"), 204)
        self.assertEqual(found.pop("/account"), 404)
        self.assertEqual({*found.values()}, {403}, found)
        self.assertEqual(self.Event.search([]), before)
        self.assertEqual(self.get_row(), stored)
        self.assertFalse(self.Link.sudo().search([("res_model", "=", self.document._name)]))

    def get_row(self):
        """Return what the database stores of the document."""
        self.env.flush_all()
        table = SQL.identifier(self.document._table)
        rows = SQL("SELECT to_jsonb(%s) FROM %s WHERE id = %s", table, table, self.document.id)
        return self.env.execute_query(rows)

    def test_preview_ends(self):
        """After a quarter of an hour, and at once for who may not send it any more."""
        user = self.sign_in_as_staff()
        path = self.preview().url
        later = fields.Datetime.now() + timedelta(minutes=15)
        with patch.object(fields.Datetime, "now", lambda: later):
            page = self.visit(path)
        self.assertEqual(page.status_code, 403)
        self.assertIn("This preview has ended", page.text)
        self.assertEqual(self.visit(path).status_code, 200)
        user.group_ids = self.env.ref("base.group_user")
        page = self.visit(path)
        self.assertEqual(page.status_code, 403)
        self.assertNotIn(self.document._finance_portal_get_title(), page.text)

    @mute_logger("odoo.http")
    def test_preview_is_for_who_may_send_the_document(self):
        self.sign_in_as_staff("nobody", "base.group_partner_manager")
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.document)}"
        answer = self.press_signed_in(self.document, "action_finance_portal_preview")
        self.assertNotIn("/finance/d/", answer.get("result", {"url": ""})["url"])
        self.assertEqual(self.visit(path).status_code, 303)
        self.sign_in()
        self.press_signed_in(self.document, "action_finance_portal_preview")
        self.assertNotIn("viewing-as", self.visit(path).text)

    def test_native_page_is_previewed_where_customers_get_it(self):
        path = self.get_native_path(self.document)
        self.company.finance_portal_close_native = False
        self.sign_in_as_staff()
        action = self.press_signed_in(self.document, "action_finance_portal_preview")["result"]
        self.assertIn(path or "/finance/d/", action["url"])
