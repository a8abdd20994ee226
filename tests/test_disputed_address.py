"""SPEC 13, who may say who a person is: a manager who confirms a disputed address is warned.

On whatever screen: whoever lost the address said that the change is wrong.
"""

from lxml import etree

from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .portal_access_common import PortalAccessCase

WARNING = "Someone at the old address says that this change is wrong."


@tagged("post_install", "-at_install")
class TestDisputedAddress(PortalAccessCase):
    def make_dispute(self):
        account = self.account_with_password()
        with self.mock_mail_gateway():
            self.ada.with_user(self.clerk).sudo().email = "new@bakery.example.com"
            account._take_objection("ada@bakery.example.com")
        self.assertEqual(account._get_state(), "disputed")
        return account

    def shown_buttons(self, card, record):
        """Return the buttons of a card that a record shows."""
        names = {field.get("name") for field in card.iter("field")} & record._fields.keys()
        [values] = record.web_read({name: {} for name in names})
        return [
            button
            for button in card.iter("button")
            if not safe_eval(button.get("invisible", "False"), dict(values))
        ]

    def assertWarns(self, buttons, name):
        self.assertEqual(len(buttons), 1, name)
        self.assertIn(WARNING, buttons[0].get("confirm", ""), name)

    def test_confirm_address_asks_before_on_the_tab_and_in_the_diagnosis(self):
        self.make_dispute()
        ada = self.as_boss()
        arch = etree.fromstring(ada.get_view(view_type="form")["arch"])
        [card] = arch.xpath("//field[@name='finance_portal_contact_ids']/kanban")
        buttons = self.shown_buttons(card, ada)
        confirms = [one for one in buttons if one.get("name") == "action_finance_portal_confirm"]
        self.assertWarns(confirms, "tab")
        action = ada.action_finance_portal_diagnose()
        dialog = self.env[action["res_model"]].with_user(self.boss).browse(action["res_id"])
        arch = etree.fromstring(dialog.get_view(view_type="form")["arch"])
        [finding] = dialog.finding_ids.filtered(lambda one: one.remedy == "confirm")
        [card] = arch.xpath("//field[@name='finding_ids']/kanban")
        self.assertWarns(self.shown_buttons(card, finding), "diagnosis")

    def test_what_nobody_disputes_is_confirmed_without_a_question(self):
        self.account_with_password()
        with self.mock_mail_gateway():
            self.ada.with_user(self.clerk).sudo().email = "new@bakery.example.com"
        action = self.as_boss().action_finance_portal_diagnose()
        dialog = self.env[action["res_model"]].with_user(self.boss).browse(action["res_id"])
        arch = etree.fromstring(dialog.get_view(view_type="form")["arch"])
        [finding] = dialog.finding_ids.filtered(lambda one: one.remedy == "confirm")
        [card] = arch.xpath("//field[@name='finding_ids']/kanban")
        [button] = self.shown_buttons(card, finding)
        self.assertFalse(button.get("confirm"))

    def test_enable_again_confirms_it_as_well_and_says_so(self):
        account = self.make_dispute()
        self.press("disable")
        dialogs = self.env["finance.portal.reopen"].with_user(self.boss)
        form = Form(dialogs.with_context(default_partner_id=self.ada.id))
        self.assertTrue(form.is_disputed)
        arch = etree.fromstring(dialogs.get_view(view_type="form")["arch"])
        [alert] = arch.xpath("//div[@invisible='not is_disputed']")
        self.assertIn(WARNING, "".join(alert.itertext()))
        with self.mock_mail_gateway():
            account._reopen(with_setup_link=True)
        self.press("disable")
        self.assertFalse(Form(dialogs.with_context(default_partner_id=self.ada.id)).is_disputed)
