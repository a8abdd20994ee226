"""SPEC 7: the first password, or a new one, by a mailed link; one browser at a time."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .account_link_common import PASSWORD
from .account_pages_common import LOGIN, OTHER, POLICY, PORTAL, AccountPagesCase
from .http_common import GATEWAY


@tagged("post_install", "-at_install")
class TestAccountSetup(AccountPagesCase):
    def setUp(self):
        super().setUp()
        self.account, self.token = self.enable()
        self.link = f"{PORTAL}/setup/{self.token}"

    def choose(self, password, purpose="setup", **options):
        return self.fill_in(f"{PORTAL}/{purpose}", password=password, **options)

    def test_choosing_a_password_signs_in_and_uses_the_link_up(self):
        self.assertLeadsTo(self.visit(self.link), f"{PORTAL}/setup")
        page = self.visit(f"{PORTAL}/setup")
        self.assertStrictHeaders(page)
        self.assertNotIn(self.token, page.text)
        self.assertIn('value="ada@bakery.example.com"', page.text)
        self.assertLeadsTo(self.choose(PASSWORD), PORTAL)
        self.assertSignedIn()
        self.assertEqual(self.account.state, "active")
        self.assertEqual(
            self.reasons_of(self.account), [("setup_done", False), ("signed_in", False)]
        )
        self.assertEqual(self.visit(self.link).status_code, 410)
        self.become_stranger()
        self.assertLeadsTo(self.sign_in(), PORTAL)

    def test_l7_a_scanner_that_opens_the_link_first_uses_nothing_up(self):
        for method in ("GET", "HEAD", "GET"):
            self.become_stranger()
            self.assertEqual(self.visit(self.link, method, agent=GATEWAY).status_code, 303)
            self.assertEqual(self.visit(f"{PORTAL}/setup", method).status_code, 200)
        self.become_stranger()
        self.visit(self.link)
        self.assertLeadsTo(self.choose(PASSWORD), PORTAL)

    def test_a_weak_password_says_why_and_leaves_the_link_as_it_is(self):
        self.visit(self.link)
        weak = {
            "short one": "too short",
            "x" * 129: "too long",
            "aaaaaaaaaaaaaaa": "repeats itself",
            "123456789012345": "row of keys",
            "Password2026!!": "too common",
            "AdaBakery2026": "based on your name",
        }
        for password, sentence in weak.items():
            answer = self.choose(password)
            self.assertEqual(answer.status_code, 422, password)
            self.assertIn(sentence, answer.text)
            self.assertIn('role="alert"', answer.text)
            self.assertNotIn(password, answer.text)
        self.assertFalse(self.password_hash(self.account.user_id))
        self.assertFalse(self.account.mailed_link_ids.used_at)
        self.assertLeadsTo(self.choose(PASSWORD), PORTAL)

    def test_a_rule_of_odoo_about_passwords_is_told_in_its_words(self):
        def refuse(_users):
            raise UserError(POLICY)

        self.visit(self.link)
        with patch.object(type(self.env["res.users"]), "_set_password", refuse):
            answer = self.choose(PASSWORD)
        self.assertEqual(answer.status_code, 422)
        self.assertIn(POLICY, answer.text)
        self.assertLeadsTo(self.choose(PASSWORD), PORTAL)

    def test_a_link_that_is_over_says_so_whatever_the_cause(self):
        self.visit(self.link)
        _account, newer = self.enable()
        self.assertEqual(self.choose_blindly(PASSWORD).status_code, 410)
        self.account._disable("staff")
        pages = []
        for path in (self.link, f"{PORTAL}/setup/{newer}", f"{PORTAL}/setup/{'A' * 43}"):
            self.become_stranger()  # the page before leaves its look
            pages.append(self.visit(path))
        replaced, disabled, unknown = pages
        self.assertEqual([replaced.status_code, disabled.status_code], [410, 410])
        self.assertEqual(unknown.status_code, 404)
        self.assertEqual(self.plain(replaced), self.plain(disabled))
        for page in (replaced, disabled, unknown):
            self.assertStrictHeaders(page)
            self.assertIn("This link is no longer active", page.text)
            self.assertIn(f"{PORTAL}/forgot", page.text)
        self.assertFalse(self.password_hash(self.account.user_id))

    def choose_blindly(self, password):
        """Post the form of a page that was open before."""
        data = {"csrf_token": self.csrf_of(self.visit(LOGIN)), "password": password}
        return self.visit(f"{PORTAL}/setup", "POST", data=data)

    def test_the_form_of_another_browser_does_nothing(self):
        self.visit(self.link)
        self.become_stranger()
        self.assertEqual(self.visit(f"{PORTAL}/setup").status_code, 404)
        self.assertEqual(self.choose_blindly(PASSWORD).status_code, 404)
        self.assertEqual(self.visit(f"{PORTAL}/setup", "POST", data={}).status_code, 400)

    def test_nobody_who_planted_their_own_session_chooses_the_password(self):
        """Also not one who is signed in: to another account, or to the back office."""
        self.account_with_password(self.eve)
        self.sign_in(email=self.eve.email)
        planted = self.opener.cookies["session_id"]
        self.assertLeadsTo(self.visit(self.link), f"{PORTAL}/setup")
        self.assertEqual(self.visit(f"{PORTAL}/setup").status_code, 200)
        self.assertSignedIn()
        self.go_on_with(planted)
        self.assertEqual(self.visit(f"{PORTAL}/setup").status_code, 404)

    def test_after_setup_one_lands_where_one_came_from(self):
        token = self.mail_account_link(self.account, "setup", next_path=f"{PORTAL}/invoices")
        self.visit(f"{PORTAL}/setup/{token}")
        self.assertLeadsTo(self.choose(PASSWORD), f"{PORTAL}/invoices")

    def test_reset_changes_the_password_and_signs_nobody_in(self):
        self.visit(self.link)
        self.choose(PASSWORD)
        token = self.mail_account_link(self.account, "reset")
        self.become_stranger()
        self.visit(f"{PORTAL}/reset/{token}")
        answer = self.choose(OTHER, "reset")
        self.assertLeadsTo(answer, f"{LOGIN}?notice=reset")
        self.assertSignedOut()
        self.assertEqual(self.sign_in().status_code, 401)
        self.assertLeadsTo(self.sign_in(password=OTHER), PORTAL)
        self.assertIn(("reset_done", False), self.reasons_of(self.account))

    def test_reset_ends_a_lock_and_tells_the_customer(self):
        account = self.account_with_password(self.ben)
        account.write({"failures": 5, "locked_until": self.tomorrow()})
        token = self.mail_account_link(account, "reset")
        self.visit(f"{PORTAL}/reset/{token}")
        with self.mock_mail_gateway():
            self.choose(OTHER, "reset")
        self.assertIn("was just changed", self.sent["ben@bakery.example.com"])
        self.assertEqual(account.state, "active")
        self.assertLeadsTo(self.sign_in("ben@bakery.example.com", OTHER), PORTAL)
