"""The Portal Access tab: who can sign in, what managers do about it, and why somebody cannot."""

import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .portal_access_common import USER, PortalAccessCase


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalAccessCase):
    # === WHO IS SHOWN === #

    def test_company_first_then_its_contacts_who_can_be_written_to(self):
        self.make_contact("Zoe", email=False).email = False
        self.assertEqual(list(self.tab()), ["Bakery", "Ada", "Ben"])
        self.assertEqual(list(self.tab(self.ada)), ["Ada"], "the contact's own form")

    def test_who_has_an_account_is_shown_in_any_case(self):
        self.account_with_password()
        self.ada.active = False
        self.assertIn("Ada", self.tab())

    def test_sub_companies_are_customers_of_their_own(self):
        self.make_contact("Branch", is_company=True)
        self.assertNotIn("Branch", self.tab())

    def test_not_enabled(self):
        self.assertEqual(self.tab()["Ada"], ("none", "Can't sign in"))
        self.customer.email = False
        self.assertEqual(
            self.tab()["Bakery"], ("none", "Can't sign in, and has no email address yet")
        )

    def test_login_of_odoos_own_portal(self):
        self.native_user()
        state, text = self.tab()["Ben"]
        self.assertEqual(state, "native")
        self.assertIn("Odoo's own portal", text)

    def test_colleague(self):
        self.native_user(group="base.group_user")
        self.assertEqual(self.tab()["Ben"][0], "staff")

    def test_states_of_an_account(self):
        account, _token = self.enable()
        self.assertEqual(self.tab()["Ada"][0], "invited")
        with self.at(account.mailed_link_ids.expires_at):
            self.assertEqual(self.tab()["Ada"][0], "invite_expired")
        account.set_up_at = fields.Datetime.now()
        self.assertEqual(self.tab()["Ada"][0], "active")
        account.locked_until = fields.Datetime.now() + timedelta(minutes=15)
        self.assertEqual(self.tab()["Ada"][0], "locked")
        account._disable("staff")
        self.assertEqual(self.tab()["Ada"][0], "disabled")

    def test_moved_is_shown_where_the_contact_is_now(self):
        self.account_with_password()
        self.ada.parent_id = self.rival
        self.assertNotIn("Ada", self.tab())
        self.assertEqual(self.tab(self.rival)["Ada"][0], "moved")

    def test_a_page_of_contacts_costs_the_same_number_of_queries_for_any_number(self):
        def count():
            self.env.invalidate_all()
            self.env.flush_all()
            contacts = self.customer.with_user(self.boss).finance_portal_contact_ids
            contacts.fetch(["name", "email"])
            before = self.env.cr.sql_log_count
            contacts.mapped("finance_portal_status")
            return self.env.cr.sql_log_count - before

        self.enable()
        self.enable(self.ben)
        count()
        few = count()
        for number in range(5):
            self.enable(self.make_contact(f"c{number}"))
        self.assertLess(count(), few + 5, "one for each would be five more")

    # === BUTTONS === #

    def test_enable_confirms_the_address_and_mails_the_setup_link(self):
        action = self.press("enable")
        self.assertEqual((action["res_model"], action["target"]), ("finance.portal.enable", "new"))
        dialog = self.env["finance.portal.enable"].with_user(self.boss)
        with Form(dialog.with_context(**action["context"])) as form:
            self.assertEqual(form.email, "ada@bakery.example.com")
            form.email = "Ada@New.Example.com"
            form.own_documents = True
        with self.mock_mail_gateway():
            form.record.action_enable()
        self.assertEqual(self.ada.email_normalized, "ada@new.example.com")
        self.assertTrue(self.account_tokens_in(self.sent["ada@new.example.com"]))
        account = self.ada._finance_portal_get_account()
        self.assertEqual(account.user_id.login, "ada@new.example.com")
        self.assertTrue(account.own_documents)
        [row] = self.events_of(account).filtered(lambda row: row.kind == "account_enabled")
        self.assertEqual(row.account_id, account)

    def test_enable_wants_one_address_that_can_be_written_to(self):
        dialog = self.env["finance.portal.enable"].with_user(self.boss)
        for address in ("", "ada", "ada@a.example.com, ben@b.example.com"):
            record = dialog.create({"partner_id": self.ada.id, "email": address})
            with self.subTest(address=address), self.assertRaisesRegex(UserError, "one email"):
                record.action_enable()
        self.assertFalse(self.ada._finance_portal_get_account())

    def test_resend_reset_and_unlock(self):
        account, first = self.enable()
        self.press("resend_setup")
        (second,) = self.account_tokens_in(self.sent[self.ada.email])
        self.assertNotEqual(first, second)
        account.write({"set_up_at": fields.Datetime.now(), "failures": 5})
        account.locked_until = fields.Datetime.now() + timedelta(minutes=15)
        with self.assertRaisesRegex(UserError, "already chosen"):
            self.press("resend_setup")
        self.press("reset")
        self.assertTrue(self.account_tokens_in(self.sent[self.ada.email]))
        self.press("unlock")
        self.assertEqual((account._get_state(), account.failures), ("active", 0))

    def test_disable_and_enable_again_with_the_old_password(self):
        account = self.account_with_password()
        hashed, version = self.password_hash(account.user_id), account.session_version
        self.press("disable")
        self.assertEqual((account._get_state(), account.user_id.active), ("disabled", False))
        self.assertGreater(account.session_version, version, "every session ends")
        self.assertEqual(account.disabled_by_id, self.boss)
        action = self.press("reopen")
        dialog = self.env["finance.portal.reopen"].with_user(self.boss)
        with Form(dialog.with_context(**action["context"])) as form:
            self.assertEqual(form.how, "setup")
            form.how = "password"
        with self.mock_mail_gateway():
            form.record.action_reopen()
        self.assertEqual(account._get_state(), "active")
        self.assertEqual(self.password_hash(account.user_id), hashed)
        self.assertFalse(self.sent)

    def test_enable_again_with_a_setup_link(self):
        account = self.account_with_password()
        self.press("disable")
        dialog = self.env["finance.portal.reopen"].with_user(self.boss)
        with self.mock_mail_gateway():
            dialog.create({"partner_id": self.ada.id}).action_reopen()
        self.assertEqual(account._get_state(), "invited")
        self.assertFalse(self.password_hash(account.user_id))
        self.assertTrue(self.account_tokens_in(self.sent[self.ada.email]))

    def test_manage_here_keeps_the_password(self):
        user = self.native_user()
        hashed = self.password_hash(user)
        self.press("adopt", self.ben)
        account = self.ben._finance_portal_get_account()
        self.assertEqual((account.user_id, self.tab()["Ben"][0]), (user, "active"))
        self.assertEqual(self.password_hash(user), hashed)
        self.assertTrue(user._finance_portal_is_managed())

    def test_only_own_documents(self):
        """Pressing twice, or what a program sends again, undoes nothing."""
        account = self.account_with_password()
        for button, limited in (("own_documents", True), ("all_documents", False)):
            with self.subTest(button):
                self.press(button)
                self.press(button)
                self.assertIs(account.own_documents, limited)
        recorded = [row.kind for row in self.events_of(account)]
        self.assertEqual(recorded[-4:], ["limited", "limited", "unlimited", "unlimited"])

    def test_buttons_that_came_too_late_say_so(self):
        self.account_with_password()
        self.press("disable")
        for button in ("reset", "unlock", "resend_setup", "own_documents", "all_documents"):
            with self.subTest(button=button), self.assertRaisesRegex(UserError, "no active"):
                self.press(button)

    # === LINKS, EVENTS, SIGN-IN === #

    def test_links_and_events_of_the_customer_and_of_one_contact(self):
        self.issue()
        self.issue(partner=self.ben)
        self.issue(self.make_invoice(partner=self.eve), self.eve)
        self.issue(partner=self.stranger)
        company, ada = self.as_boss(self.customer), self.as_boss()
        self.assertEqual(
            set(company.finance_portal_link_ids.partner_id), {self.ada, self.ben, self.stranger}
        )
        self.assertEqual(ada.finance_portal_link_ids.partner_id, self.ada)
        self.assertEqual(set(company.finance_portal_event_ids.mapped("kind")), {"sent"})
        self.assertEqual(company.finance_portal_live_link_count, 3)
        action = company.action_finance_portal_open_links()
        self.assertEqual(len(self.Link.search(action["domain"])), 3)
        company.action_finance_portal_revoke_all()
        self.env.invalidate_all()
        self.assertEqual(company.finance_portal_live_link_count, 0)
        self.assertEqual(self.eve.finance_portal_live_link_count, 1)

    def test_no_new_customer_is_let_off_signing_in_but_by_a_manager(self):
        groups = ("base.group_partner_manager", "sales_team.group_sale_salesman")
        clerk = self.make_user("maker", *groups)
        loose = {"name": "Loose Ltd", "finance_portal_sign_in": "not_required"}
        Partner = self.env["res.partner"]
        made = Partner.with_user(clerk).create({**loose, "name": "Made"})
        context = {"default_finance_portal_sign_in": "not_required"}
        implied = Partner.with_user(clerk).with_context(**context).create({"name": "Implied"})
        strict = Partner.with_user(clerk).create({**loose, "finance_portal_sign_in": "required"})
        kept = Partner.with_user(self.boss).create(loose)
        found = (made | implied | strict | kept).mapped("finance_portal_sign_in")
        self.assertEqual(found, [False, False, "required", "not_required"])

    def test_managers_decide_whether_a_customer_has_to_sign_in(self):
        self.customer.with_user(self.boss).finance_portal_sign_in = "required"
        self.assertTrue(self.ada._finance_portal_requires_sign_in(self.company))
        clerk = self.make_user("clerk2", USER, "base.group_partner_manager")
        with self.assertRaisesRegex(AccessError, "manager"):
            self.customer.with_user(clerk).finance_portal_sign_in = "not_required"

    # === WHO MAY === #

    def test_users_see_and_do_not_change(self):
        self.account_with_password()
        self.assertEqual(self.tab(user=self.clerk)["Ada"][0], "active")
        ada = self.ada.with_user(self.clerk)
        for button in (
            "enable", "reopen", "resend_setup", "reset", "unlock", "disable", "adopt",
            "own_documents", "all_documents", "view_as",
        ):  # fmt: skip
            with self.subTest(button=button), self.assertRaisesRegex(AccessError, "manager"):
                getattr(ada, f"action_finance_portal_{button}")()
        for model in ("finance.portal.enable", "finance.portal.reopen"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.clerk).create({"partner_id": self.ada.id})
        self.assertEqual(self.ada._finance_portal_get_account()._get_state(), "active")

    def test_who_is_not_of_finance_portal_sees_nothing_of_it(self):
        user = self.make_user("plain", "base.group_user")
        self.assertNotIn("finance_portal", self.form_of(user))
        with self.assertRaises(AccessError):
            self.ada.with_user(user).read(["finance_portal_status"])
        with self.assertRaises(AccessError):
            self.ada.with_user(user).action_finance_portal_disable()

    def test_the_tab_says_who_can_act(self):
        sentence = "ask a Finance Portal manager"
        boss, clerk = self.form_of(self.boss), self.form_of(self.clerk)
        self.assertNotIn(sentence, boss)
        self.assertIn("action_finance_portal_disable", boss)
        self.assertIn(sentence, clerk)
        self.assertNotIn("action_finance_portal_disable", clerk)
        self.assertIn("action_finance_portal_diagnose", clerk)

    def form_of(self, user):
        """Return the contact form as a user gets it."""
        arch = self.ada.with_user(user).get_view(view_type="form")["arch"]
        # What Odoo notes on its own fields is no part of the form.
        return re.sub(r' data-used-by="[^"]*"', "", arch)

    def test_nothing_is_stored_on_contacts_but_what_staff_choose_and_who_entered_the_address(self):
        stored = [
            name
            for name, field in self.env["res.partner"]._fields.items()
            if name.startswith("finance_portal") and field.store
        ]
        schedule = [
            f"finance_portal_statement_{one}" for one in ("every", "weekday", "day", "when")
        ]
        kept = {"finance_portal_sign_in", "finance_portal_address_by"}
        self.assertEqual(set(stored), {*kept, *schedule})

    def test_list_of_accounts(self):
        account = self.account_with_password()
        account_b, _token = self.enable(self.ben)
        as_clerk = self.Account.with_user(self.clerk)
        rows = as_clerk.search([]).read(["login", "state", "status", "display_name"])
        self.assertEqual([row["state"] for row in rows], ["active", "invited"])
        self.assertEqual(rows[0]["login"], "ada@bakery.example.com")
        self.assertEqual(account.with_user(self.clerk).action_open_contact()["res_id"], self.ada.id)
        self.assertEqual(as_clerk.search([("login", "ilike", "ben@")]), account_b)
