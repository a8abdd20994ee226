"""An address for invoices needs no name in Odoo: it is called by its customer and its kind."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .portal_access_common import PortalAccessCase
from .portal_common import PortalCase

NAME = "Bakery, Invoice"


@tagged("post_install", "-at_install")
class TestNamelessContact(PortalAccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.write({"type": "invoice", "name": False})

    def told(self, action):
        return action["params"]["message"]

    def dialog(self, model):
        return self.env[model].with_user(self.boss).create({"partner_id": self.ada.id})

    def test_staff_read_whose_account_it_is(self):
        found = self.ada.with_user(self.boss)._finance_portal_find_causes()
        self.assertIn(f"never enabled for {NAME}.", found[0].text)
        enable = self.dialog("finance.portal.enable")
        self.assertEqual(enable.name, NAME)
        self.account_with_password()
        self.assertIn(NAME, self.told(self.press("unlock")))
        with self.assertRaisesRegex(UserError, NAME):
            self.press("resend_setup")
        self.assertIn(NAME, self.told(self.press("disable")))
        with self.assertRaisesRegex(UserError, NAME):
            self.press("reset")
        self.assertEqual(self.dialog("finance.portal.reopen").name, NAME)
        diagnosis = self.env["finance.portal.diagnosis"].with_user(self.boss)._make(self.ada)
        self.assertEqual(diagnosis.name, NAME)

    def test_who_can_get_no_account_is_named_once(self):
        self.ada.email = "ada at bakery"
        Dialog = self.env["finance.portal.enable.many"].with_user(self.boss)
        with Form(Dialog.create({"res_ids": self.ada.ids})) as form:
            self.assertEqual(form.problems.count(NAME), 1)


@tagged("post_install", "-at_install")
class TestNamelessCustomer(PortalCase):
    def test_pages_name_who_is_signed_in(self):
        self.ada.write({"type": "invoice", "name": False})
        self.sign_in()
        self.assertIn(f"<span><bdi>{NAME}</bdi>", self.open().text)
        self.assertIn(f"Signed in as <b><bdi>{NAME}</bdi></b>", self.open("/settings").text)
