"""SPEC 13, who may say who a person is: what happens until a manager confirms an address."""

from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.tests import tagged

from .account_link_common import PASSWORD
from .address_common import NEW, OLD, AddressCase


@tagged("post_install", "-at_install")
class TestSuspended(AddressCase):
    """Until a manager confirms: nothing is mailed, nothing opens, and those who know are told."""

    def setUp(self):
        super().setUp()
        self.account = self.account_with_password()
        with self.mock_mail_gateway():
            self.as_creator().email = NEW
        self.told = self.sent[OLD]
        self.stop_links = self.account.mailed_link_ids.filtered(lambda one: one.purpose == "stop")

    def test_the_tab_says_who_changed_it_and_to_what(self):
        self.assertEqual(self.account.state, "suspended")
        for word in ("creator", OLD, NEW, "until a manager confirms"):
            self.assertIn(word, self.account.status)
        partner = self.ada.with_user(self.boss)
        self.assertEqual(partner.finance_portal_access, "suspended")
        self.assertEqual(partner.finance_portal_address, NEW)
        causes = partner._finance_portal_find_causes()
        self.assertEqual([(one.code, one.remedy) for one in causes], [("suspended", "confirm")])
        kinds = [kind for kind, _verdict in self.kinds_of(self.account)]
        self.assertEqual(kinds[-2:], ["suspended", "stop_sent"])

    def test_the_old_address_reads_what_happened_and_no_more_of_the_new_one_than_it_may(self):
        self.assertIn("a…@new.example.com", self.told)
        self.assertNotIn(NEW, self.told)
        self.assertIn(OLD, self.told)

    def test_nobody_mails_a_key_to_the_new_address(self):
        with self.mock_mail_gateway():
            for mail in (
                lambda: self.ada.with_user(self.boss).action_finance_portal_reset(),
                lambda: self.ada.with_user(self.boss).action_finance_portal_resend_setup(),
                self.account.user_id.action_reset_password,
            ):
                with self.assertRaises(UserError):
                    mail()
            public = self.env["res.users"].with_user(self.env.ref("base.public_user")).sudo()
            for address in (OLD, NEW):
                public.reset_password(OLD)
                request = self.env["finance.portal.account.request"].sudo()
                request.create({"email": address})._answer()
        self.assertFalse(self.sent)
        refused = self.events_of(self.account).filtered(lambda row: row.kind == "access_requested")
        self.assertEqual(set(refused.mapped("reason")), {"suspended"})

    def test_the_right_password_signs_nobody_in(self):
        self.assertIsNone(self.Account._get_password_credential(OLD, PASSWORD))
        self.assertEqual(self.last_event(self.account).reason, "suspended")
        credential = {"login": OLD, "password": PASSWORD, "type": "password"}
        with self.assertRaises(AccessDenied):
            user = self.account.user_id
            self.env(user=user).user.sudo()._check_credentials(credential, {"interactive": True})

    def test_a_mailed_key_that_still_waits_never_leaves(self):
        for purpose in ("reset", "setup"):
            self.account._confirm_address()
            self.ada.email = OLD
            with self.no_mail_server():
                link = self.account._mail_account_link(purpose)
            self.as_creator().email = NEW
            with self.mock_mail_gateway():
                self.env["mail.mail"].sudo().process_email_queue()
            self.assertFalse(link.token_hash, purpose)
            self.assertFalse(any(purpose in body for body in self.sent.values()))

    def test_managers_get_a_to_do_that_ends_with_the_answer(self):
        asked = self.to_dos()
        self.assertIn(self.boss, asked.user_id)
        self.assertNotIn(self.creator, asked.user_id)
        self.assertIn(NEW, asked[0].note)
        self.ada.with_user(self.boss).action_finance_portal_confirm()
        self.assertFalse(self.to_dos())

    def test_a_name_is_no_markup_in_the_to_do(self):
        self.creator.name = "Eve <i>of Sales</i>"
        self.as_creator().email = "ada@third.example.com"
        self.assertIn("&lt;i&gt;of Sales", self.to_dos()[0].note)

    def test_the_responsible_manager_gets_it_alone(self):
        self.customer.user_id = self.boss
        self.as_creator().email = "ada@third.example.com"
        self.assertEqual(self.to_dos().user_id, self.boss)
        self.customer.user_id = self.creator
        self.as_creator().email = NEW
        self.assertNotIn(self.creator, self.to_dos().user_id, "cannot confirm it")

    def test_one_click_confirms_what_the_manager_saw(self):
        seen = self.ada.with_user(self.boss).with_context(finance_portal_seen_address=NEW)
        self.as_creator().email = "thief@elsewhere.example.com"
        with self.assertRaisesRegex(UserError, "no longer"):
            seen.action_finance_portal_confirm()
        self.as_creator().email = NEW
        with self.mock_mail_gateway():
            seen.action_finance_portal_confirm()
        self.assertFalse(self.sent, "the old address knows already")
        self.assertEqual((self.account.email, self.account.user_id.login), (NEW, NEW))
        self.assertEqual(self.account.state, "active", "the password stays")
        self.assertEqual(self.last_event(self.account).kind, "login_changed")
        with self.assertRaisesRegex(UserError, "no address"):
            seen.action_finance_portal_confirm()

    def test_only_managers_confirm(self):
        clerk = self.make_user("clerk", "account.group_account_invoice")
        for user in (clerk, self.creator):
            with self.assertRaises(AccessError):
                self.ada.with_user(user).action_finance_portal_confirm()
        self.assertEqual(self.account.state, "suspended")

    def test_undoing_the_change_opens_nothing(self):
        self.as_creator().email = OLD
        self.assertEqual(self.account.state, "suspended")
        self.assertIn("changed it back", self.account.status)
        self.ada.with_user(self.boss).action_finance_portal_confirm()
        self.assertEqual((self.account.state, self.account.email), ("active", OLD))
        self.assertEqual(self.last_event(self.account).kind, "address_confirmed")

    def test_a_manager_who_corrects_it_confirms(self):
        self.ada.with_user(self.boss).email = OLD
        self.assertEqual((self.account.state, self.account.email), ("active", OLD))

    def test_a_second_change_tells_the_old_address_once(self):
        with self.mock_mail_gateway():
            self.as_creator().email = "ada@third.example.com"
        self.assertNotIn(OLD, self.sent)
        self.assertIn("third", self.account.status)

    def test_disabling_does_not_answer_the_question(self):
        """Request access stays closed; enabling again names the address, and so confirms it."""
        self.account._disable("staff")
        self.assertFalse(self.to_dos())
        self.assertTrue(self.Account._is_in_doubt(self.ada))
        dialog = self.env["finance.portal.reopen"].with_user(self.boss)
        dialog = dialog.create({"partner_id": self.ada.id, "how": "password"})
        self.assertEqual(dialog.email, NEW)
        self.as_creator().email = "thief@elsewhere.example.com"
        with self.assertRaisesRegex(UserError, "no longer"):
            dialog.action_reopen()
        self.as_creator().email = NEW
        dialog.action_reopen()
        self.assertEqual((self.account.state, self.account.user_id.login), ("active", NEW))
        self.assertFalse(self.Account._is_in_doubt(self.ada))

    def test_an_address_that_somebody_signs_in_with_is_not_confirmed(self):
        self.account_with_password(self.ben)
        self.as_creator().email = self.ben.email
        with self.assertRaisesRegex(UserError, "Ben already signs in with"):
            self.ada.with_user(self.boss).action_finance_portal_confirm()

    def test_staff_who_send_still_choose_the_recipient(self):
        self.send(partners=self.ada)
        self.assertTrue(self.tokens_in(self.sent[NEW]))

    def test_no_account_is_set_up_by_a_link_to_an_address_that_is_not_theirs_any_more(self):
        self.company.finance_portal_email_change = "keep"
        link, _token = self.issue(partner=self.ben)
        self.assertTrue(self.Account._is_offered_to(link))
        self.as_creator(self.ben).email = "ben@new.example.com"
        self.assertFalse(self.Account._is_offered_to(link))


