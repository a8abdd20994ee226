"""SPEC 7 and 13: no other way to sign in gets around an account's state, nor keeps a user's keys.

Ways of apps that aren't everywhere are stood for by what they do: they override what Odoo's own
`res.users` has, below this addon.
"""

from contextlib import contextmanager, suppress
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessDenied, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.auth_signup.models.res_users import SignupError
from odoo.addons.base.models.res_users import ResUsers

from .account_link_common import PASSWORD
from .account_pages_common import PORTAL, AccountPagesCase

ELSEWHERE = "the password of a directory"
SPELLINGS = ("ada@bakery.example.com", "Ada@Bakery.Example.com", "ADA@BAKERY.EXAMPLE.COM")


@contextmanager
def directory():
    """Have Odoo ask a directory of users, as ``auth_ldap`` does: about whom it doesn't find.

    It also takes its own password for users whom Odoo finds.
    """
    login, check = ResUsers._login, ResUsers._check_credentials

    def ask(self, credential, env):
        try:
            return login(self, credential, env)
        except AccessDenied:
            name = credential["login"]
            self.env.cr.execute("SELECT 1 FROM res_users WHERE lower(login) = %s", [name])
            if self.env.cr.rowcount or credential["password"] != ELSEWHERE:
                raise
            self.env.cr.execute(
                "SELECT id FROM res_users WHERE lower(login) = %s AND active", [name.lower()]
            )
            found = self.env.cr.fetchone()
            if not found:
                raise
            return {"uid": found[0], "auth_method": "ldap", "mfa": "default"}

    def bind(self, credential, env):
        try:
            return check(self, credential, env)
        except AccessDenied:
            if credential["type"] != "password" or credential["password"] != ELSEWHERE:
                raise
            return {"uid": self.env.user.id, "auth_method": "ldap", "mfa": "default"}

    with (
        patch.object(ResUsers, "_login", ask),
        patch.object(ResUsers, "_check_credentials", bind),
        mute_logger("odoo.addons.base.models.res_users"),
    ):
        yield


@tagged("post_install", "-at_install")
class TestDirectory(AccountPagesCase):
    """The states of an account hold for whoever a directory vouches for."""

    def authenticate_as(self, login, password=ELSEWHERE, interactive=True):
        """Return whether Odoo lets somebody in."""
        credential = {"type": "password", "login": login, "password": password}
        self.env.flush_all()
        try:
            with directory():
                info = self.env["res.users"].authenticate(
                    credential, {"interactive": interactive}
                )
        except AccessDenied:
            return False
        return info["uid"] == self.account.user_id.id

    def setUp(self):
        super().setUp()
        self.account = self.account_with_password()

    def states(self):
        """Yield each state that keeps its contact out, and what brings it about."""
        yield "disabled", lambda: self.account._disable("staff")
        yield "disabled, user restored", self.disable_and_restore
        yield "not set up", lambda: self.account.write({"set_up_at": False})
        yield "moved", lambda: self.account.write({"customer_id": self.rival.id})
        yield "locked", lambda: self.account.write({"locked_until": self.tomorrow()})

    def disable_and_restore(self):
        self.account._disable("staff")
        self.account.user_id.active = True

    def test_no_spelling_of_the_address_gets_around_a_state(self):
        for state, bring_about in self.states():
            for login in SPELLINGS:
                with self.subTest(state=state, login=login):
                    before = self.env.cr.savepoint()
                    bring_about()
                    self.assertFalse(self.authenticate_as(login))
                    self.env.invalidate_all(flush=False)
                    before.close(rollback=True)

    def test_no_program_gets_in(self):
        for login in SPELLINGS:
            with self.subTest(login=login):
                self.assertFalse(self.authenticate_as(login, interactive=False))

    def test_whoever_may_gets_in_as_the_business_set_it_up(self):
        for login in SPELLINGS:
            for password in (ELSEWHERE, PASSWORD):
                with self.subTest(login=login, password=password):
                    self.assertTrue(self.authenticate_as(login, password=password))

    def test_guesses_count_in_every_spelling(self):
        for number in range(5):
            self.assertFalse(self.authenticate_as(SPELLINGS[number % 3], password="wrong"))
        self.env.invalidate_all()
        self.assertTrue(self.account._is_locked())
        self.assertFalse(self.authenticate_as(SPELLINGS[1]))

    def test_who_has_another_spelling_as_login_stays_who_they_are(self):
        other = self.make_user(SPELLINGS[1], "base.group_portal")
        other.password = PASSWORD
        self.env.flush_all()
        credential = {"type": "password", "login": SPELLINGS[1], "password": PASSWORD}
        info = self.env["res.users"].authenticate(credential, {"interactive": True})
        self.assertEqual(info["uid"], other.id)


