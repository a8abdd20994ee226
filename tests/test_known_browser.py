"""SPEC 7: wrong passwords lock an account, but nobody out of the browser they signed in with."""

import time
from unittest.mock import patch

from odoo.tests import tagged

from ..models.sign_in.account_known_browser import BUCKET, COOKIE
from ..models.web.throttle import DAY
from .account_link_common import PASSWORD
from .account_pages_common import OTHER, PORTAL, AccountPagesCase


@tagged("post_install", "-at_install")
class TestKnownBrowser(AccountPagesCase):
    def setUp(self):
        super().setUp()
        self.account = self.account_with_password()

    # === WAYS TO SIGN IN === #

    def by_password(self):
        self.assertLeadsTo(self.sign_in(), PORTAL)

    def by_odoos_own_page(self):
        csrf = self.csrf_of(self.visit("/web/login"))
        data = {"csrf_token": csrf, "login": self.ada.email, "password": PASSWORD}
        self.assertEqual(self.visit("/web/login", "POST", data=data).status_code, 303)

    def by_setup_link(self):
        self.account.set_up_at = False
        self.visit(f"{PORTAL}/setup/{self.mail_account_link(self.account, 'setup')}")
        self.assertLeadsTo(self.fill_in(f"{PORTAL}/setup", password=PASSWORD), PORTAL)

    def by_code(self):
        users = type(self.env["res.users"])
        check = users._check_credentials

        def check_code(user, credential, env):
            is_code = credential["type"] == "totp"
            return {"mfa": "default"} if is_code else check(user, credential, env)

        with (
            patch.object(users, "_check_credentials", check_code),
            patch.object(users, "_mfa_type", lambda _user: "totp"),
            patch.object(users, "_mfa_url", lambda _user: "/web/login/totp"),
        ):
            self.sign_in()
            self.assertEqual(self.known_cookies(), {}, "the password alone")
            self.assertLeadsTo(self.fill_in(f"{PORTAL}/code", code="123456"), PORTAL)

    # === TESTS === #

    def test_who_signed_in_here_before_is_not_locked_out(self):
        ways = [name for name in dir(self) if name.startswith("by_")]
        for way in ways:
            with self.subTest(way=way), self.env.cr.savepoint() as savepoint:
                self.become_stranger()
                getattr(self, way)()
                self.lock()
                self.come_back()
                self.assertEqual(self.sign_in(password="wrong").status_code, 401)
                self.assertEqual(self.sign_in().status_code, 303)
                savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_cache()

    def test_it_stays_locked_for_everybody_else(self):
        self.by_password()
        self.lock()
        self.come_back()
        self.by_password()
        self.assertEqual(self.account.state, "locked")
        self.become_stranger()
        self.assertEqual(self.sign_in().status_code, 401)

    def test_who_makes_the_proof_up_or_brings_another_is_a_stranger(self):
        bens = self.account_with_password(self.ben)
        self.sign_in(self.ben.email)
        [(other, bens_value)] = self.known_cookies().items()
        self.become_stranger()
        self.by_password()
        [(name, value)] = self.known_cookies().items()
        self.lock()
        mark, _dot, proof = value.partition(".")
        forged = (
            {name: bens_value},
            {other: value},
            {name: f"{mark}.{proof[:-1]}{'0' if proof[-1] != '0' else '1'}"},
            {name: f"{mark[:-1]}{'A' if mark[-1] != 'A' else 'B'}.{proof}"},
            {name: mark},
            {name: "."},
            {name: f"{mark}.é"},
            {name: ""},
        )
        for cookies in forged:
            with self.subTest(cookies=cookies):
                self.come_back(cookies)
                self.assertEqual(self.sign_in().status_code, 401)
        self.come_back({name: value})
        self.by_password()
        self.assertEqual(bens.state, "active")

    def test_whatever_ends_all_sessions_makes_it_a_stranger(self):
        self.by_password()
        self.account._end_sessions()
        self.lock()
        self.come_back()
        self.assertEqual(self.sign_in().status_code, 401)

    def test_who_is_in_already_is_not_let_past_the_lock(self):
        self.by_password()
        self.lock()
        path, at = f"{PORTAL}/settings/password", f"{PORTAL}/settings"
        answer = self.fill_in(path, at=at, current=PASSWORD, password=OTHER)
        self.assertEqual(answer.status_code, 422)

    def test_its_guesses_are_counted_too(self):
        self.by_password()
        self.lock()
        mark = next(iter(self.known_cookies().values())).partition(".")[0]
        most, minutes = self.Account._get_lock_rule()
        for _time in range(most):
            self.env["finance.portal.throttle"]._count(
                BUCKET, f"{self.account.login_id.id} {mark}", time.time(), minutes * 60
            )
        self.come_back()
        self.assertEqual(self.sign_in().status_code, 401)

    def test_its_guesses_are_counted_in_a_window_whose_counters_are_kept(self):
        """L13: an account may be locked for longer than a day; counters are kept for two."""
        self.env["ir.config_parameter"].set_param("finance_portal.lock_minutes", "576000")
        self.by_password()
        self.lock()
        self.come_back()
        windows, model = [], type(self.env["finance.portal.throttle"])
        count = model._count

        def note(throttle, bucket, address, now, seconds):
            windows.append((bucket, seconds))
            return count(throttle, bucket, address, now, seconds)

        with patch.object(model, "_count", note):
            self.assertEqual(self.sign_in(password="wrong").status_code, 401)
        self.assertIn((BUCKET, DAY), windows)

    def test_the_cookie_tells_nobody_anything(self):
        self.by_password()
        [cookie] = [one for one in self.opener.cookies if one.name.startswith(COOKIE)]
        self.assertTrue(cookie.has_nonstandard_attr("HttpOnly"))
        self.assertEqual(cookie.get_nonstandard_attr("SameSite"), "Lax")
        self.assertRegex(cookie.name, rf"^{COOKIE}[0-9a-f]{{32}}$")
        self.assertRegex(cookie.value, r"^[\w-]{22}\.[0-9a-f]{32}$")
        before = cookie.value.partition(".")[0]
        self.come_back()
        self.by_password()
        [value] = self.known_cookies().values()
        self.assertEqual(value.partition(".")[0], before, "one browser has one counter")

    # === HELPERS === #

    def lock(self):
        self.account.write({"failures": 5, "locked_until": self.tomorrow()})

    def known_cookies(self):
        cookies = self.opener.cookies
        return {one.name: one.value for one in cookies if one.name.startswith(COOKIE)}

    def come_back(self, cookies=None):
        """Hold nothing but the cookies that tell who signed in here, or those given."""
        kept = self.known_cookies() if cookies is None else cookies
        self.become_stranger()
        for name, value in kept.items():
            self.opener.cookies[name] = value.encode().decode("latin-1")
