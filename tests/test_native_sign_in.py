"""Odoo's own sign-in and password reset tell nobody who has an account (SPEC 7, L13)."""

import re
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .account_link_common import PASSWORD
from .account_pages_common import AccountPagesCase

LOGIN, RESET = "/web/login", "/web/reset_password"
UNKNOWN = "nobody@example.com"
KNOWN, CLOSED, WAITING = "ada@bakery.example.com", "ben@bakery.example.com", "eve@rival.example.com"


@tagged("post_install", "-at_install")
class TestNativeSignIn(AccountPagesCase):
    def setUp(self):
        super().setUp()
        self.account = self.account_with_password()
        self.closed = self.account_with_password(self.ben)
        self.closed._disable("staff")
        self.enable(self.eve)
        set_param = self.env["ir.config_parameter"].set_param
        set_param("auth_signup.reset_password", "True")
        # Odoo's own limit: a minute for each network after five wrong passwords.
        set_param("base.login_cooldown_after", "0")

    def submit(self, path, **fields_):
        """Fill in a form of Odoo's."""
        token = self.csrf_of(self.visit(path))
        return self.visit(path, "POST", data={"csrf_token": token, **fields_})

    def text_of(self, answer, login):
        """Return a page of Odoo's without what differs between any two, and what was typed."""
        text = re.sub(r'csrf_token: "\w+"', "", self.plain(answer))
        return text.replace(f'value="{login}"', "")

    def by_page(self, login, password=PASSWORD):
        """Sign in on Odoo's page; return its text without what was typed."""
        answer = self.submit(LOGIN, login=login, password=password)
        self.assertEqual(answer.status_code, 200)
        return self.text_of(answer, login)

    def by_program(self, login, password=PASSWORD):
        """Sign in as a web client does; return the error."""
        params = {"db": self.env.cr.dbname, "login": login, "password": password}
        self.env.flush_all()
        answer = self.url_open("/web/session/authenticate", json={"params": params}).json()
        error = answer["error"]
        return error["message"], error["data"]["message"], error["data"]["name"]

    def refused(self):
        """Yield what does not sign in: ``(login, password)``."""
        yield UNKNOWN, PASSWORD
        yield KNOWN, "wrong"
        yield KNOWN, "x" * 5000
        yield CLOSED, PASSWORD
        yield WAITING, PASSWORD
        yield KNOWN, " "
        yield UNKNOWN, " "
        yield KNOWN, ""
        yield UNKNOWN, ""
        self.account.write({"failures": 5, "locked_until": self.tomorrow()})
        yield KNOWN, PASSWORD

    def test_whatever_is_wrong_gets_one_answer_and_one_hash(self):
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
            mute_logger("odoo.http"),
        ):
            for way in (self.by_page, self.by_program):
                self.account.write({"failures": 0, "locked_until": False})
                answers = set()
                for login, password in self.refused():
                    worked.clear()
                    answers.add(way(login, password))
                    with self.subTest(way=way.__name__, login=login, password=password[:9]):
                        self.assertEqual(len(worked), 1)
                self.assertEqual(len(answers), 1, answers)
        self.assertSignedOut()

    def test_an_empty_password_tells_nothing(self):
        answers = {self.by_page(login, "") for login in (UNKNOWN, KNOWN, CLOSED, WAITING)}
        self.assertEqual(len(answers), 1, answers)

    def test_staff_see_refusals_of_closed_accounts(self):
        self.by_page(CLOSED)
        self.assertIn(("sign_in_failed", "disabled"), self.reasons_of(self.closed))

    def test_l13_wrong_passwords_are_counted_and_right_ones_are_not(self):
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.signing_in", "3/100000")
        self.make_user("clerk", "base.group_user", password=PASSWORD)
        for login in ("clerk", KNOWN) * 3:
            self.assertEqual(self.submit(LOGIN, login=login, password=PASSWORD).status_code, 303)
            self.become_stranger()
        answers = [self.by_page(login) for login in (UNKNOWN, CLOSED, UNKNOWN, UNKNOWN, CLOSED)]
        many = [text for text in answers if "Too many failed attempts" in text]
        self.assertEqual(many, answers[3:])
        self.assertEqual(len(set(many)), 1)
        self.assertIn("Too many failed attempts", self.by_page(KNOWN))
        self.assertSignedOut()
        with mute_logger("odoo.http"):
            self.assertIn("Too many failed attempts", self.by_program(KNOWN)[1])

    def test_customers_sign_in_on_odoos_page_too(self):
        answer = self.submit(LOGIN, login=KNOWN, password=PASSWORD)
        self.assertEqual(answer.status_code, 303)
        self.assertSignedIn()

    # === FORGOTTEN === #

    def answer_password_requests(self):
        """Run the job that answers; what it mailed is in ``sent``."""
        with (
            self.mock_mail_gateway(),
            patch.object(self.env.cr, "commit"),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
        ):
            self.env["finance.portal.account.request"].sudo()._cron_answer()

    def test_the_answer_is_the_same_for_every_address(self):
        """Nothing is mailed meanwhile: that would take longer for a customer."""
        self.make_user("native", "base.group_portal")
        twin = {"partner_id": self.make_contact("Twin", email=KNOWN).id}
        self.make_user("twin", "base.group_portal", **twin)
        pages = set()
        for login in (UNKNOWN, KNOWN, CLOSED, WAITING, "nonsense", "%"):
            with self.subTest(login=login), self.mock_mail_gateway():
                answer = self.submit(RESET, login=login)
                self.assertEqual(answer.status_code, 200)
                pages.add(self.text_of(answer, login))
                self.assertFalse(self._new_mails)
        with self.mock_mail_gateway():
            page = self.text_of(self.submit(RESET, login="native"), "native")
        self.assertTrue(self._new_mails, "Odoo mails its own portal users")
        pages.add(page)
        self.assertEqual(len(pages), 1, pages)
        self.assertIn("an account for this address", page)
        self.answer_password_requests()
        self.assertEqual(set(self.sent), {KNOWN, WAITING})
        self.assertTrue(self.account_tokens_in(self.sent[KNOWN]))

    def test_a_query_tells_nothing_either(self):
        """Odoo redirects to its sign-in page whoever has signed in once."""
        self.submit(LOGIN, login=KNOWN, password=PASSWORD)
        self.become_stranger()
        for path in (RESET, "/web/signup"):
            self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
            for email in (UNKNOWN, KNOWN):
                with self.subTest(path=path, email=email):
                    answer = self.visit(f"{path}?signup_email={email}")
                    self.assertEqual(answer.status_code, 200)

    def test_l13_requests_are_counted(self):
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.recovery", "2/100000")
        codes = [self.submit(RESET, login=UNKNOWN).status_code for _number in range(3)]
        self.assertEqual(codes, [200, 200, 429])

    def test_l13_whoever_tries_addresses_by_signing_up_is_counted(self):
        """That an address is taken has to be said there; what isn't tried isn't told."""
        set_param = self.env["ir.config_parameter"].set_param
        set_param("auth_signup.invitation_scope", "b2c")
        set_param("finance_portal.throttle.recovery", "2/100000")
        passwords = {"password": PASSWORD, "confirm_password": PASSWORD}
        with mute_logger("odoo.sql_db"):
            answers = [
                self.submit("/web/signup", login=login, name="Somebody", **passwords)
                for login in (KNOWN, CLOSED, WAITING)
            ]
        self.assertEqual([one.status_code for one in answers], [200, 200, 429])
        self.assertNotIn("already registered", answers[-1].text)
        self.assertIn("then try again", answers[-1].text)
        self.assertNotIn("open the link", answers[-1].text)
        self.assertIn(self.env.ref("base.public_user").sudo().company_id.name, answers[-1].text)

    def test_l13_addresses_in_a_query_are_counted(self):
        """Odoo sends whoever gives that of its own users there to its sign-in page."""
        set_param = self.env["ir.config_parameter"].set_param
        set_param("auth_signup.invitation_scope", "b2c")
        set_param("finance_portal.throttle.recovery", "2/100000")
        for path in (RESET, "/web/signup"):
            # sudo: nobody has the right to change what is counted
            self.env["finance.portal.throttle"].sudo().search([]).unlink()
            asked = f"{path}?signup_email={UNKNOWN}"
            with self.subTest(path=path):
                codes = [self.visit(one).status_code for one in (path, path, *[asked] * 3, path)]
                self.assertEqual(codes, [200, 200, 200, 200, 429, 200])

    def test_staff_are_told_what_is_wrong(self):
        with self.assertRaisesRegex(Exception, "No account found"):
            self.env["res.users"].reset_password(UNKNOWN)
