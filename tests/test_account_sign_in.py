"""SPEC 7: signing in, forgetting, settings; one browser at a time."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessDenied
from odoo.tests import tagged

from ..const import ACCOUNT_LINK_CREDENTIAL
from .account_link_common import PASSWORD
from .account_pages_common import LOGIN, OTHER, PORTAL, AccountPagesCase


@tagged("post_install", "-at_install")
class TestAccountSignIn(AccountPagesCase):
    def setUp(self):
        super().setUp()
        self.account = self.account_with_password()

    # === ONE ANSWER === #

    def test_unknown_wrong_disabled_locked_and_not_set_up_answer_the_same(self):
        closed = self.account_with_password(self.ben)
        closed._disable("staff")
        self.enable(self.eve)
        answers = [
            self.sign_in("nobody@example.com"),
            self.sign_in(password="wrong"),
            self.sign_in("ben@bakery.example.com"),
            self.sign_in("eve@rival.example.com"),
        ]
        self.account.write({"failures": 5, "locked_until": self.tomorrow()})
        answers.append(self.sign_in())
        self.assertEqual([answer.status_code for answer in answers], [401] * 5)
        pages = {
            self.plain(answer).replace(email, "")
            for answer, email in zip(
                answers,
                [
                    "nobody@example.com",
                    "ada@bakery.example.com",
                    "ben@bakery.example.com",
                    "eve@rival.example.com",
                    "ada@bakery.example.com",
                ],
                strict=True,
            )
        }
        self.assertEqual(len(pages), 1)
        self.assertSignedOut()

    def test_each_of_them_looks_at_one_password(self):
        closed = self.account_with_password(self.ben)
        closed._disable("staff")
        self.enable(self.eve)
        context = self.env["res.users"]._crypt_context()
        worked = []
        hash_, verify = context.hash, context.verify_and_update
        with (
            patch.object(type(context), "hash", lambda c, *a: worked.append("hash") or hash_(*a)),
            patch.object(
                type(context),
                "verify_and_update",
                lambda c, *a: worked.append("verify") or verify(*a),
            ),
        ):
            cases = [
                ("nobody@example.com", PASSWORD),
                ("ada@bakery.example.com", "wrong"),
                ("ada@bakery.example.com", "x" * 5000),
                ("ben@bakery.example.com", PASSWORD),
                ("eve@rival.example.com", PASSWORD),
                ("", ""),
            ]
            for email, password in cases:
                worked.clear()
                self.assertEqual(self.sign_in(email, password).status_code, 401)
                self.assertEqual(len(worked), 1, email)

    def test_staff_and_native_portal_users_do_not_sign_in_here(self):
        for login, group in (("clerk@x.example.com", "user"), ("nat@x.example.com", "portal")):
            self.make_user(login, f"base.group_{group}", password=PASSWORD)
            self.assertEqual(self.sign_in(login).status_code, 401)

    def test_nonsense_is_answered_like_any_wrong_password(self):
        for email, password in (
            ("a\0b", "c\0d"), ("x" * 9000, "y" * 90000), ("%", "%"), ("ada@bakery.example.com", ""),
        ):  # fmt: skip
            self.assertEqual(self.sign_in(email, password).status_code, 401)
        token = self.csrf_of(self.visit(LOGIN))
        for data in ({}, {"email": ""}, {"password": "x"}):
            answer = self.visit(LOGIN, "POST", data={"csrf_token": token, **data})
            self.assertEqual(answer.status_code, 401)

    # === LOCK === #

    # What is counted in a transaction of its own lasts though the request fails. Here, where
    # there is only one transaction, the gate itself is asked; e2e/test_accounts.py asks a server.

    def guess(self, password=OTHER, account=None):
        """Return whether the gate lets somebody in with a password."""
        user = (account or self.account).user_id
        credential = {"type": "password", "login": user.login, "password": password}
        try:
            self.env(user=user).user.sudo()._check_credentials(credential, {"interactive": True})
        except AccessDenied:
            return False
        return True

    def events(self):
        return [
            (row.kind, row.reason)
            for row in self.events_of(self.account)
            if row.kind in ("sign_in_failed", "locked")
        ]

    def test_the_fifth_wrong_password_locks_for_a_quarter_of_an_hour(self):
        now = fields.Datetime.now()
        self.assertEqual([self.guess() for _number in range(4)], [False] * 4)
        self.assertEqual((self.account.state, self.account.failures), ("active", 4))
        self.assertFalse(self.guess())
        self.assertEqual(self.account.state, "locked")
        self.assertFalse(self.guess(PASSWORD), "the right password, during the lock")
        self.assertEqual(
            self.events(),
            [("sign_in_failed", "password")] * 5
            + [("locked", False), ("sign_in_failed", "locked_out")],
        )
        left = (self.account.locked_until - now).total_seconds()
        self.assertAlmostEqual(left, 15 * 60, delta=60)
        self.account.locked_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertFalse(self.guess())
        self.assertEqual(self.account.failures, 1, "after a lock the count begins anew")
        self.assertTrue(self.guess(PASSWORD))
        self.assertEqual((self.account.failures, self.account.locked_until), (0, False))

    def test_staff_unlock(self):
        for _number in range(5):
            self.guess()
        self.account._unlock()
        self.assertTrue(self.guess(PASSWORD))

    def test_the_right_password_begins_the_count_anew(self):
        for _round in range(3):
            for _number in range(4):
                self.guess()
            self.assertTrue(self.guess(PASSWORD))

    def test_the_rule_is_a_system_parameter(self):
        set_param = self.env["ir.config_parameter"].set_param
        set_param("finance_portal.lock_after", "2")
        set_param("finance_portal.lock_minutes", "60")
        self.guess()
        self.assertEqual(self.account.state, "active")
        self.guess()
        left = (self.account.locked_until - fields.Datetime.now()).total_seconds()
        self.assertAlmostEqual(left, 3600, delta=60)
        set_param("finance_portal.lock_after", "nonsense")
        self.assertEqual(self.Account._get_lock_rule(), (5, 60))

    def test_the_page_says_how_long_the_lock_lasts(self):
        for minutes, words in (
            ("15", "in 15 minutes or"),
            ("60", "in 60 minutes or"),
            ("1", "in a minute or"),
        ):
            self.env["ir.config_parameter"].set_param("finance_portal.lock_minutes", minutes)
            with self.subTest(minutes=minutes):
                page = self.sign_in(password="wrong")
                self.assertIn(f"Try again {words} reset your password.", page.text)

    def test_no_password_of_a_closed_account_is_looked_at(self):
        self.ada.parent_id = self.rival
        self.assertFalse(self.guess(PASSWORD))
        self.assertEqual(self.account.failures, 0)

    def test_a_password_that_the_customer_never_chose_opens_nothing(self):
        account, _token = self.enable(self.ben)
        account.user_id.password = PASSWORD
        self.assertFalse(self.guess(PASSWORD, account))

    def test_nobody_makes_up_the_proof_of_a_mailed_link(self):
        user, link = self.account.user_id, self.account.mailed_link_ids
        for forged in (None, link.id, link.ref, link, self.account):
            credential = {"type": ACCOUNT_LINK_CREDENTIAL, "login": user.login, "link": forged}
            with self.assertRaises(AccessDenied):
                self.env(user=user).user.sudo()._check_credentials(
                    credential, {"interactive": True}
                )

    # === THE SESSION === #

    def test_signing_in_moves_the_visitor_to_a_new_session_and_keeps_what_was_open(self):
        link, token = self.issue()
        page = self.open_link(token)
        before = self.opener.cookies["session_id"]
        proof = self.csrf_of(page)
        self.assertLeadsTo(self.sign_in(), PORTAL)
        self.assertNotEqual(self.opener.cookies["session_id"], before)
        self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 200)
        seen = self.visit(f"/finance/d/{link.ref}/seen", "POST", data={"csrf_token": proof})
        self.assertEqual(seen.status_code, 204)

    def test_after_signing_in_one_goes_on_to_our_own_pages_only(self):
        path = f"{PORTAL}/invoices?page=2"
        self.assertLeadsTo(self.sign_in(next=path), path)
        hostile = (
            "//evil.example", "/\\evil.example", "https://evil.example", "/finance//evil.example",
            "%2f%2fevil.example", "/finance/d/../../web", "/web", "javascript:alert(1)",
            f"{PORTAL}/logout", f"{PORTAL}@evil.example", "/finance/customer-portal\n//evil",
        )  # fmt: skip
        for raw in hostile:
            self.become_stranger()
            self.assertLeadsTo(self.sign_in(next=raw), PORTAL)
            page = self.visit(f"{LOGIN}?next={raw}")
            self.assertLeadsTo(page, PORTAL)

    def test_whoever_is_sent_to_sign_in_comes_back(self):
        self.assertLeadsTo(
            self.visit(f"{PORTAL}/settings"),
            f"{LOGIN}?next=%2Ffinance%2Fcustomer-portal%2Fsettings",
        )
        page = self.visit(f"{LOGIN}?next=%2Ffinance%2Fcustomer-portal%2Fsettings")
        self.assertIn(f'name="next" value="{PORTAL}/settings"', page.text)

    def test_forms_need_the_proof_that_our_page_sent_them(self):
        self.sign_in()
        paths = (
            "/login", "/forgot", "/setup", "/reset", "/logout", "/settings/password",
            "/settings/language", "/settings/sign-out-everywhere",
        )  # fmt: skip
        for path in paths:
            for token in ("", "x", "ä", None):
                data = {} if token is None else {"csrf_token": token}
                answer = self.visit(f"{PORTAL}{path}", "POST", data=data)
                self.assertEqual(answer.status_code, 400, path)
                self.assertStrictHeaders(answer)
        self.assertSignedIn()

    def test_sign_out(self):
        self.sign_in()
        answer = self.fill_in(f"{PORTAL}/logout", at=f"{PORTAL}/settings")
        self.assertLeadsTo(answer, f"{LOGIN}?notice=signed_out")
        self.assertSignedOut()
        self.assertEqual(self.reasons_of(self.account)[-1], ("signed_out", False))

    def test_sign_in_as_someone_else_keeps_the_link_one_came_by(self):
        link, token = self.issue()
        self.open_link(token)
        self.sign_in()
        path = f"/finance/d/{link.ref}"
        answer = self.fill_in(f"{PORTAL}/logout", at=f"{PORTAL}/settings", next=path)
        self.assertLeadsTo(answer, f"{LOGIN}?notice=signed_out&next={path}")
        self.assertEqual(self.visit(path).status_code, 200)

    def test_disabled_while_signed_in(self):
        self.sign_in()
        self.account._disable("staff")
        self.assertSignedOut()

    def test_moved_while_signed_in(self):
        self.sign_in()
        self.ada.parent_id = self.rival
        self.assertSignedOut()
        self.assertEqual(self.sign_in().status_code, 401)

    # === SETTINGS === #

    def change(self, current=PASSWORD, new=OTHER):
        return self.fill_in(
            f"{PORTAL}/settings/password", at=f"{PORTAL}/settings", current=current, password=new
        )

    def test_changing_the_password_keeps_this_session_and_ends_the_others(self):
        self.sign_in()
        elsewhere = self.opener.cookies["session_id"]
        self.become_stranger()
        self.sign_in()
        with self.mock_mail_gateway():
            answer = self.change()
        self.assertLeadsTo(answer, f"{PORTAL}/settings?saved=password")
        self.assertSignedIn()
        self.assertIn("was just changed", self.sent["ada@bakery.example.com"])
        self.assertEqual(self.reasons_of(self.account)[-1], ("password_changed", False))
        self.become_stranger()
        self.opener.cookies["session_id"] = elsewhere
        self.assertSignedOut()
        self.assertEqual(self.sign_in().status_code, 401)
        self.assertLeadsTo(self.sign_in(password=OTHER), PORTAL)

    def test_the_current_password_is_asked_for_and_refused_during_a_lock(self):
        self.sign_in()
        before = self.password_hash(self.account.user_id)
        answer = self.change(current="wrong")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Wrong current password", answer.text)
        self.assertEqual(self.change(new="short").status_code, 422)
        self.assertEqual(self.password_hash(self.account.user_id), before)
        self.account.write({"failures": 5, "locked_until": self.tomorrow()})
        answer = self.change()
        self.assertEqual(answer.status_code, 422)
        self.assertIn("temporarily locked", answer.text)
        self.assertNotIn("Wrong current password", answer.text, "it's the right one")

    def test_a_password_is_the_same_however_it_was_typed(self):
        self.sign_in()
        self.change(new=" trois élèves ﬁns ")
        self.become_stranger()
        self.assertLeadsTo(self.sign_in(password="trois e\u0301le\u0300ves fins"), PORTAL)

    def test_capitals_of_letters_beyond_ascii_make_no_difference(self):
        self.ben.email = "Ümit@bakery.example.com"
        self.account_with_password(self.ben)
        for email in ("Ümit@bakery.example.com", "ümit@Bakery.example.com"):
            with self.subTest(email):
                self.assertEqual(self.sign_in(email).status_code, 303)
                self.become_stranger()

    def test_signing_out_everywhere_includes_here(self):
        self.sign_in()
        elsewhere = self.opener.cookies["session_id"]
        self.become_stranger()
        self.sign_in()
        answer = self.fill_in(f"{PORTAL}/settings/sign-out-everywhere", at=f"{PORTAL}/settings")
        self.assertLeadsTo(answer, f"{LOGIN}?notice=everywhere")
        self.assertSignedOut()
        self.become_stranger()
        self.opener.cookies["session_id"] = elsewhere
        self.assertSignedOut()

    def test_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.sign_in()
        path = f"{PORTAL}/settings/language"
        for lang, expected in (("xx_XX", "en_US"), ("fr_FR", "fr_FR")):
            answer = self.fill_in(path, at=f"{PORTAL}/settings", lang=lang)
            self.assertLeadsTo(answer, f"{PORTAL}/settings?saved=language")
            self.assertEqual(self.ada.lang, expected)
        self.assertIn('<html lang="fr-FR"', self.visit(f"{PORTAL}/settings").text)

    def test_l13_changes_of_the_settings_are_counted(self):
        self.sign_in()
        page = self.visit(f"{PORTAL}/settings")
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.signing_in", "1/600")
        data = {"csrf_token": self.csrf_of(page), "lang": "en_US", "current": "x", "password": "x"}
        for form in ("language", "password", "sign-out-everywhere"):
            answer = self.visit(f"{PORTAL}/settings/{form}", "POST", data=data)
            self.assertEqual(answer.status_code, 429, form)
        self.assertSignedIn()

    def test_every_page_carries_strict_headers_and_no_other_page_may_frame_it(self):
        for path in (LOGIN, f"{PORTAL}/forgot", f"{PORTAL}/setup", f"{PORTAL}/settings"):
            self.assertStrictHeaders(self.visit(path))
