"""Forgot your password: one answer, and an email to the address on file."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .account_pages_common import PORTAL, AccountPagesCase


@tagged("post_install", "-at_install")
class TestAccountForgot(AccountPagesCase):
    def ask(self, email, **options):
        answer = self.fill_in(f"{PORTAL}/forgot", email=email, **options)
        self.assertEqual(answer.status_code, 200)
        return self.plain(answer)

    def settle(self):
        waiting = self.env["finance.portal.account.request"].sudo()
        with self.mock_mail_gateway(), patch.object(self.env.cr, "commit"):
            waiting._cron_answer()
        return {address: self.account_tokens_in(body) for address, body in self.sent.items()}

    def test_the_answer_is_the_same_for_every_address(self):
        self.account_with_password()
        self.enable(self.ben)
        closed = self.account_with_password(self.eve)
        closed._disable("staff")
        pages = {
            self.ask(address)
            for address in (
                "ada@bakery.example.com", "ben@bakery.example.com", "eve@rival.example.com",
                "nobody@example.com", "nonsense", "", "a\0b", "x" * 5000,
            )
        }  # fmt: skip
        self.assertEqual(len(pages), 1)

    def test_who_has_a_password_gets_a_reset_link_and_who_has_none_a_setup_link(self):
        account = self.account_with_password()
        invited, _token = self.enable(self.ben)
        self.ask("Ada@Bakery.example.com ", next=f"{PORTAL}/invoices")
        self.ask("ben@bakery.example.com")
        self.ask("nobody@example.com")
        sent = self.settle()
        self.assertEqual(set(sent), {"ada@bakery.example.com", "ben@bakery.example.com"})
        self.assertEqual(account.mailed_link_ids[0].purpose, "reset")
        self.assertEqual(account.mailed_link_ids[0].next_path, f"{PORTAL}/invoices")
        self.assertEqual(invited.mailed_link_ids[0].purpose, "setup")
        self.assertTrue(all(sent.values()))
        self.assertFalse(self.env["finance.portal.account.request"].sudo().search([]))

    def test_nobody_whose_account_is_closed_gets_a_link(self):
        account = self.account_with_password()
        account._disable("staff")
        self.ask("ada@bakery.example.com")
        self.assertFalse(self.settle())
        self.assertEqual(self.last_event(account).kind, "access_requested")
        self.assertEqual(self.last_event(account).reason, "disabled")

    def test_of_two_with_the_address_the_open_one_gets_the_link(self):
        ada, ben = self.account_with_password(), self.account_with_password(self.ben)
        for account in (ada, ben):  # neither signs in with it
            account.partner_id.email = f"office@bakery.example.com, {account.email}"
        for closed, still_open in ((ada, ben), (ben, ada)):
            with self.subTest(closed=closed.email):
                closed._disable("staff")
                self.ask("office@bakery.example.com")
                self.assertEqual(set(self.settle()), {still_open.email})
                closed._reopen(with_setup_link=False)

    def test_one_mail_per_five_minutes_and_five_a_day(self):
        account = self.account_with_password()
        start = fields.Datetime.now()
        mailed = []
        for minutes in (0, 1, 4, 5, 10, 15, 20, 25, 60, 24 * 60 + 1):
            with self.at(start + timedelta(minutes=minutes)):
                self.env["finance.portal.account.request"].sudo().create(
                    {"email": "ada@bakery.example.com"}
                )
                mailed.append(len(self.settle()))
        self.assertEqual(mailed, [1, 0, 0, 1, 1, 1, 1, 0, 0, 1])
        self.assertTrue(all(account.mailed_link_ids[:6].mapped("on_request")))