@tagged("post_install", "-at_install")
class TestBecomesManaged(AccountPagesCase):
    """What a user of Odoo's own portal had ends when their account is managed."""

    def setUp(self):
        super().setUp()
        self.user = self.make_user("native@bakery.example.com", "base.group_portal")
        self.user.partner_id.write({"parent_id": self.customer.id, "email": self.user.login})
        self.user.password = PASSWORD
        self.env["ir.config_parameter"].set_param("portal.allow_api_keys", "True")
        self.keys = {
            scope: self.env["res.users.apikeys"]
            .with_user(self.user)
            .sudo()
            ._generate(scope, "key", fields.Datetime.now() + timedelta(days=1))
            for scope in (None, "rpc", "odoo.plugin.outlook")
        }
        self.env.flush_all()

    def adopt(self):
        with self.mock_mail_gateway():
            account = self.env["finance.portal.account"]._adopt(self.user)
        self.env.flush_all()
        return account

    def live_keys(self):
        check = self.env["res.users.apikeys"]._check_credentials
        return [
            scope
            for scope, key in self.keys.items()
            if check(scope=scope or "rpc", key=key) == self.user.id
        ]

    def call_json2(self):
        return self.url_open(
            "/json/2/res.partner/read",
            json={"ids": self.user.partner_id.ids, "fields": ["name"]},
            headers={"Authorization": f"Bearer {self.keys[None]}"},
        )

    def test_api_keys_stop(self):
        self.assertEqual(len(self.live_keys()), 3)
        self.assertEqual(self.call_json2().status_code, 200)
        self.adopt()
        self.assertFalse(self.live_keys())
        self.become_stranger()
        self.assertIn(self.call_json2().status_code, (401, 403))

    def test_a_key_made_later_opens_nothing_either(self):
        self.adopt()
        self.keys[None] = (
            self.env["res.users.apikeys"]
            .with_user(self.user)
            .sudo()
            ._generate(None, "key", fields.Datetime.now() + timedelta(days=1))
        )
        self.env.flush_all()
        with mute_logger("odoo.http"):
            self.assertEqual(self.call_json2().status_code, 403)
        with self.assertRaises(AccessDenied):
            self.env["res.users"]._check_uid_passwd(self.user.id, self.keys[None])

    def test_passwords_stop_working_for_programs_that_used_them(self):
        """Odoo remembers that a program's password was right."""
        check = self.env["res.users"]._check_uid_passwd
        for way in ("adopted", "by the group alone"):
            with self.subTest(way=way):
                before = self.env.cr.savepoint()
                check(self.user.id, PASSWORD)
                if way == "adopted":
                    self.adopt()
                else:
                    group = self.env.ref("finance_portal.group_finance_portal_account")
                    self.user.group_ids = [Command.link(group.id)]
                with self.assertRaises(AccessDenied):
                    check(self.user.id, PASSWORD)
                self.env.invalidate_all(flush=False)
                before.close(rollback=True)
                self.env.registry.clear_cache()

    def test_sessions_end(self):
        self.authenticate(self.user.login, PASSWORD)
        self.assertEqual(self.visit("/my/home").status_code, 200)
        self.adopt()
        answer = self.visit("/my/home")
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])
        self.assertSignedOut()


@tagged("post_install", "-at_install")
class TestForgottenWays(AccountPagesCase):
    """Enabling an account again for somebody else leaves no way in to whoever had it."""

    def test_api_keys_go_with_the_old_password(self):
        account = self.account_with_password()
        keys = self.env["res.users.apikeys"].with_user(account.user_id).sudo()
        key = keys._generate(None, "key", fields.Datetime.now() + timedelta(days=1))
        account._disable("staff")
        with self.mock_mail_gateway():
            account._reopen(with_setup_link=True)
        self.assertFalse(keys._check_credentials(scope="rpc", key=key))


