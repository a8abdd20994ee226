"""A statement as a record: whom it is for, what stays as it was sent, and who may do what."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .issued_statement_common import IssuedCase
from .page_common import TODAY


@tagged("post_install", "-at_install")
class TestIssuedStatementRecord(IssuedCase):
    def test_drafts_are_taken_up_again_and_go_unless_sent(self):
        first = self.Issued._start(self.customer)
        self.assertEqual(self.Issued._start(self.customer), first)
        self.assertEqual(self.Issued._start(self.ben), first)
        self.assertEqual(first.partner_id, self.ben, "whoever it is for now")
        first._issue()
        second = self.Issued._start(self.customer)
        self.assertNotEqual(second, first)
        self.assertEqual(self.Issued._gc_drafts(), (0, False))
        self.env.flush_all()
        later = second.write_date + timedelta(days=8)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.assertEqual(self.Issued._gc_drafts(), (1, False))
        self.assertTrue(first.exists())
        self.assertFalse(second.exists())

    def test_it_goes_to_who_gets_the_invoices(self):
        self.assertEqual(self.Issued._start(self.customer).partner_id, self.customer)
        desk = self.make_contact("Desk", type="invoice")
        self.assertEqual(self.Issued._start(self.customer).partner_id, desk)
        desk.email = False
        self.assertEqual(self.Issued._start(self.customer).partner_id, self.customer)

    def test_it_goes_to_nobody_whom_a_customer_added(self):
        """As a billing address in a shop: who sees own documents only would see all of them."""
        buyer = self.make_user("buyer", "base.group_portal")
        Partner = self.env["res.partner"].with_user(buyer).sudo()
        values = {"email": "me@mail.example.com", "type": "invoice", "parent_id": self.customer.id}
        Partner.create({"name": "Mine", **values})
        self.assertEqual(self.Issued._start(self.customer).partner_id, self.customer)

    def test_what_was_sent_stays(self):
        statement = self.issue_to()
        for vals in ({"partner_id": self.eve.id}, {"kind": "period", "date_from": TODAY}):
            with self.assertRaisesRegex(UserError, "can't be changed"):
                statement.write(vals)
        for vals in ({"state": "draft"}, {"issued_items": False}, {"date": TODAY}):
            with self.assertRaises(AccessError):
                statement.write(vals)
        with self.assertRaisesRegex(UserError, "Cancel it first"):
            statement.unlink()
        given = {"partner_id": self.ada.id, "state": "sent", "name": "X", "date": "2020-01-01"}
        made = self.Issued.create(given)
        self.assertEqual((made.state, made.date), ("draft", TODAY))
        self.assertTrue(made.name.startswith("STMT/2026/"))

    @mute_logger("odoo.sql_db")
    def test_a_period_has_two_days_whatever_writes_it(self):
        """A form asks for both; a program that leaves one out is refused as well."""
        day, earlier = {"date_to": TODAY}, {"date_to": TODAY - timedelta(days=1)}
        for days in ({}, {"date_from": TODAY}, day, {"date_from": TODAY, **earlier}):
            with self.subTest(days), self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self.Issued.create({"partner_id": self.ada.id, "kind": "period", **days})
        statement = self.Issued.create({"partner_id": self.ada.id})
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            statement.write({"kind": "period"})
        self.env.invalidate_all()
        statement.write({"kind": "period", "date_from": TODAY, **day})
        self.env.flush_all()

    def test_cancelled_cannot_be_sent(self):
        statement = self.issue_to()
        statement.action_cancel()
        with self.assertRaisesRegex(UserError, "is cancelled"):
            statement.action_finance_portal_send()

    def test_who_may_do_what(self):
        """Balances are the accountants' to know: salespeople send none, and see none."""
        statement = self.issue_to()
        billing = self.make_user("billing", "account.group_account_invoice")
        auditor = self.make_user("auditor", "account.group_account_readonly")
        seller = self.make_user("seller", "sales_team.group_sale_salesman_all_leads")
        sister = self.env["res.company"].create({"name": "Sister"})
        elsewhere = self.make_user("elsewhere", "account.group_account_invoice")
        elsewhere.sudo().write({"company_ids": [Command.set(sister.ids)], "company_id": sister.id})
        self.env.flush_all()
        for user, reads, sends in (
            (billing, True, True), (auditor, True, False), (seller, False, False),
            (elsewhere, False, False),
        ):  # fmt: skip
            mine = statement.with_user(user)
            with self.subTest(user=user.sudo().login):
                self.assertEqual(mine.has_access("read"), reads)
                self.assertEqual(mine.has_access("write"), sends)
                if user == elsewhere:
                    continue
                send = self.customer.with_user(user).action_finance_portal_send_statement
                with mute_logger("odoo.addons.base.models.ir_model"):
                    if sends:
                        self.assertEqual(send()["res_model"], "mail.compose.message")
                    else:
                        self.assertRaises(AccessError, send)

    def test_another_companys_balances_are_nobodys_to_ask_for(self):
        """Neither in the form of a new one, nor in the dialog for several customers."""
        sister = self.env["res.company"].create({"name": "Sister"})
        billing = self.make_user("billing", "account.group_account_invoice")
        Issued = self.Issued.with_user(billing)
        Dialog = self.env["finance.portal.send.statements"].with_user(billing)
        for company, is_own in ((self.company, True), (sister, False)):
            with self.subTest(company=company.name):
                statement = Issued.new({"partner_id": self.ada.id, "company_id": company.id})
                self.assertEqual(bool(statement.amount), is_own)
                new = {"res_ids": self.customer.ids, "company_id": company.id}
                if is_own:
                    self.assertEqual(len(Dialog.new(new).reasons), 1, "nothing is open")
                    continue
                with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                    Dialog.create(new).read(["reasons"])

    def test_a_context_key_lets_nobody_issue_it(self):
        statement = self.Issued.create({"partner_id": self.ada.id})
        auditor = self.make_user("auditor", "account.group_account_readonly")
        # sudo: as Odoo's route for messages does
        mine = statement.with_user(auditor).with_context(finance_portal_send=True).sudo()
        with mute_logger("odoo.addons.base.models.ir_model"), self.assertRaises(AccessError):
            mine.message_post(body="Hello", partner_ids=self.ada.ids)
        self.assertEqual(statement.state, "draft")

    def test_who_sees_own_documents_only_gets_no_statement(self):
        statement = self.issue_to()
        Scope = self.env["finance.portal.scope"]
        for contact, found in ((None, statement), (self.ada, statement.browse())):
            domain = Scope._get_domain(statement._name, self.customer, self.company, contact)
            self.assertEqual(self.Issued.search(domain), found)
