"""SPEC 13, "One sign-in, several customers": what accounts that share a login have in common."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .one_sign_in_common import ADDRESS, SharedCase
from .portal_access_common import MANAGER


@tagged("post_install", "-at_install")
class TestOnePerson(SharedCase):
    def test_a_lock_is_the_persons(self):
        first, second = self.join()
        for _number in range(5):
            first._count_attempt()
        self.assertEqual((first._get_state(), second._get_state()), ("locked", "locked"))
        self.press("unlock", self.eve)
        self.assertEqual((first._get_state(), second._get_state()), ("active", "active"))

    def test_a_lock_is_lifted_by_who_works_for_all_that_it_guards(self):
        """Else who enables a contact with somebody's address has the guesses counted anew."""
        first, second = self.join()
        sister = self.env["res.company"].create({"name": "Sister"})
        second._show_companies(sister)
        theirs = self.make_user("theirs", MANAGER, name="Theirs")
        theirs.write({"company_ids": sister.ids, "company_id": sister.id})
        first.write({"failures": 5, "locked_until": fields.Datetime.now() + timedelta(minutes=9)})
        contact = self.eve.with_user(theirs)
        with self.assertRaisesRegex(AccessError, "companies that you don't work for"):
            contact.action_finance_portal_unlock()
        self.assertEqual((first._get_state(), second._get_state()), ("locked", "locked"))
        theirs.company_ids |= self.company
        contact.action_finance_portal_unlock()
        self.assertEqual((first._get_state(), second._get_state()), ("active", "active"))

    def test_a_refusal_is_told_of_each(self):
        for _name, account, _contact, other in self.both():
            account._note_refusal("password", locks=True)
            for each in (account, other):
                kinds = [kind for kind, _verdict in self.kinds_of(each)]
                self.assertEqual(kinds[-2:], ["sign_in_failed", "locked"])

    def test_a_reset_link_of_either_ends_those_of_both(self):
        for _name, account, _contact, other in self.both():
            token = self.mail_account_link(account, "reset")
            gone = self.mail_account_link(other, "reset")
            link = self.AccountLink._resolve_token("reset", token)
            with self.mock_mail_gateway():
                link._use("five silent herons", "reset", {})
            self.assertTrue(other.mailed_link_ids.filtered("ended_at"))
            self.assertTrue(gone)
            for each in (account, other):
                self.assertIn("reset_done", [kind for kind, _verdict in self.kinds_of(each)])

    def test_who_asks_for_a_new_password_gets_one_email(self):
        self.join()
        with self.mock_mail_gateway():
            request = self.env["finance.portal.account.request"].sudo()
            request.create({"email": ADDRESS})._answer()
        self.assertEqual(len(self._mails), 1)

    def test_a_password_made_of_either_customers_names_is_refused(self):
        first, second = self.join()
        for account in (first, second):
            words = account._get_guessable()
            self.assertTrue({"Bakery", "Rival"} <= set(words))

    def test_record_rules_show_what_the_users_own_contact_may_see(self):
        first, _second = self.join()
        rule = first.user_id._finance_portal_get_rule("account.move")
        self.assertIn(self.invoice, self.env["account.move"].search(rule))
        theirs = self.make_invoice(self.eve)
        self.assertNotIn(theirs, self.env["account.move"].search(rule))
