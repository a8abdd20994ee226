"""SPEC 2 and 7 with apps that sign people in or rewrite emails: needs the shop's database."""

import json
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import quote, urlsplit

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .account_pages_common import PORTAL, AccountPagesCase
from .test_native_shop import SHOP

UID = "somebody at another company"
TOKEN = "what that company vouches with"


@tagged(*SHOP)
class TestSignInElsewhere(AccountPagesCase):
    """Odoo's signing in with another company's account (OAuth), as its browser comes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.env["auth.oauth.provider"].create(
            {
                "name": "Another company",
                "client_id": "x",
                "auth_endpoint": "https://id.example/auth",
                "validation_endpoint": "https://id.example/validate",
                "body": "Sign in",
                "enabled": True,
            }
        )
        cls.users = type(cls.env["res.users"])
        answer = {"user_id": UID, "email": "ada@bakery.example.com", "name": "Ada"}
        cls.classPatch(cls.users, "_auth_oauth_validate", lambda *_args: dict(answer))

    def setUp(self):
        super().setUp()
        self.account = self.account_with_password()
        self.user = self.account.user_id
        self.user.write({"oauth_provider_id": self.provider.id, "oauth_uid": UID})

    def come_back(self, **state):
        """Come back from the other company; return whether the portal lets this browser in."""
        state = {"d": self.env.cr.dbname, "p": self.provider.id, "r": quote(PORTAL), **state}
        with mute_logger("odoo.addons.auth_oauth.controllers.main", "odoo.sql_db"):
            self.visit(
                f"/auth_oauth/signin?access_token={quote(TOKEN)}&state={quote(json.dumps(state))}"
            )
        return self.visit(PORTAL).status_code == 200

    def test_an_open_account_is_confined_as_ever(self):
        self.assertTrue(self.come_back())
        self.assertEqual(urlsplit(self.visit("/my/home").headers["Location"]).path, PORTAL)
        with mute_logger("odoo.http"):
            answer = self.visit("/my/security", "POST", data={})
        self.assertIn(answer.status_code, (400, 403))

    def test_no_other_state_lets_them_in(self):
        for state, bring_about in (
            ("disabled", lambda: self.account._disable("staff")),
            ("restored", self.disable_and_restore),
            ("moved", lambda: self.account.write({"customer_id": self.rival.id})),
            ("not set up", lambda: self.account.write({"set_up_at": False})),
        ):
            for scope in ("b2b", "b2c"):
                with self.subTest(state=state, scope=scope):
                    before = self.env.cr.savepoint()
                    self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", scope)
                    bring_about()
                    self.assertFalse(self.come_back())
                    self.env.invalidate_all(flush=False)
                    before.close(rollback=True)
                    self.become_stranger()

    def disable_and_restore(self):
        self.account._disable("staff")
        self.user.active = True

    def test_odoos_own_token_ties_no_identity_to_an_account(self):
        self.user.oauth_uid = False
        hashed = self.password_hash(self.user)
        for kind in ("signup", "reset"):
            self.ada.sudo().signup_prepare(signup_type=kind)
            token = self.ada.sudo()._generate_signup_token()
            with self.subTest(kind=kind):
                self.assertFalse(self.come_back(t=token))
                self.assertFalse(self.user.oauth_uid)
                self.assertEqual(self.password_hash(self.user), hashed)

    def test_enabled_again_for_somebody_else_the_old_identity_is_gone(self):
        self.account._disable("staff")
        with self.mock_mail_gateway():
            self.account._reopen(with_setup_link=True)
        self.account.set_up_at = fields.Datetime.now()  # by whoever has the account now
        self.assertFalse(self.come_back())
        self.assertFalse(self.user.oauth_uid or self.user.oauth_provider_id)


@tagged(*SHOP)
class TestTrustedBrowsers(AccountPagesCase):
    """A browser that needs no second factor any more is trusted until anything changes."""

    def setUp(self):
        super().setUp()
        self.account = self.account_with_password()
        self.user = self.account.user_id
        self.env.cr.execute(
            "UPDATE res_users SET totp_secret = 'JBSWY3DPEHPK3PXP' WHERE id = %s", [self.user.id]
        )
        self.env.registry.clear_cache()
        self.env.invalidate_all()
        later = fields.Datetime.now() + timedelta(days=1)
        devices = self.env["auth_totp.device"].with_user(self.user).sudo()
        self.key = devices._generate("browser", "Laptop", later)

    def is_trusted(self):
        self.env.invalidate_all()
        check = self.env["auth_totp.device"].sudo()._check_credentials_for_uid
        return check(scope="browser", key=self.key, uid=self.user.id)

    def test_whatever_ends_sessions_ends_the_trust(self):
        self.assertTrue(self.is_trusted())
        for way, change in (
            ("sign out everywhere", self.account._end_sessions),
            ("disabled", lambda: self.account._disable("staff")),
            ("another address", lambda: self.ada.write({"email": "new@bakery.example.com"})),
            ("password", lambda: self.account._choose_password("four louder badgers", "x", {})),
            ("for somebody else", self.account._forget_password),
        ):
            with self.subTest(way=way):
                before = self.env.cr.savepoint()
                with self.mock_mail_gateway():
                    change()
                self.user.active = True
                self.assertFalse(self.is_trusted())
                self.env.invalidate_all(flush=False)
                before.close(rollback=True)

    def test_it_opens_no_closed_account(self):
        self.sign_in()
        self.opener.cookies["td_id"] = self.key
        self.account.write({"disabled_at": fields.Datetime.now()})
        self.visit("/web/login/totp")
        self.assertSignedOut()


@tagged(*SHOP)
class TestMailings(AccountPagesCase):
    """L2 where mailings shorten the links in emails and keep what they sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quotes = [cls.make_quote(), cls.make_quote(partner=cls.ben)]
        cls.placeholder = cls.quotes[0]._finance_portal_get_placeholder_url("contact")

    def mail(self, body, **values):
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Your quote",
                "body_arch": body,
                "body_html": body,
                "mailing_model_id": self.env["ir.model"]._get_id("sale.order"),
                "mailing_domain": repr([("id", "in", [one.id for one in self.quotes])]),
                "keep_archives": True,
                **values,
            }
        )
        with self.mock_mail_gateway(), patch.object(self.env.cr, "commit"):
            mailing.action_send_mail([one.id for one in self.quotes])
        return mailing

    def bodies(self):
        return (
            '<p><a t-att-href="object.get_base_url() + object.get_portal_url()">Open</a></p>',
            '<p>Open <t t-out="object.get_base_url() + object.get_portal_url()"/></p>',
            f'<p><a href="{self.placeholder}">Open</a></p>',
            f"<p>{self.placeholder}</p>",
        )

    def test_l2_no_token_in_a_tracked_link_an_archive_or_the_page_in_the_browser(self):
        for number, body in enumerate(self.bodies()):
            with self.subTest(body=number):
                mailing = self.mail(body)
                self.assertEqual(len(self._mails), 2)
                kept = self.env["mail.mail"].search([("mailing_id", "=", mailing.id)])
                messages = kept.mail_message_id
                trackers = self.env["link.tracker"].search([])
                texts = [*kept.mapped("body_html"), *messages.mapped("body")]
                texts += [*trackers.mapped("url"), *trackers.mapped("title")]
                texts += [mailing.body_html, mailing.body_arch]
                quote_, address = self.quotes[0], self.ada.email_normalized
                view = mailing._get_view_url(address, quote_.id)
                texts.append(
                    self.visit(view.removeprefix(mailing.get_base_url()), follow=True).text
                )
                for text in texts:
                    self.assertFalse(self.tokens_in(text or ""))

    def test_l10_a_tracked_link_leads_nobody_in(self):
        """Neither Odoo's permanent address nor our placeholder opens anything behind it."""
        own = urlsplit(self.base_url()).netloc
        for number, body in enumerate(self.bodies()):
            self.mail(body)
            trackers = self.env["link.tracker"].search([])
            trackers = trackers.filtered(lambda one: urlsplit(one.url).netloc == own)
            self.assertTrue(trackers)
            for tracker in trackers:
                with self.subTest(body=number, url=urlsplit(tracker.url).path):
                    self.become_stranger()
                    answer = self.visit(f"/r/{tracker.code}", follow=True)
                    self.assertNotIn(self.quotes[0].name, answer.text)
