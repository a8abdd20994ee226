"""SPEC 7: an address signs in however it is spelled, also with letters beyond ASCII."""

import unicodedata
from pathlib import Path

from odoo.tests import tagged
from odoo.tools.misc import file_path

from .account_link_common import PASSWORD
from .account_pages_common import PORTAL, AccountPagesCase

LOCAL_PARTS = ("Jörg.Öst", "jörg", "ЖЕНЯ", "用户", "Ærø", "ÉCOLE", "Ada.B", "straße")


def spellings(address):
    """Return what a person or their device may make of an address."""
    return {
        address,
        address.upper() if "ß" not in address else address,  # capitals make it another one
        address.lower(),
        address.title() if "ß" not in address else address,
        unicodedata.normalize("NFD", address),
        f"  {address} ",
    }


@tagged("post_install", "-at_install")
class TestAddressSpelling(AccountPagesCase):
    def test_every_spelling_signs_in_after_the_password_was_chosen(self):
        for number, local in enumerate(LOCAL_PARTS):
            contact = self.make_contact(f"P{number}", email=f"{local}@bakery.example.com")
            account, token = self.enable(contact)
            setup = f"{PORTAL}/setup"
            self.visit(f"{setup}/{token}", follow=True)
            self.fill_in(setup, password=PASSWORD)
            self.assertSignedIn()
            for spelling in spellings(contact.email):
                with self.subTest(spelling=spelling):
                    self.assertEqual(account._find_by_login(spelling), account)
            # As few as the limit for one network allows.
            for spelling in (contact.email, max(spellings(contact.email), key=len)):
                self.become_stranger()
                with self.subTest(typed=spelling):
                    self.assertLeadsTo(self.sign_in(spelling), PORTAL)
                    self.assertSignedIn()
            self.become_stranger()
        self.assertEqual(self.sign_in(contact.email, "wrong").status_code, 401)

    def test_every_spelling_gets_a_new_password(self):
        contact = self.make_contact("Jo", email="Jörg.Öst@bakery.example.com")
        account = self.account_with_password(contact)
        Request = self.env["finance.portal.account.request"]
        for spelling in spellings(contact.email):
            found = Request.sudo().new({"email": spelling.strip()})._find_accounts()
            with self.subTest(spelling=spelling):
                self.assertEqual(found, account)

    def test_of_two_that_differ_in_capitals_only_the_exact_one_is_found(self):
        one, other = (
            self.account_with_password(self.make_contact(name, email=f"{name}@bakery.example.com"))
            for name in ("Jörg", "Jonas")
        )
        # Odoo refuses a second one today; a database may have one from before.
        other.email = "jörg@bakery.example.com"
        Account = self.env["finance.portal.account"]
        self.assertEqual(Account._find_by_login("Jörg@bakery.example.com"), one)
        self.assertEqual(Account._find_by_login("jörg@bakery.example.com"), other)
        self.assertFalse(Account._find_by_login("JÖRG@bakery.example.com"))

    def test_what_is_no_text_is_nobodys_address(self):
        """A program that signs in on Odoo's own route may send any JSON."""
        self.account_with_password()
        Account, Users = self.env["finance.portal.account"], self.env["res.users"]
        for login in (5, True, ["ada@bakery.example.com"], None, ""):
            with self.subTest(login=login):
                self.assertFalse(Account._find_by_login(login))
        credential = {"type": "password", "login": ["Ada@bakery.example.com"], "password": "x"}
        self.assertEqual(Users._finance_portal_name_customer(credential), credential)

    def test_no_form_refuses_such_an_address_in_the_browser(self):
        """Browsers refuse a local part beyond ASCII in a field of the type for emails."""
        addon = Path(file_path("finance_portal/__manifest__.py")).parent
        views = [*addon.glob("views/*.xml"), *addon.glob("bridges/*/views/*.xml")]
        self.assertGreater(len(views), 20)
        for view in views:
            with self.subTest(view=view.name):
                self.assertNotIn('type="email"', view.read_text())