@tagged("post_install", "-at_install")
class TestTwoAddresses(AddressCase):
    """A contact's field with two addresses: the account has one of them."""

    BOTH = f"{OLD}, {NEW}"

    def make(self, confirmed):
        self.ada.email = self.BOTH
        dialog = self.env["finance.portal.enable"].with_user(self.boss)
        dialog = dialog.create({"partner_id": self.ada.id})
        self.assertEqual(dialog.email, OLD, "one is suggested")
        dialog.email = confirmed
        with self.mock_mail_gateway():
            dialog.action_enable()
        return self.ada._finance_portal_get_account()

    def test_every_email_goes_to_the_confirmed_address_alone(self):
        for confirmed in (OLD, NEW):
            with self.subTest(confirmed=confirmed), self.env.cr.savepoint() as savepoint:
                account = self.make(confirmed)
                self.assertEqual(list(self.sent), [confirmed])
                self.assertEqual(self.ada.email, self.BOTH, "the field stays as it was")
                self.assertEqual(account.user_id.login, confirmed)
                for mail in (
                    lambda account=account: account._mail_account_link("setup"),
                    lambda account=account: account._mail_account_link("reset"),
                    lambda account=account: account._mail_account_link("stop"),
                    lambda account=account: account._mail_notice(),
                    lambda account=account: self.mail_code(account.user_id),
                ):
                    with self.mock_mail_gateway():
                        mail()
                    self.assertEqual(list(self.sent), [confirmed])
                savepoint.rollback()
            self.env.invalidate_all()

    def mail_code(self, user):
        """Mail what Odoo mails its users: to all the addresses that the contact's field names."""
        values = {"email_to": user.email, "email_cc": user.email, "body_html": "<p>123456</p>"}
        mail = self.env["mail.mail"].sudo()
        mail.create({**values, "model": "res.users", "res_id": user.id}).send()

    def test_a_link_never_leaves_in_an_email_to_somebody_else_as_well(self):
        account = self.make(OLD)
        for values in (
            {"email_to": self.BOTH},
            {"email_to": NEW},
            {"email_cc": NEW},
            {"recipient_ids": self.ada.ids},
        ):
            with self.no_mail_server():
                link = account._mail_account_link("setup")
            mail = self._new_mails.exists()
            mail.write(values)
            with self.subTest(values=values), self.mock_mail_gateway():
                mail.send()
                self.assertFalse(link.token_hash)
                self.assertFalse(any(map(self.account_tokens_in, self.sent.values())))

    def test_nobody_sends_an_email_elsewhere_by_naming_an_address(self):
        with self.mock_mail_gateway():
            self.ada.with_user(self.creator).message_notify(
                body="x", partner_ids=self.ben.ids, finance_portal_address=NEW
            )
        self.assertEqual(list(self.sent), [self.ben.email])

    def test_removing_the_other_one_changes_nothing_and_removing_this_one_does(self):
        account = self.make(NEW)
        account.set_up_at = "2026-01-01"
        version = account.session_version
        self.as_creator().email = NEW
        self.assertEqual((account.state, account.session_version), ("active", version))
        self.as_creator().email = self.BOTH
        self.assertEqual(account.state, "active")
        with self.mock_mail_gateway():
            self.as_creator().email = OLD
        self.assertEqual(account.state, "suspended")
        self.assertEqual({OLD, NEW} & {*self.sent}, {NEW}, "the confirmed one is told")
