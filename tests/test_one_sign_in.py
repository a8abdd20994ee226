"""SPEC 13, "One sign-in, several customers": how accounts come to share a login, and leave it."""

from contextlib import suppress
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..failures import AccountLinkGone
from .account_link_common import PASSWORD
from .one_sign_in_common import ADDRESS, NEW, SharedCase


@tagged("post_install", "-at_install")
class TestJoining(SharedCase):
    def test_the_second_account_opens_with_the_same_sign_in(self):
        first = self.account_with_password()
        before = self.password_hash(first.user_id)
        with self.mock_mail_gateway():
            second = self.Account._enable(self.eve)
        self.assertEqual((second.user_id, second.customer_id), (first.user_id, self.rival))
        self.assertEqual((first._get_state(), second._get_state()), ("active", "active"))
        self.assertEqual(self.password_hash(first.user_id), before)
        self.assertEqual(first.user_id.partner_id, self.ada)
        self.assertFalse(second.mailed_link_ids, "no new password is needed")
        self.assertIn("You can now also see documents of Rival", str(self._mails))
        self.assertIn("Sign in as before", self.sent[ADDRESS])
        self.assertEqual([kind for kind, _verdict in self.kinds_of(second)], ["account_enabled"])

    def test_the_dialog_says_so_before(self):
        self.account_with_password()
        self.env.invalidate_all()
        with Form(
            self.env["finance.portal.enable"]
            .with_user(self.boss)
            .with_context(default_partner_id=self.eve.id)
        ) as form:
            self.assertEqual(
                form.joining,
                "This person already signs in for Bakery. The same sign-in will open both, and"
                " an email tells them.",
            )
            form.email = NEW
            self.assertFalse(form.joining)
            form.email = ADDRESS
        with self.mock_mail_gateway():
            action = form.record.action_enable()
        self.assertIn("now also sees the documents of Rival", action["params"]["message"])
        self.assertNotIn("setup/", self.sent[ADDRESS])

    def test_the_dialog_says_so_of_an_account_that_comes_back(self):
        """No setup link is mailed then either: the password was chosen for the other account."""
        _first, second = self.join()
        second._disable("staff")
        dialog = self.env["finance.portal.enable"].with_user(self.boss)
        with self.mock_mail_gateway():
            action = dialog.create({"partner_id": self.eve.id}).action_enable()
        self.assertTrue(second._is_open())
        self.assertIn("now also sees the documents of Rival", action["params"]["message"])

    def test_tab_and_list_name_the_other_customer(self):
        first, second = self.join()
        contact = self.eve.with_user(self.boss)
        self.assertEqual(contact.finance_portal_companies, "Also signs in for Bakery.")
        self.assertEqual((first.also, second.also), ("Rival", "Bakery"))

    def test_before_a_password_was_chosen_either_link_chooses_it(self):
        for chosen in (0, 1):
            with self.subTest(link=chosen), self.env.cr.savepoint() as savepoint:
                accounts, tokens = zip(self.enable(self.ada), self.enable(self.eve), strict=True)
                link = self.AccountLink._resolve_token("setup", tokens[chosen])
                link._use(PASSWORD, "setup", {})
                self.assertEqual([one._get_state() for one in accounts], ["active", "active"])
                self.assertAccountLinkGone("setup", tokens[1 - chosen])
                self.env.flush_all()
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def assertAccountLinkGone(self, purpose, token):
        with self.assertRaises(AccountLinkGone):
            self.AccountLink._resolve_token(purpose, token)

    def test_nobody_else_is_joined(self):
        """Not a colleague of the same customer, no colleague of ours, no login of Odoo's own."""
        self.account_with_password()
        self.ben.email = ADDRESS
        with self.assertRaisesRegex(UserError, "already signs in"):
            self.Account._enable(self.ben)
        self.env["res.users"].search([("login", "=", ADDRESS)]).active = False
        with self.assertRaisesRegex(UserError, "already signs in"):
            self.Account._enable(self.eve)
        self.make_user("clerk@rival.example.com", "base.group_user", name="Clerk")
        self.native_user(self.stranger, "native@rival.example.com")
        for login in ("clerk@rival.example.com", "native@rival.example.com"):
            with self.subTest(login=login):
                self.eve.email = login
                with self.assertRaisesRegex(UserError, "already signs in"):
                    self.Account._enable(self.eve)

    def test_who_asks_on_a_links_page_gets_it_with_the_same_sign_in(self):
        first = self.account_with_password()
        link, _token = self.issue(self.make_invoice(self.eve), self.eve)
        with self.mock_mail_gateway():
            self.Account._invite_by_link(link)
        second = self.eve._finance_portal_get_account()
        self.assertEqual((second.user_id, second._get_state()), (first.user_id, "active"))
        self.assertIn("You can now also see documents of Rival", str(self._mails))
        with self.mock_mail_gateway():
            self.Account._invite_by_link(link)
        self.assertFalse(self._mails, "once")

    def test_a_login_that_opens_nothing_any_more_gets_a_new_password(self):
        first = self.account_with_password()
        first._disable("staff")
        second, token = self.enable(self.eve)
        self.assertEqual((second.user_id, second._get_state()), (first.user_id, "invited"))
        self.assertEqual((second.user_id.partner_id, second.user_id.active), (self.eve, True))
        self.assertFalse(self.password_hash(second.user_id))
        self.assertTrue(self.AccountLink._resolve_token("setup", token))
        self.assertEqual(first._get_state(), "disabled")


