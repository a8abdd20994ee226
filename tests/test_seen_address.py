"""SPEC 13, who may say who a person is: a manager confirms the address that they saw.

On whatever screen, and no later one: whoever changed it may change it again meanwhile.
"""

from contextlib import suppress

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .portal_access_common import PortalAccessCase


@tagged("post_install", "-at_install")
class TestSeenAddress(PortalAccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.make_user("colleague", "base.group_user", "base.group_partner_manager")

    def change_address(self, address, partner=None):
        with self.mock_mail_gateway():
            (partner or self.ada).with_user(self.colleague).email = address

    def press_in_diagnosis(self, partner):
        action = partner.with_user(self.boss).action_finance_portal_diagnose()
        dialog = self.env[action["res_model"]].with_user(self.boss).browse(action["res_id"])
        [finding] = dialog.finding_ids.filtered(lambda one: one.remedy in ("confirm", "adopt"))
        return finding.action_remedy

    def press_on_tab(self, partner, button, seen):
        mine = partner.with_user(self.boss).with_context(finance_portal_seen_address=seen)
        return getattr(mine, button)

    def reopen(self, partner):
        dialog = self.env["finance.portal.reopen"].with_user(self.boss)
        form = Form(dialog.with_context(default_partner_id=partner.id))
        return lambda: form.save().action_reopen()

    def assertRefused(self, press, partner, user):
        """Assert that a button does nothing once the address isn't the one that was seen."""
        self.change_address("thief@example.com", partner)
        with self.mock_mail_gateway(), self.assertRaisesRegex(UserError, "no longer"):
            press()
        self.assertNotEqual(user.login, "thief@example.com")

    def test_address_of_a_suspended_account(self):
        for name in ("diagnosis", "tab"):
            with self.subTest(way=name), self.env.cr.savepoint() as savepoint:
                account = self.account_with_password()
                self.change_address("ada.new@bakery.example.com")
                press = (
                    self.press_in_diagnosis(self.ada)
                    if name == "diagnosis"
                    else self.press_on_tab(
                        self.ada, "action_finance_portal_confirm", "ada.new@bakery.example.com"
                    )
                )
                self.assertRefused(press, self.ada, account.user_id)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_address_of_a_closed_account(self):
        account = self.account_with_password()
        self.press("disable")
        self.assertRefused(self.reopen(self.ada), self.ada, account.user_id)

    def test_address_of_a_login_of_odoos_own_portal(self):
        user = self.native_user()
        for name in ("diagnosis", "tab"):
            with self.subTest(way=name), self.env.cr.savepoint() as savepoint:
                press = (
                    self.press_in_diagnosis(self.ben)
                    if name == "diagnosis"
                    else self.press_on_tab(self.ben, "action_finance_portal_adopt", self.ben.email)
                )
                self.assertRefused(press, self.ben, user)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_customer_of_a_contact_who_moves(self):
        """The account would show another customer's documents than the manager saw."""
        enable = self.env["finance.portal.enable"].with_user(self.boss)
        form = Form(enable.with_context(default_partner_id=self.ben.id))
        self.account_with_password()
        self.press("disable")
        presses = {self.ben: lambda: form.save().action_enable(), self.ada: self.reopen(self.ada)}
        for contact, press in presses.items():
            with self.subTest(contact.name):
                contact.with_user(self.colleague).parent_id = self.rival
                with self.mock_mail_gateway(), self.assertRaisesRegex(UserError, "has changed"):
                    press()
                account = contact._finance_portal_get_account()
                self.assertFalse(account and account._is_open())

    def list_buttons(self, contact):
        """Return ``{name: function}`` of what the tab and the diagnosis offer for a contact now."""
        mine = contact.with_user(self.boss)
        arch = etree.fromstring(mine.get_view(view_type="form")["arch"])
        [card] = arch.xpath("//field[@name='finance_portal_contact_ids']/kanban")
        names = {field.get("name") for field in card.iter("field")} & mine._fields.keys()
        values = mine.web_read({name: {} for name in names})[0]
        presses = {}
        for button in card.iter("button"):
            context = safe_eval(button.get("context", "{}"), dict(values))
            name = button.get("name")
            presses[f"tab: {name}"] = getattr(mine.with_context(**context), name)
        action = mine.action_finance_portal_diagnose()
        dialog = self.env[action["res_model"]].with_user(self.boss).browse(action["res_id"])
        for finding in dialog.finding_ids.filtered("remedy"):
            presses[f"diagnosis: {finding.remedy}"] = finding.action_remedy
        return presses

    def is_open_after_moving(self, contact, press):
        """Return whether a contact who just moved has an open account once a button is pressed."""
        with self.env.cr.savepoint() as savepoint:
            contact.with_user(self.colleague).parent_id = self.rival
            with self.mock_mail_gateway(), suppress(UserError):
                press()
            account = contact._finance_portal_get_account()
            is_open = bool(account) and account._is_open()
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return is_open

    def test_customer_of_a_contact_who_moves_whatever_is_pressed(self):
        """No button of a page that showed one customer opens another one's documents."""
        self.native_user()
        self.account_with_password()
        self.change_address("ada.new@bakery.example.com")
        pressed = set()
        for contact in (self.ada, self.ben):
            for name, press in self.list_buttons(contact).items():
                with self.subTest(name, contact=contact.name):
                    self.assertFalse(self.is_open_after_moving(contact, press))
                    pressed.add(name)
        for place in ("tab: action_finance_portal_", "diagnosis: "):
            self.assertLessEqual({f"{place}{name}" for name in ("adopt", "confirm")}, pressed)

    def test_what_was_seen_is_managed(self):
        self.native_user()
        presses = self.list_buttons(self.ben)
        for name in ("tab: action_finance_portal_adopt", "diagnosis: adopt"):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                with self.mock_mail_gateway():
                    presses[name]()
                self.assertTrue(self.ben._finance_portal_get_account()._is_open())
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_what_was_seen_is_confirmed(self):
        account = self.account_with_password()
        self.change_address("ada.new@bakery.example.com")
        press = self.press_in_diagnosis(self.ada)
        with self.mock_mail_gateway():
            press()
        self.assertTrue(account._is_open())
        self.assertEqual(account.email, "ada.new@bakery.example.com")
