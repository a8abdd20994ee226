"""SPEC 7, contact changes: what becomes of a contact's account."""

from unittest.mock import patch

from odoo.exceptions import AccessDenied, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .account_link_common import AccountLinkCase

NEW = "ada@new.example.com"


@tagged("post_install", "-at_install")
class TestAccountContactChanges(AccountLinkCase):
    def sees(self, partner, document=None):
        """Return whether an account of a contact shows a document."""
        account = partner._finance_portal_get_account()
        if not account or not account._is_open():
            return False
        document = document or self.invoice
        Scope = self.env["finance.portal.scope"]
        return bool(Scope._find(document._name, account._as_viewer(), document.id))

    # === ADDRESS === #

    def test_a_new_address_is_the_new_login_and_ends_sessions_and_links(self):
        account = self.account_with_password()
        self.mail_account_link(account, "reset")
        version = account.session_version
        self.ada.email = f"Ada <{NEW.upper()}>"
        self.assertEqual(account.user_id.login, NEW)
        self.assertGreater(account.session_version, version)
        self.assertFalse(any(link._is_live() for link in account.mailed_link_ids))
        self.assertEqual(account._get_state(), "active", "the password stays")
        self.assertEqual(self.last_event(account).kind, "login_changed")

    def test_the_same_address_written_differently_changes_nothing(self):
        account = self.account_with_password()
        version = account.session_version
        self.ada.email = "Ada Baker <ADA@bakery.example.com>"
        self.assertEqual(account.user_id.login, "ada@bakery.example.com")
        self.assertEqual(account.session_version, version)

    def test_a_new_address_by_the_user_counts_as_well(self):
        account = self.account_with_password()
        account.user_id.email = NEW
        self.assertEqual(account.user_id.login, NEW)

    def test_an_address_that_somebody_else_signs_in_with_is_refused(self):
        account = self.account_with_password()
        self.account_with_password(self.ben)
        with self.assertRaisesRegex(UserError, "Ben already signs in with"):
            self.ada.email = self.ben.email
        self.env.invalidate_all()
        self.assertEqual(account.user_id.login, "ada@bakery.example.com")

    def test_without_an_address_nothing_that_was_mailed_opens(self):
        account, _token = self.enable()
        version = account.session_version
        self.ada.email = False
        keys = account.mailed_link_ids.filtered(lambda link: link.purpose != "stop")
        self.assertFalse(keys._is_live())
        self.assertEqual(account._get_state(), "suspended", "even a manager can't confirm that")
        self.assertGreater(account.session_version, version)
        self.assertEqual(account.user_id.login, "ada@bakery.example.com")
        self.ada.email = NEW
        self.assertEqual(account.user_id.login, NEW)
        self.assertEqual(account._get_state(), "invite_expired")

    def test_a_closed_account_follows_when_it_is_opened_again(self):
        account = self.account_with_password()
        account._disable("staff")
        self.ada.email = NEW
        self.assertEqual(account.user_id.login, "ada@bakery.example.com")
        account._reopen(with_setup_link=False)
        self.assertEqual(account.user_id.login, NEW)

    # === LEAVING === #

    def test_archiving_disables_and_restoring_opens_nothing(self):
        account = self.account_with_password()
        version = account.session_version
        self.ada.action_archive()
        self.assertFalse(self.ada.active)
        self.assertEqual((account._get_state(), account.user_id.active), ("disabled", False))
        self.assertGreater(account.session_version, version)
        self.assertEqual(self.last_event(account).reason, "archived")
        self.ada.action_unarchive()
        self.assertEqual(account._get_state(), "disabled")

    def test_archiving_by_who_may_change_contacts_only(self):
        account = self.account_with_password()
        user = self.make_user("hr", "base.group_user", "base.group_partner_manager")
        self.ada.with_user(user).action_archive()
        self.assertEqual((account._get_state(), account.disabled_by_id), ("disabled", user))

    def test_archiving_somebody_with_another_login_is_still_refused(self):
        colleague = self.make_user("colleague", "base.group_user")
        staff = self.make_user("hr", "base.group_user", "base.group_partner_manager")
        with self.assertRaisesRegex(ValidationError, "active user"):
            colleague.partner_id.with_user(staff).action_archive()

    def test_moving_closes_at_once_and_coming_back_opens_nothing(self):
        account = self.account_with_password()
        self.assertTrue(self.sees(self.ada))
        self.ada.parent_id = self.rival
        self.assertFalse(self.sees(self.ada))
        self.assertEqual((account._get_state(), account.user_id.active), ("moved", False))
        self.assertEqual(self.last_event(account).reason, "moved")
        self.ada.parent_id = self.customer
        self.assertEqual(account._get_state(), "disabled")

    def test_moved_contacts_are_enabled_for_the_new_customer(self):
        theirs = self.make_invoice(partner=self.eve)
        account = self.account_with_password()
        self.ada.parent_id = self.rival
        account._reopen(with_setup_link=False)
        self.assertEqual(account.customer_id, self.rival)
        self.assertTrue(self.sees(self.ada, theirs))
        self.assertFalse(self.sees(self.ada))

    def test_contacts_below_move_along(self):
        below = self.make_contact("Bo", parent=self.ada)
        account = self.account_with_password(below)
        self.ada.parent_id = self.rival
        self.assertEqual(account._get_state(), "moved")
        self.assertFalse(account.user_id.active)

    def test_a_successor_sees_the_history(self):
        self.account_with_password()
        self.ada.action_archive()
        heir = self.make_contact("Cy")
        self.assertFalse(self.sees(heir))
        self.account_with_password(heir)
        self.assertTrue(self.sees(heir), "an invoice that was the predecessor's")

    # === DELETING === #

    def test_an_open_account_is_not_deleted_by_the_way(self):
        contact = self.make_contact("Cy")
        account = self.account_with_password(contact)
        with self.assertRaisesRegex(UserError, "Disable that first"):
            contact.unlink()
        self.assertTrue(account.exists())

    def test_a_closed_account_goes_with_its_contact(self):
        contact = self.make_contact("Cy")
        account = self.account_with_password(contact)
        account._disable("staff")
        rows, user = self.events_of(account), account.user_id
        staff = self.make_user("hr", "base.group_user", "base.group_partner_manager")
        contact.with_user(staff).unlink()
        self.env.invalidate_all()
        self.assertFalse(account.exists() or user.exists())
        self.assertEqual(set(rows.mapped("email")), {"cy@bakery.example.com"}, "the record stays")

    def test_contact_in_between_deleted_closes_and_coming_back_opens_nothing(self):
        between = self.make_contact("Department")
        below = self.make_contact("Bo", parent=between)
        account = self.account_with_password(below)
        between.unlink()
        self.assertFalse(self.sees(below))
        self.assertEqual((account._get_state(), account.user_id.active), ("moved", False))
        self.assertEqual(self.last_event(account).reason, "moved")
        below.parent_id = self.customer
        self.assertEqual(account._get_state(), "disabled")

    def test_nor_is_an_open_account_deleted_with_its_customer(self):
        customer = self.make_contact("Mill", parent=False, is_company=True)
        contact = self.make_contact("Cy", parent=customer)
        account = self.account_with_password(contact)
        with self.assertRaisesRegex(UserError, "^Cy can sign in"):
            customer.unlink()
        self.assertTrue(account.exists())
        account._disable("staff")
        customer.unlink()
        self.assertEqual((account.exists(), contact.exists()), (self.Account, contact))

    # === MERGING === #

    def merge(self, source, target):
        self.env["base.partner.merge.automatic.wizard"]._merge((source | target).ids, target)
        self.env.invalidate_all()

    def test_merge_into_a_contact_without_an_account(self):
        double = self.make_contact("Ada again", email="ada2@bakery.example.com")
        account = self.account_with_password(double)
        version = account.session_version
        self.merge(double, self.ada)
        self.assertEqual((account.partner_id, account.user_id.partner_id), (self.ada, self.ada))
        self.assertEqual(account.user_id.login, self.ada.email_normalized)
        self.assertGreater(account.session_version, version)
        self.assertEqual(account._get_state(), "active")
        self.assertTrue(self.sees(self.ada))

    def test_merge_into_the_contact_with_the_account(self):
        account = self.account_with_password()
        version = account.session_version
        self.merge(self.make_contact("Ada again", email=self.ada.email), self.ada)
        self.assertEqual((account._get_state(), account.session_version), ("active", version))

    def test_merge_into_another_customers_contact_closes(self):
        account = self.account_with_password()
        self.ada.email = self.eve.email
        self.merge(self.ada, self.eve)
        self.assertEqual(account.partner_id, self.eve)
        self.assertEqual((account._get_state(), account.user_id.active), ("moved", False))
        self.assertFalse(self.sees(self.eve))

    def test_two_customers_become_one(self):
        double = self.make_contact("Double", parent=False, is_company=True)
        contact = self.make_contact("Di", parent=double)
        account = self.account_with_password(contact)
        file = self.env["ir.attachment"].create(
            {"name": "a.pdf", "raw": b"%PDF", "res_model": "res.partner", "res_id": double.id}
        )
        double.finance_portal_file_ids = file
        self.merge(double, self.customer)
        self.assertEqual((account.customer_id, account._get_state()), (self.customer, "active"))
        self.assertTrue(self.sees(contact))
        shared = self.env["finance.portal.file"]._get_shared_with(self.customer)
        self.assertEqual([one for _ref, one in shared], [file])

    def test_two_contacts_with_accounts_are_not_merged(self):
        self.account_with_password()
        self.account_with_password(self.ben)
        with self.assertRaises(UserError):
            self.merge(self.ben, self.ada)

    # === ODOO'S OWN WAYS === #

    def wizard_of(self, partner):
        wizard = self.env["portal.wizard"].create({"partner_ids": [(6, 0, partner.ids)]})
        return wizard.user_ids

    def test_odoos_own_dialog_leads_to_the_tab(self):
        account = self.account_with_password()
        for method in ("action_grant_access", "action_revoke_access", "action_invite_again"):
            row = self.wizard_of(self.ada)
            with self.subTest(method=method), self.assertRaisesRegex(UserError, "Portal Access"):
                getattr(row, method)()
        self.assertEqual(account._get_state(), "active")

    def test_odoos_own_dialog_works_for_everybody_else(self):
        with self.mock_mail_gateway():
            self.wizard_of(self.ben).action_grant_access()
        self.assertTrue(self.ben.user_ids._is_portal())

    def test_odoos_own_reset_mails_our_link_instead(self):
        account = self.account_with_password()
        with self.mock_mail_gateway():
            account.user_id.action_reset_password()
        body = self.sent[self.ada.email]
        self.assertTrue(self.account_tokens_in(body))
        self.assertNoNativeTrace(body)
        self.assertNotIn("/web/reset_password", body)
        self.assertFalse(self.ada.signup_type)

    def test_odoos_own_page_mails_our_link_as_often_as_ours_would(self):
        account = self.account_with_password()
        public = self.env["res.users"].with_user(self.env.ref("base.public_user")).sudo()
        for _number in range(3):
            public.reset_password(self.ada.email)
            with (
                self.mock_mail_gateway(),
                patch.object(self.env.cr, "commit"),
                patch.object(type(self.env["ir.cron"]), "_commit_progress"),
            ):
                self.env["finance.portal.account.request"].sudo()._cron_answer()
        self.assertEqual(len(account.mailed_link_ids.filtered("on_request")), 1)

    def test_an_old_sign_up_link_of_odoos_opens_nothing(self):
        user = self.make_user("native", "base.group_portal")
        user.partner_id.signup_prepare()
        token = user.partner_id.sudo()._generate_signup_token()
        self.Account._adopt(user)
        hashed = self.password_hash(user)
        with self.assertRaises(Exception) as caught, mute_logger("odoo.http"):
            self.env["res.users"].signup({"password": "something else"}, token)
        self.assertNotIsInstance(caught.exception, AccessDenied)
        self.assertNotIn(token, str(caught.exception))
        self.assertEqual(self.password_hash(user), hashed)