@tagged("post_install", "-at_install")
class TestSignupTokens(AccountPagesCase):
    """Odoo's own tokens choose no password of an account, whatever its state."""

    def token_of(self, partner, kind):
        partner.sudo().signup_prepare(signup_type=kind)
        return partner.sudo()._generate_signup_token()

    def states(self):
        yield "invited", lambda: self.enable()[0]
        yield "active", self.account_with_password
        yield "disabled", self.disabled

    def disabled(self):
        account = self.account_with_password()
        account._disable("staff")
        return account

    def test_no_token_is_taken_in_any_state(self):
        Users = self.env["res.users"].sudo()
        for state, make in self.states():
            for kind in ("signup", "reset"):
                for when in ("before", "after"):
                    with self.subTest(state=state, kind=kind, when=when):
                        before = self.env.cr.savepoint()
                        token = self.token_of(self.ada, kind)
                        account = make()
                        if when == "after":
                            token = self.token_of(self.ada, kind)
                        hashed = self.password_hash(account.user_id)
                        with suppress(SignupError, UserError):
                            Users.signup({"login": "x@x.example", "password": "taken over"}, token)
                            self.fail("a password was chosen")
                        self.assertEqual(self.password_hash(account.user_id), hashed)
                        self.assertEqual(len(self.ada.with_context(active_test=False).user_ids), 1)
                        self.env.invalidate_all(flush=False)
                        before.close(rollback=True)

    def test_no_form_of_odoos_takes_it(self):
        account = self.account_with_password()
        hashed = self.password_hash(account.user_id)
        for path in ("/web/signup", "/web/reset_password"):
            with self.subTest(path=path), mute_logger("odoo.addons.auth_signup.controllers.main"):
                token = self.token_of(self.ada, "reset")
                page = self.visit(f"{path}?token={token}")
                data = {
                    "csrf_token": self.csrf_of(page),
                    "token": token,
                    "login": account.user_id.login,
                    "name": "Ada",
                    "password": "taken over",
                    "confirm_password": "taken over",
                }
                self.visit(path, "POST", data=data)
                self.assertEqual(self.password_hash(account.user_id), hashed)
                self.assertSignedOut()


@tagged("post_install", "-at_install")
class TestAskingForSomebodyElse(AccountPagesCase):
    """Whatever is typed into Forgot, mail goes to an address on file, once, with clean headers."""

    TYPED = (
        "ADA@BAKERY.EXAMPLE.COM",
        "ada@ba\u212aery.example.com",  # Kelvin sign: its lower case is a plain k
        "\uff41\uff44\uff41@bakery.example.com",  # full width
        "\u0430da@bakery.example.com",  # Cyrillic
        "ada@bakery.example.com\u0130",
        "ada@bakery.example.com, evil@evil.example",
        "evil@evil.example <ada@bakery.example.com>",
        '"ada@bakery.example.com" <evil@evil.example>',
        "ada@bakery.example.com\r\nBcc: evil@evil.example",
        "ada@bakery.example.com%0d%0aBcc:evil@evil.example",
        "ada@bakery.example.com\0evil@evil.example",
        "ada@bakery.example.com\u2028Bcc: evil@evil.example",
        "ada@bakery.example.com;evil@evil.example",
        "%@bakery.example.com",
        "___@bakery.example.com",
    )

    def settle(self):
        """Answer what was asked for; return every email that left."""
        waiting = self.env["finance.portal.account.request"].sudo()
        with self.mock_mail_gateway(), patch.object(self.env.cr, "commit"):
            waiting._cron_answer()
        return list(self._mails)

    def test_mail_goes_to_the_address_on_file_only(self):
        self.account_with_password()
        for typed in self.TYPED:
            with self.subTest(typed=typed):
                before = self.env.cr.savepoint()
                answer = self.fill_in(f"{PORTAL}/forgot", email=typed)
                self.assertEqual(answer.status_code, 200)
                mails = self.settle()
                self.assertLessEqual(len(mails), 1)
                for mail in mails:
                    self.assertEqual(len(mail["email_to"]), 1)
                    self.assertIn("ada@bakery.example.com", mail["email_to"][0])
                    self.assertNotIn("evil", str(mail["headers"]) + str(mail["email_cc"]))
                self.env.invalidate_all(flush=False)
                before.close(rollback=True)

    def test_names_put_nothing_into_headers(self):
        """No name is in a header: emails about an account go to the bare address."""
        self.account_with_password()
        self.ada.name = "Ada\r\nBcc: evil@evil.example\r\n\r\nHello"
        self.fill_in(f"{PORTAL}/forgot", email="ada@bakery.example.com")
        [mail] = self.settle()
        self.assertEqual(mail["email_to"], ["ada@bakery.example.com"])
        self.assertNotIn("evil", f"{mail['subject']}{mail['headers']}{mail['email_cc']}")

    def test_a_user_who_signed_up_with_another_case_gets_nothing_of_hers(self):
        account = self.account_with_password()
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        thief = {"login": SPELLINGS[1], "name": "Ada", "password": PASSWORD}
        self.env["res.users"].sudo().signup(dict(thief))
        # sudo: the user is of another company
        user = self.env["res.users"].sudo().search([("login", "=", SPELLINGS[1])])
        self.assertTrue(user)
        self.assertNotEqual(user.partner_id, self.ada)
        self.assertFalse(user._finance_portal_get_account())
        self.assertFalse(self.env["account.move"].with_user(user).search([]))
        self.fill_in(f"{PORTAL}/forgot", email=SPELLINGS[1])
        [mail] = self.settle()
        self.assertIn("ada@bakery.example.com", mail["email_to"][0])
        self.assertEqual(account.mailed_link_ids[0].purpose, "reset")