@tagged("post_install", "-at_install")
class TestEachAlone(SharedCase):
    def test_disabling_one_leaves_the_other_and_the_last_ends_signing_in(self):
        for _name, account, contact, other in self.both():
            version = account.session_version
            message = self.press("disable", contact)["params"]["message"]
            self.assertIn("still signs in for", message)
            self.assertEqual((account._get_state(), other._get_state()), ("disabled", "active"))
            self.assertEqual((other.user_id.active, other.session_version), (True, version))
            self.assertEqual(other.user_id.partner_id, other.partner_id)
            self.press("disable", other.partner_id)
            self.assertFalse(other.user_id.active)
            self.assertGreater(other.session_version, version)

    def test_whatever_staff_press_is_about_one_account(self):
        """All buttons of the tab, those to come too: nothing happens to the other account."""
        buttons = [name for name in dir(self.ada) if name.startswith("action_finance_portal_")]
        self.assertGreater(len(buttons), 12)
        for _name, account, contact, other in self.both():
            for button in buttons:
                before = self.facts(other)
                with self.subTest(button=button), self.env.cr.savepoint() as savepoint:
                    with suppress(UserError), self.mock_mail_gateway():
                        getattr(contact.with_user(self.boss), button)()
                    self.assertEqual(self.facts(other), before)
                    self.assertTrue(account.exists())
                    self.env.flush_all()
                    savepoint.rollback()
                    self.env.invalidate_all(flush=False)

    def facts(self, account):
        """Return all that an account is: its row, its person's, and how the user signs in."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT to_jsonb(account), to_jsonb(login), u.login, u.password, u.active"
            " FROM finance_portal_account account JOIN finance_portal_login login"
            " ON login.id = login_id JOIN res_users u ON u.id = account.user_id"
            " WHERE account.id = %s",
            [account.id],
        )
        return self.env.cr.fetchall(), account.company_ids.ids, account._get_state()

    def test_whose_contact_is_kept_to_another_company_belongs_to_that(self):
        """Else Odoo would hide from who is left what it knows of them."""
        first, second = self.join()
        self.eve.company_id = self.env["res.company"].create({"name": "Sister"})
        first._disable("staff")
        user = second.user_id
        self.assertEqual((user.partner_id, user.active), (self.eve, True))
        self.assertEqual(user.company_ids, self.eve.company_id)
        self.eve.with_user(user).check_access("read")

    def test_archiving_a_contact_closes_its_account_alone(self):
        for _name, account, contact, other in self.both():
            contact.active = False
            self.assertEqual((account._get_state(), other._get_state()), ("disabled", "active"))

    def test_a_contact_who_moves_loses_its_account_alone(self):
        for _name, account, contact, other in self.both():
            contact.parent_id = self.env["res.partner"].create({"name": "New", "is_company": True})
            self.assertFalse(account._is_open())
            self.assertTrue(other._is_open())

    def test_a_deleted_contact_leaves_the_other_its_login(self):
        self.ada = self.make_contact("Di", self.customer, ADDRESS)
        self.eve = self.make_contact("Do", self.rival, ADDRESS)
        for _name, account, contact, other in self.both():
            self.press("disable", contact)
            user = other.user_id
            contact.unlink()
            self.assertFalse(account.exists())
            self.assertEqual((user.exists().active, other._get_state()), (True, "active"))

    def test_two_of_one_persons_contacts_are_not_merged(self):
        first, second = self.join()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        with self.assertRaisesRegex(UserError, "can't be merged"):
            wizard._merge((self.ada | self.eve).ids, self.ada)
        self.assertTrue(first._is_open() and second._is_open())

    def test_enabling_again_keeps_the_password_of_who_still_signs_in(self):
        for _name, account, contact, other in self.both():
            before = self.password_hash(other.user_id)
            self.press("disable", contact)
            for how in ("setup", "password"):
                dialog = self.env["finance.portal.reopen"].with_user(self.boss)
                dialog = dialog.create({"partner_id": contact.id, "how": how})
                self.assertTrue(dialog.joining)
                with self.mock_mail_gateway():
                    message = dialog.action_reopen()["params"]["message"]
                self.assertIn("signs in as before", message)
                self.assertEqual((account.user_id, account._get_state()), (other.user_id, "active"))
                self.assertEqual(self.password_hash(other.user_id), before)
                self.press("disable", contact)

    def test_two_who_disable_at_once_meet_at_the_row(self):
        """So that the second sees that nothing is left, and ends the sessions."""
        writes, execute = [], type(self.env.cr).execute

        def spy(cursor, query, *args, **options):
            writes.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **options)

        for _name, _account, contact, _other in self.both():
            writes.clear()
            with patch.object(type(self.env.cr), "execute", spy):
                self.press("disable", contact)
            self.assertTrue(any("UPDATE finance_portal_login" in one for one in writes))


@tagged("post_install", "-at_install")
class TestAnotherAddress(SharedCase):
    """Whoever can edit one contact gets into no other customer's account."""

    def test_it_suspends_that_account_alone(self):
        for _name, account, contact, other in self.both():
            version = other.session_version
            with self.mock_mail_gateway():
                contact.with_user(self.creator).email = NEW
            self.assertEqual((account._get_state(), other._get_state()), ("suspended", "active"))
            self.assertEqual((other.user_id.login, other.session_version), (ADDRESS, version))
            self.assertFalse(account.mailed_link_ids.filtered(lambda link: link.email == NEW))

    def test_when_no_account_is_open_any_more_sessions_end(self):
        for _name, account, contact, other in self.both():
            version = account.session_version
            for each in (contact, other.partner_id):
                with self.mock_mail_gateway():
                    each.with_user(self.creator).email = f"{each.id}@elsewhere.example.com"
            self.assertEqual((account._get_state(), other._get_state()), ("suspended",) * 2)
            self.assertGreater(account.session_version, version)

    def test_a_manager_who_confirms_it_sets_it_apart(self):
        for _name, account, contact, other in self.both():
            before = self.password_hash(other.user_id)
            with self.mock_mail_gateway():
                contact.with_user(self.creator).email = NEW
            with self.mock_mail_gateway():
                message = (
                    contact.with_user(self.boss)
                    .with_context(finance_portal_seen_address=NEW)
                    .action_finance_portal_confirm()["params"]["message"]
                )
            self.assertIn("A setup link is on its way", message)
            self.assertNotEqual(account.user_id, other.user_id)
            self.assertEqual((account.user_id.login, account.user_id.partner_id), (NEW, contact))
            self.assertEqual(account._get_state(), "invited")
            self.assertFalse(self.password_hash(account.user_id))
            self.assertEqual((other.user_id.login, other._get_state()), (ADDRESS, "active"))
            self.assertEqual(other.user_id.partner_id, other.partner_id)
            self.assertEqual(self.password_hash(other.user_id), before)
            (token,) = self.account_tokens_in(self.sent[NEW])
            link = self.AccountLink._resolve_token("setup", token)
            link._use("five silent herons", "setup", {})
            self.assertEqual(self.password_hash(other.user_id), before, "the other person's")

    def test_the_managers_own_correction_sets_it_apart_at_once(self):
        for _name, account, contact, other in self.both():
            with self.mock_mail_gateway():
                contact.with_user(self.boss).email = NEW
            self.assertNotEqual(account.user_id, other.user_id)
            self.assertEqual((account.user_id.login, other.user_id.login), (NEW, ADDRESS))
            self.assertIn(NEW, self.sent)

    def test_a_closed_account_comes_back_with_a_login_of_its_own(self):
        """Its old login belongs to whoever signs in with it now."""
        for _name, account, contact, other in self.both():
            self.press("disable", contact)
            with self.mock_mail_gateway():
                other.partner_id.with_user(self.boss).email = NEW
            self.assertEqual((other.user_id.login, other._get_state()), (NEW, "invited"))
            self.assertNotEqual(account.user_id, other.user_id)
            before = self.password_hash(other.user_id)
            with self.mock_mail_gateway():
                account._reopen(with_setup_link=True)
            self.assertNotEqual(account.user_id, other.user_id)
            self.assertEqual((account.user_id.login, other.user_id.login), (ADDRESS, NEW))
            self.assertEqual(self.password_hash(other.user_id), before)
            self.assertEqual(account._get_state(), "invited")

    def test_no_password_of_another_customers_contact_opens_it(self):
        """Staff of one customer's company join a closed account's login, and move it to an
        address of their own. The old password is still that of whom it was closed for.
        """
        for _name, account, contact, other in self.both():
            before = self.password_hash(account.user_id)
            self.press("disable", contact)
            for address in (NEW, "third@rival.example.com"):
                with self.mock_mail_gateway():
                    other.partner_id.with_user(self.boss).email = address
            other.user_id.password = "five silent herons"
            other.set_up_at = fields.Datetime.now()
            self.press("disable", other.partner_id)
            with self.mock_mail_gateway():
                account._reopen(with_setup_link=False)
            self.assertEqual((account.user_id.login, account._get_state()), (ADDRESS, "active"))
            self.assertEqual(self.password_hash(account.user_id), before)
            self.assertEqual(account.user_id.partner_id, contact)

    def test_who_is_let_in_again_is_the_contact_of_that_account(self):
        """Also where the login was left to another account, and that was closed as well."""
        for _name, account, contact, other in self.both():
            self.press("disable", contact)
            self.press("disable", other.partner_id)
            with self.mock_mail_gateway():
                account._reopen(with_setup_link=False)
            self.assertEqual(account.user_id.partner_id, contact)
            self.assertEqual(account.user_id._finance_portal_get_own_account(), account)

    def test_an_account_joins_a_login_by_its_confirmed_address(self):
        """Its old user signs nobody in any more, and keeps no contact from being deleted."""
        self.eve = self.make_contact("Do", self.rival, NEW)
        first, second = self.account_with_password(), self.account_with_password(self.eve)
        old, version = second.user_id, second.session_version
        with self.mock_mail_gateway():
            self.eve.with_user(self.creator).email = ADDRESS
        self.assertEqual((second.user_id, second._get_state()), (old, "suspended"))
        with self.mock_mail_gateway():
            second.with_user(self.boss).sudo()._confirm_address(ADDRESS)
        self.assertEqual((second.user_id, second._get_state()), (first.user_id, "active"))
        self.assertFalse(old.active)
        login = self.env["finance.portal.login"].sudo().search([("user_id", "=", old.id)])
        self.assertGreater(login.session_version, version)
        self.press("disable", self.eve)
        self.eve.unlink()
        self.assertFalse(old.exists())
        self.assertEqual(first._get_state(), "active")
        self.eve = self.make_contact("Eve again", self.rival, NEW)
        third, _token = self.enable(self.eve)
        self.assertEqual(third.user_id.login, NEW)
