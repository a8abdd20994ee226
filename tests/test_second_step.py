"""SPEC 7: a sign-in that waits for its second step ends whenever the account's sessions end."""

from odoo.http import root
from odoo.tests import tagged

from .account_pages_common import LOGIN, OTHER, PORTAL, AccountPagesCase

CODE = f"{PORTAL}/code"


@tagged("post_install", "-at_install")
class TestSecondStep(AccountPagesCase):
    """Odoo's app for codes is optional, and may be asked for a code before we are: played here."""

    def setUp(self):
        super().setUp()
        self.account = self.account_with_password()
        users = type(self.env["res.users"])
        check = users._check_credentials

        def check_code_first(user, credential, env):
            if credential["type"] == "totp":
                return {"uid": user.env.uid, "auth_method": "totp", "mfa": "default"}
            return check(user, credential, env)

        self.patch(users, "_check_credentials", check_code_first)
        self.patch(users, "_mfa_type", lambda _user: "totp")
        self.patch(users, "_mfa_url", lambda _user: "/web/login/totp")
        self.creator = self.make_user("hr", "base.group_user", "base.group_partner_manager")

    # === WAYS IN WHICH SESSIONS END === #

    def by_disable(self):
        self.account._disable("staff")

    def by_enabling_again_with_the_old_password(self):
        self.account._disable("staff")
        self.account._reopen(with_setup_link=False)

    def by_archiving(self):
        self.ada.active = False

    def by_moving(self):
        self.ada.parent_id = self.rival

    def by_a_new_address(self):
        with self.mock_mail_gateway():
            self.ada.with_user(self.creator).email = "ada@new.example.com"

    def by_signing_out_everywhere(self):
        self.account._end_sessions()

    def by_another_password(self):
        self.account._choose_password(OTHER, "settings", {})

    def by_a_mailed_link(self):
        self.mail_account_link(self.account, "reset")
        link = self.account.mailed_link_ids.filtered(lambda one: one.purpose == "reset")
        link._use(OTHER, "reset", {})

    # === THE TEST === #

    def test_the_code_opens_nothing_once_sessions_ended(self):
        ways = [name for name in dir(self) if name.startswith("by_")]
        for way in ways:
            with self.subTest(way=way), self.env.cr.savepoint() as savepoint:
                page = self.give_password()
                getattr(self, way)()
                answer = self.give_code(page)
                self.assertTrue(answer.headers["Location"].startswith(LOGIN), answer.headers)
                self.assertSignedOut()
                self.assertNotIn("signed_in", self.events_of(self.account).mapped("kind"))
                savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_cache()

    def test_on_odoos_own_page_neither(self):
        """That page is an optional app's: any request of the browser makes it forget."""
        self.give_password()
        self.assertTrue(self.is_half_signed_in())
        self.visit("/web/login")
        self.assertTrue(self.is_half_signed_in())
        self.account._end_sessions()
        self.visit("/web/login")
        self.assertFalse(self.is_half_signed_in())

    def test_the_code_opens_the_portal_while_nothing_happened(self):
        self.assertLeadsTo(self.give_code(self.give_password()), PORTAL)
        self.assertSignedIn()

    def test_the_page_is_that_of_the_accounts_company(self):
        """Not of the one that Odoo has for the user, who may sign in for customers of others."""
        sister = self.env["res.company"].create({"name": "Sistership"})
        self.account.write({"company_ids": sister.ids, "company_id": sister.id})
        self.assertIn("Sistership", self.give_password().text)

    def test_what_is_wrong_is_told_in_the_language_of_the_page(self):
        """SPEC 11: not in the browser's, which is another one."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.ada.lang = "de_DE"
        page = self.give_password()
        self.assertIn('lang="de', page.text)
        answer = self.give_code(page, "12")
        self.assertEqual(answer.status_code, 401)
        self.assertIn("Der Code hat sechs Ziffern.", answer.text)

    # === HELPERS === #

    def give_password(self):
        """Return the page that asks for the code."""
        self.become_stranger()
        self.assertLeadsTo(self.sign_in(), CODE)
        return self.visit(CODE)

    def give_code(self, page, code="123456"):
        data = {"csrf_token": self.csrf_of(page), "code": code}
        return self.visit(CODE, "POST", data=data)

    def is_half_signed_in(self):
        return bool(root.session_store.get(self.opener.cookies["session_id"]).get("pre_uid"))
