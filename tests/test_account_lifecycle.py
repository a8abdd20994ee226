"""SPEC 7: how an account is opened and closed, and what its emails carry (L1, L2)."""

from datetime import timedelta

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..failures import AccountLinkGone, UnknownAccountLink
from ..tools.secure_token import PLACEHOLDER, hash_token, new_token
from .account_link_common import AccountLinkCase


@tagged("post_install", "-at_install")
class TestAccountLifecycle(AccountLinkCase):
    # === OPENING === #

    def test_enabling_makes_a_portal_user_without_a_password_and_mails_the_link(self):
        account, token = self.enable()
        user = account.user_id
        self.assertEqual((user.login, user.partner_id), ("ada@bakery.example.com", self.ada))
        self.assertTrue(user.share and user._is_portal())
        self.assertTrue(user.has_group("finance_portal.group_finance_portal_account"))
        self.assertFalse(self.password_hash(user))
        self.assertEqual(account.customer_id, self.customer)
        self.assertEqual(account._get_state(), "invited")
        link = self.AccountLink._resolve_token("setup", token)
        with self.at(link.issued_at + timedelta(minutes=18)):
            self.assertEqual(
                account._get_status(),
                "Setup link sent to ada@bakery.example.com, expires in 42 min",
            )
        self.assertEqual(link.expires_at, link.issued_at + timedelta(minutes=60))
        self.assertEqual(
            self.kinds_of(account), [("account_enabled", "system"), ("setup_sent", "system")]
        )

    def test_the_email_says_for_whom_and_how_long_and_has_one_button(self):
        _account, token = self.enable()
        body = self.sent["ada@bakery.example.com"]
        self.assertIn("60 minutes", body)
        self.assertIn("ada@bakery.example.com", body)
        self.assertEqual(body.count(token), 1)
        self.assertNotIn(PLACEHOLDER, body)
        self.assertNoNativeTrace(body)

    def test_the_email_is_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.ada.lang = "fr_FR"
        account, _token = self.enable()
        message = self.env["mail.message"].browse(account.mailed_link_ids.mail_message_id)
        self.assertIn('lang="fr-FR"', self.sent["ada@bakery.example.com"])
        self.assertEqual(message.model, "res.partner")

    def test_l2_what_is_stored_opens_nothing(self):
        account, token = self.enable()
        message = self.env["mail.message"].browse(account.mailed_link_ids.mail_message_id)
        self.assertNotIn(token, message.body)
        self.assertEqual(account.mailed_link_ids.token_hash, hash_token(token))

    def test_l2_the_hash_is_read_by_nobody(self):
        account, _token = self.enable()
        manager = self.make_user("boss", "finance_portal.group_finance_portal_manager")
        with self.assertRaises(AccessError):
            account.mailed_link_ids.with_user(manager).read(["token_hash"])

    def test_l2_a_placeholder_copied_into_another_email_brings_no_link(self):
        account, _token = self.enable()
        url = account.mailed_link_ids._get_placeholder_url()
        with self.mock_mail_gateway():
            self.ada.message_notify(
                partner_ids=self.eve.ids, body=f'<a href="{url}">x</a>', subject="x"
            )
            self.ada.message_notify(
                partner_ids=self.ada.ids, body=f'<a href="{url}">x</a>', subject="x"
            )
        for body in self.sent.values():
            self.assertFalse(self.account_tokens_in(body))

    def test_no_address_no_account(self):
        self.ada.email = False
        with self.assertRaisesRegex(UserError, "no valid email"):
            self.Account._enable(self.ada)
        self.ada.email = "nonsense"
        with self.assertRaisesRegex(UserError, "no valid email"):
            self.Account._enable(self.ada)

    def test_an_address_that_is_confirmed_is_written_to_the_contact(self):
        account, _token = self.enable(email="Ada.New@Bakery.example.com ")
        self.assertEqual(self.ada.email, "ada.new@bakery.example.com")
        self.assertEqual(account.user_id.login, "ada.new@bakery.example.com")
        self.assertIn("ada.new@bakery.example.com", self.sent)

    def test_an_address_that_is_somebody_elses_login_is_refused_by_name(self):
        self.make_user("Ada@Bakery.example.com", "base.group_user", name="Other Ada")
        with self.assertRaisesRegex(UserError, "Other Ada already signs in"):
            self.Account._enable(self.ada)
        self.assertFalse(self.Account.search([("partner_id", "=", self.ada.id)]))

    def test_an_archived_login_of_somebody_else_counts_too(self):
        clerk = self.make_user("ada@bakery.example.com", "base.group_user", name="Old Ada")
        clerk.active = False
        with self.assertRaisesRegex(UserError, "Old Ada"):
            self.Account._enable(self.ada)

    def test_staff_get_no_account(self):
        clerk = self.make_user("clerk", "base.group_user")
        with self.assertRaisesRegex(UserError, "back office"):
            self.Account._enable(clerk.partner_id)

    def test_a_native_portal_user_is_adopted_and_keeps_the_password(self):
        user = self.make_user("native@rival.example.com", "base.group_portal")
        user.partner_id.parent_id = self.rival
        user.partner_id.email = "native@rival.example.com"
        before = self.password_hash(user)
        with self.mock_mail_gateway():
            account = self.Account._enable(user.partner_id)
        self.assertTrue(account.adopted)
        self.assertEqual((account.user_id, account._get_state()), (user, "active"))
        self.assertEqual(user.login, "native@rival.example.com")
        self.assertEqual(self.password_hash(user), before)
        self.assertTrue(user.has_group("finance_portal.group_finance_portal_account"))
        self.assertFalse(self._mails)

    def test_whose_login_is_another_address_first_shows_that_they_read_the_mail(self):
        """Whoever may change contacts lets in by Odoo's own dialog whom they like.

        At an address of their own, which isn't the contact's any more when a manager looks.
        """
        helper = self.make_user("helper", "base.group_user", "base.group_partner_manager")
        eve = self.eve.with_user(helper)
        right = eve.email
        for number, press in enumerate(
            (self.Account._enable, lambda contact: contact.action_finance_portal_adopt())
        ):
            eve.email = f"thief{number}@example.com"
            dialog = self.env["portal.wizard"].with_user(helper)
            dialog = dialog.with_context(active_ids=eve.ids).create({})
            with self.subTest(number=number), self.env.cr.savepoint() as savepoint:
                with self.mock_mail_gateway():
                    dialog.user_ids.action_grant_access()
                user = self.env["res.users"].search([("partner_id", "=", eve.id)])
                user.write({"password": "the thief's own", "company_ids": self.company.ids})
                eve.email = right
                with self.mock_mail_gateway():
                    press(self.eve)
                account = user._finance_portal_get_account()
                self.assertEqual((account.email, account.user_id.login), (right, right))
                self.assertEqual(account.state, "invited")
                self.assertFalse(self.password_hash(user))
                self.assertTrue(self.account_tokens_in(self.sent[right]))
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_who_signed_up_alone_first_shows_that_they_read_the_mail(self):
        """Anybody may have typed the address. What staff press doesn't matter."""
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        visitors = self.env["res.users"].with_user(self.env.ref("base.public_user")).sudo()
        for number, press in enumerate(
            (self.Account._enable, lambda contact: contact.action_finance_portal_adopt())
        ):
            address = f"self{number}@rival.example.com"
            values = {"name": "Self", "login": address, "password": "attacker's own"}
            visitors.with_context(no_reset_password=True).signup(dict(values))
            user = visitors.search([("login", "=", address)])
            user.write({"company_ids": self.company.ids, "company_id": self.company.id})
            user = user.with_env(self.env)
            user.partner_id.write({"parent_id": self.rival.id, "email": address})
            with self.subTest(number=number), self.mock_mail_gateway():
                press(user.partner_id)
                account = user._finance_portal_get_account()
                self.assertEqual(account.state, "invited")
                self.assertFalse(self.password_hash(user))
            self.assertTrue(self.account_tokens_in(self.sent[address]))

    def test_enabling_again_mails_a_newer_link(self):
        account, first = self.enable()
        again, second = self.enable()
        self.assertEqual(account, again)
        self.assertAccountLinkGone("setup", first)
        self.assertTrue(self.AccountLink._resolve_token("setup", second))

    # === LINKS === #

    def test_a_newer_link_replaces_the_older_one_when_it_leaves(self):
        account, first = self.enable()
        with self.no_mail_server():
            account._mail_account_link("setup")
        self.assertTrue(
            self.AccountLink._resolve_token("setup", first), "what reached the customer still works"
        )
        self.env.invalidate_all()
        self.assertEqual(account.mailed_link_ids[0].delivery_state, "delayed")
        self.assertRegex(account.status, "sent yet: Connection failed")
        second = self.mail_account_link(account, "setup")
        self.assertAccountLinkGone("setup", first)
        self.assertTrue(self.AccountLink._resolve_token("setup", second))
        self.assertEqual(
            self.env["mail.mail"].search_count([("state", "=", "outgoing")]), 0,
            "the one that waited never leaves",
        )  # fmt: skip

    def test_a_retry_makes_a_fresh_token(self):
        account, _token = self.enable()
        with self.no_mail_server():
            link = account._mail_account_link("setup")
        mail = self._new_mails.exists()
        self.assertEqual((mail.state, link.delivery_state), ("outgoing", "delayed"))
        self.assertIn(f"/finance/customer-portal/setup/{PLACEHOLDER}", mail.body_html)
        with self.mock_mail_gateway():
            mail.send()
        (token,) = self.account_tokens_in(self.sent["ada@bakery.example.com"])
        self.assertEqual(self.AccountLink._resolve_token("setup", token), link)
        self.assertEqual(link.delivery_state, "sent")

    def test_a_refused_address_is_told_with_its_reason(self):
        account, _token = self.enable()
        notification = (
            self.env["mail.notification"]
            .sudo()
            .search([("mail_message_id", "=", account.mailed_link_ids.mail_message_id)])
        )
        notification.write(
            {
                "notification_status": "bounce",
                "failure_type": "mail_bounce",
                "failure_reason": "550 no such user",
            }
        )
        account.invalidate_recordset()
        account.mailed_link_ids.invalidate_recordset()
        self.assertEqual(account.mailed_link_ids.delivery_state, "bounced")
        self.assertIn("bounced", account.status)
        self.assertTrue(account.status.endswith("Bounce"))

    def test_59_59_lives_and_60_00_does_not(self):
        _account, token = self.enable()
        link = self.AccountLink._resolve_token("setup", token)
        with self.at(link.issued_at + timedelta(minutes=59, seconds=59)):
            self.assertEqual(self.AccountLink._resolve_token("setup", token), link)
        with self.at(link.issued_at + timedelta(minutes=60)):
            self.assertAccountLinkGone("setup", token)
            link.account_id.invalidate_recordset()
            self.assertEqual(link.account_id.state, "invite_expired")

    def test_the_database_refuses_another_lifetime(self):
        account, _token = self.enable()
        link = account.mailed_link_ids
        with self.refused_by_database(CheckViolation):
            link.expires_at = link.issued_at + timedelta(days=1)
            link.flush_recordset()
        link.invalidate_recordset()
        with self.refused_by_database(CheckViolation):
            link.expires_at = False
            link.flush_recordset()

    def test_the_database_keeps_one_live_link_of_a_kind(self):
        account, _token = self.enable()
        now = fields.Datetime.now()
        values = self.AccountLink._prepare(account, "setup", None, False)
        issued = {"issued_at": now, "expires_at": now + timedelta(minutes=60)}
        with self.refused_by_database(UniqueViolation):
            self.AccountLink.create({**values, **issued, "token_hash": hash_token(new_token())})
            self.env.flush_all()

    def test_a_link_is_for_its_purpose_only(self):
        _account, token = self.enable()
        with self.assertRaises(UnknownAccountLink):
            self.AccountLink._resolve_token("reset", token)
        for nonsense in ("", None, "x", new_token(), token + "x", "\0"):
            with self.assertRaises(UnknownAccountLink):
                self.AccountLink._resolve_token("setup", nonsense)

    # === CLOSING === #

    def test_disabling_ends_sessions_links_and_what_waits(self):
        account, token = self.enable()
        with self.no_mail_server():
            account._mail_account_link("reset")
        version = account.session_version
        account._disable("staff")
        self.assertEqual((account.session_version, account.user_id.active), (version + 1, False))
        self.assertEqual((account.state, account.disabled_by_id), ("disabled", self.env.user))
        self.assertAccountLinkGone("setup", token)
        self.assertFalse(self.env["mail.mail"].search([("state", "=", "outgoing")]))
        self.assertEqual(self.last_event(account).kind, "account_disabled")
        self.assertEqual(self.last_event(account).reason, "staff")
        account._disable("staff")
        self.assertEqual(account.session_version, version + 1, "closing twice is closing once")

    def test_opening_again_with_the_old_password(self):
        account = self.account_with_password()
        before = self.password_hash(account.user_id)
        account._disable("staff")
        with self.mock_mail_gateway():
            account._reopen(with_setup_link=False)
        self.assertEqual((account.state, account.user_id.active), ("active", True))
        self.assertEqual(self.password_hash(account.user_id), before)
        self.assertFalse(self._mails)

    def test_opening_again_with_a_setup_link_voids_the_old_password(self):
        account = self.account_with_password()
        account._disable("staff")
        with self.mock_mail_gateway():
            account._reopen(with_setup_link=True)
        self.assertFalse(self.password_hash(account.user_id))
        self.assertEqual(account.state, "invited")
        self.assertTrue(self.account_tokens_in(self.sent["ada@bakery.example.com"]))

    def test_who_never_chose_a_password_gets_the_link_in_any_case(self):
        account, _token = self.enable()
        account._disable("staff")
        with self.mock_mail_gateway():
            account._reopen(with_setup_link=False)
        self.assertEqual(account.state, "invited")
        self.assertTrue(self._mails)

    def test_a_contact_who_moved_sees_nothing_until_opened_for_the_new_customer(self):
        account = self.account_with_password()
        self.ada.parent_id = self.rival
        account.invalidate_recordset()
        self.assertEqual((account.state, account._is_open()), ("moved", False))
        account._disable("moved")
        with self.mock_mail_gateway():
            self.Account._enable(self.ada)
        self.assertEqual((account.customer_id, account._is_open()), (self.rival, True))

    def test_unlocking(self):
        account = self.account_with_password()
        until = fields.Datetime.now() + timedelta(minutes=15)
        account.write({"failures": 5, "locked_until": until})
        self.assertEqual(account.state, "locked")
        account._unlock()
        self.assertEqual((account.state, account.failures), ("active", 0))
        self.assertEqual(self.last_event(account).kind, "unlocked")

    @mute_logger("odoo.models.unlink")
    def test_deleting_the_user_deletes_the_account_and_its_links(self):
        account, _token = self.enable()
        link = account.mailed_link_ids
        account.user_id.unlink()
        self.assertFalse(account.exists())
        self.assertFalse(link.exists())

    def assertAccountLinkGone(self, purpose, token):
        self.env.flush_all()
        with self.assertRaises(AccountLinkGone):
            self.AccountLink._resolve_token(purpose, token)
