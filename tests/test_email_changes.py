"""SPEC 13, who may say who a person is: customers and visitors change no email address we know."""

from html import unescape

from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import tagged

from ..const import BY_MAIL_KEY
from .account_common import PASSWORD, AccountCase

NEW = "thief@elsewhere.example.com"
SENTENCE = "This email address can't be changed here"


@tagged("post_install", "-at_install")
class TestEmailChanges(AccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.issue(partner=cls.ben)
        cls.portal = cls.make_user("native", "base.group_portal", partner_id=cls.ben.id)
        cls.portal.password = PASSWORD
        cls.unknown = cls.env["res.partner"].create(
            {"name": "Nora", "email": "nora@bakery.example.com", "parent_id": cls.ada.parent_id.id}
        )

    def as_visitors(self, partner):
        """Return a contact as Odoo's public pages have it for each sort of visitor."""
        users = self.env.ref("base.public_user"), self.portal, self.account.user_id
        return [partner.with_user(user).sudo() for user in users]

    def test_whom_we_know_gets_no_other_address(self):
        """By an account, or by a secure link that was ever mailed."""
        for partner, before in ((self.ada, self.ada.email), (self.ben, self.ben.email)):
            both = f"{before}, {NEW}", f"{before} {NEW}", f"{NEW}, {before}"
            for one in self.as_visitors(partner):
                for email in (NEW, *both, False):
                    with (
                        self.subTest(partner=partner, user=one.env.user, email=email),
                        self.assertRaisesRegex(UserError, SENTENCE),
                    ):
                        one.write({"email": email, "name": "Changed"})
                self.env.invalidate_all()
                self.assertNotEqual(partner.name, "Changed")
                self.assertEqual(partner.email, before)
        self.assertEqual(self.account.user_id.login, self.ada.email_normalized)

    def test_a_link_or_an_account_that_is_closed_counts_as_well(self):
        self.env["finance.portal.link"].sudo().search([])._revoke("staff")
        self.account._disable("staff")
        for partner in (self.ada, self.ben):
            for one in self.as_visitors(partner):
                with (
                    self.subTest(partner=partner, user=one.env.user),
                    self.assertRaisesRegex(UserError, SENTENCE),
                ):
                    one.email = NEW

    def test_a_user_who_saves_their_profile_is_refused_as_well(self):
        for user in (self.portal, self.account.user_id):
            with self.subTest(user=user), self.assertRaisesRegex(UserError, SENTENCE):
                user.with_user(user).write({"email": NEW})

    def test_no_context_makes_an_incoming_email_of_it(self):
        """What such an email changes waits for a manager, or is only noted down."""
        for user in (self.portal, self.account.user_id):
            own = user.with_user(user).with_context(**{BY_MAIL_KEY: True})
            with self.subTest(user=user), self.assertRaisesRegex(UserError, SENTENCE):
                own.write({"email": NEW})

    def test_a_new_user_of_a_contact_brings_no_other_address(self):
        """Who signs up by an invitation may name any address."""
        self.issue(partner=self.unknown)
        Users = self.env["res.users"].with_user(self.env.ref("base.public_user")).sudo()
        values = {"name": "Nora", "login": NEW, "email": NEW, "partner_id": self.unknown.id}
        with self.assertRaisesRegex(UserError, SENTENCE):
            Users.create(values)
        email = self.unknown.email
        self.assertTrue(Users.create({**values, "login": email, "email": email}))

    def test_the_same_address_and_other_fields_may_be_saved(self):
        for one in self.as_visitors(self.ada):
            with self.subTest(user=one.env.user):
                one.write({"email": f"Ada Baker <{self.ada.email.upper()}>", "city": "Berlin"})
                one.write({"email": f" {self.ada.email}", "phone": "+49 30 555"})
                self.assertEqual(self.ada.city, "Berlin")

    def test_contacts_we_never_wrote_to_are_no_concern(self):
        for number, one in enumerate(self.as_visitors(self.unknown)):
            with self.subTest(user=one.env.user):
                one.email = f"nora{number}@bakery.example.com"
                self.assertTrue(one.create({"name": "Guest", "email": NEW}))

    def test_the_form_says_it_at_the_field(self):
        self.authenticate(self.portal.login, PASSWORD)
        germany = self.env.ref("base.de").id
        form = {
            "partner_id": self.ben.id, "name": self.ben.name, "email": self.ben.email,
            "phone": "+49 30 555", "street": "Quay 7", "city": "Berlin", "zip": "10115",
            "country_id": germany, "csrf_token": Request.csrf_token(self),
        }  # fmt: skip
        page = self.url_open(f"/my/address?partner_id={self.ben.id}").text
        self.assertIn(SENTENCE, unescape(page), "before anybody tries")
        answer = self.url_open("/my/address/submit", data={**form, "email": NEW}).json()
        self.assertIn("email", answer["invalid_fields"])
        self.assertIn(SENTENCE, answer["messages"][0])
        answer = self.url_open("/my/address/submit", data=form).json()
        self.assertIn("redirectUrl", answer)
        self.env.invalidate_all()
        self.assertEqual((self.ben.city, self.ben.email), ("Berlin", form["email"]))
