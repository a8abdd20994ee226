"""Receipts that are mailed when a payment is booked: once, and only where they are wanted."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.payments import account_payment_receipt as receipts
from .send_common import SendDocumentsCase
from .transactions_common import TransactionsCase


class ReceiptCase(SendDocumentsCase):
    """A company that mails all receipts, and the job that does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.finance_portal_receipts = "all"

    @classmethod
    def draft(cls, **values):
        """Return a payment that is not confirmed yet."""
        return cls.make_payment(post=False, **values)

    def run_job(self):
        """Mail what waits, within the test's own transaction; it is in ``sent``."""
        with (
            self.mock_mail_gateway(),
            patch.object(self.env.cr, "commit"),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
        ):
            self.env["account.payment"].sudo()._cron_finance_portal_receipts()

    def notes(self, payment):
        """Return what staff read of receipts that were not mailed."""
        texts = payment.message_ids.mapped("body")
        return [text for text in texts if "wasn't emailed automatically" in text]

    def assertNotMailed(self, payment, state=False):
        """Assert that the job mails nobody about a payment, and what it leaves there."""
        self.run_job()
        self.assertFalse(self.sent)
        self.assertEqual(payment.finance_receipt, state)


@tagged("post_install", "-at_install")
class TestReceipts(ReceiptCase):
    # === WHICH PAYMENTS === #

    def test_every_way_to_book_a_payment_has_its_receipt_mailed_once(self):
        def register():
            context = {"active_model": "account.move", "active_ids": self.make_invoice().ids}
            wizard = self.env["account.payment.register"].with_context(**context).create({})
            return wizard._create_payments()

        def validate():
            payment = self.draft()
            payment.action_validate()
            return payment

        def confirm():
            return self.make_payment()

        def confirm_without_entry():
            payment = self.draft()
            payment.outstanding_account_id = False
            payment.action_post()
            self.assertFalse(payment.move_id)
            return payment

        for way in (register, confirm, validate, confirm_without_entry):
            with self.subTest(way.__name__):
                payment = way()
                self.assertEqual(payment.finance_receipt, "waiting")
                self.run_job()
                self.assertEqual(payment.finance_receipt, "sent")
                recipient = payment._finance_portal_get_receipt_recipient()
                link = self.link_of(self.token_mailed_to(recipient))
                self.assertEqual((link.res_model, link.res_id), (payment._name, payment.id))
                sent = self.Event.search([("link_id", "=", link.id), ("kind", "=", "sent")])
                self.assertEqual(len(sent), 1, "staff see it in the activity")
                self.assertNotMailed(payment, "sent")
                payment.action_draft()
                payment.action_post()
                self.assertNotMailed(payment, "sent")

    def test_the_company_chooses_which(self):
        for choice, mailed in (("never", False), ("online", False), ("all", True)):
            with self.subTest(choice):
                self.company.finance_portal_receipts = choice
                self.assertEqual(self.make_payment().finance_receipt == "waiting", mailed)

    def test_others_get_none(self):
        old = fields.Date.today() - receipts.MAX_AGE - timedelta(days=1)
        for name, values in {
            "to a supplier": {"partner_type": "supplier", "payment_type": "outbound"},
            "from a supplier": {"partner_type": "supplier"},
            "back to the customer": {"payment_type": "outbound"},
            "of long ago": {"date": old},
            "from nobody": {"partner_id": False},
        }.items():
            with self.subTest(name):
                self.assertFalse(self.make_payment(**values).finance_receipt)

    def test_what_was_booked_before_the_company_wanted_receipts(self):
        self.company.finance_portal_receipts = "never"
        payment = self.make_payment()
        self.company.finance_portal_receipts = "all"
        payment.action_validate()
        self.assertEqual(payment.state, "paid")
        self.assertFalse(payment.finance_receipt)

    def test_money_that_is_matched_without_a_payment_has_no_receipt(self):
        invoice = self.make_invoice()
        [due] = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "payment_ref": invoice.name,
                "amount": 100.0,
                "partner_id": self.ada.id,
                "counterpart_account_id": due.account_id.id,
            }
        )
        other = line.move_id.line_ids.filtered(lambda one: one.account_id == due.account_id)
        (due | other).reconcile()
        self.assertEqual(invoice.amount_residual, 0)
        before = self.env["account.payment"].search_count([("finance_receipt", "!=", False)])
        self.assertFalse(before)

    def test_the_company_of_the_payment_decides(self):
        """Whatever company the user, or the job, works in."""
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(other.finance_portal_receipts, "never")
        payment = self.draft()
        payment.sudo().with_company(other).action_post()
        self.assertEqual(payment.finance_receipt, "waiting")
        self.company.finance_portal_receipts = "never"
        other.finance_portal_receipts = "all"
        payment = self.draft()
        payment.sudo().with_company(other).action_post()
        self.assertFalse(payment.finance_receipt)

    # === MEANWHILE === #

    def test_nothing_is_mailed_of_what_changed_meanwhile(self):
        def take_back(payment):
            payment.move_id._reverse_moves(cancel=True)
            self.assertTrue(payment.finance_is_returned)

        for name, change in {
            "back to draft": lambda payment: payment.action_draft(),
            "cancelled": lambda payment: payment.action_cancel(),
            "rejected": lambda payment: payment.action_reject(),
            "its entry cancelled": lambda payment: payment.move_id.button_draft(),
            "returned": take_back,
            "not wanted any more": lambda payment: payment.company_id.write(
                {"finance_portal_receipts": "never"}
            ),
        }.items():
            with self.subTest(name):
                payment = self.make_payment()
                change(payment)
                self.assertNotMailed(payment)
                self.assertFalse(self.notes(payment))

    def test_what_was_cancelled_and_is_booked_again_gets_its_receipt(self):
        payment = self.make_payment()
        payment.action_draft()
        self.assertNotMailed(payment)
        payment.action_post()
        self.run_job()
        self.assertEqual(payment.finance_receipt, "sent")
        self.assertIn(self.ada.email, self.sent)

    def test_a_payment_deleted_meanwhile_stops_nothing(self):
        gone, payment = self.make_payment(), self.make_payment()
        gone.action_draft()
        gone.unlink()
        self.run_job()
        self.assertEqual(payment.finance_receipt, "sent")

    def test_no_second_one_where_staff_were_faster(self):
        payment = self.make_payment()
        self.compose(payment)
        self.assertIn(self.ada.email, self.sent)
        self.assertNotMailed(payment, "sent")
        waiting = self.make_payment()
        with self.no_mail_server():
            self.open_composer(waiting).action_send_mail()
        self.assertNotMailed(waiting, "sent")

    # === TO WHOM, AND HOW === #

    def test_without_an_address_staff_read_why_where_they_look(self):
        (self.ada | self.customer).email = False
        payment = self.make_payment()
        self.assertNotMailed(payment, "failed")
        [note] = self.notes(payment)
        self.assertIn("has no email address", note)
        failed = self.env["account.payment"].search([("finance_receipt", "=", "failed")])
        self.assertEqual(failed, payment)
        self.assertNotMailed(payment, "failed")
        self.assertEqual(len(self.notes(payment)), 1)

    def test_a_customer_without_an_address_has_a_contact_for_invoices(self):
        self.customer.email = False
        self.ben.type = "invoice"
        self.make_payment(self.customer)
        self.run_job()
        self.assertEqual([*self.sent], [self.ben.email])

    def test_it_is_the_companys_email_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.ada.lang = "de_DE"
        self.make_payment()
        self.run_job()
        [mail] = self._mails
        self.assertIn(self.company.email, mail["email_from"])
        self.assertRegex(mail["body"], r'<html lang="de')
        self.assertNotIn("System", mail["body"], "nobody signs it")
        self.assertNoNativeTrace(mail["body"])

    def test_whoever_may_not_send_documents_books_payments_nevertheless(self):
        clerk = self.make_user("clerk", "account.group_account_invoice")
        clerk.group_ids -= self.env.ref("finance_portal.group_finance_portal_user")
        payment = self.draft().with_user(clerk)
        payment.action_post()
        self.run_job()
        self.assertEqual(payment.sudo().finance_receipt, "sent")

    # === FAULTS === #

    def test_what_fails_is_told_and_stops_nothing(self):
        first, second = self.make_payment(), self.make_payment(self.eve)
        mail_receipt = type(first)._finance_portal_mail_receipt

        def fail(payment, recipient):
            if payment.id == first.id:
                raise ValueError("broken")
            return mail_receipt(payment, recipient)

        with (
            patch.object(type(first), "_finance_portal_mail_receipt", fail),
            mute_logger(receipts.__name__),
        ):
            self.run_job()
        self.assertEqual((first.finance_receipt, second.finance_receipt), ("failed", "sent"))
        self.assertIn("Something went wrong", self.notes(first)[0])
        self.assertEqual([*self.sent], [self.eve.email])

    def test_without_a_mail_server_it_waits_in_the_queue_and_nothing_is_lost(self):
        payment = self.make_payment()
        with (
            self.no_mail_server(),
            patch.object(self.env.cr, "commit"),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
        ):
            self.env["account.payment"].sudo()._cron_finance_portal_receipts()
        self.assertEqual(payment.finance_receipt, "sent")
        self.assertEqual(len(payment._finance_portal_get_waiting_mails()), 1)
        self.assertEqual(payment.finance_status, "delayed")


@tagged("post_install", "-at_install")
class TestReceiptConcurrency(TransactionsCase):
    """Settled by PostgreSQL, so tested with transactions of their own."""

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            journal = env["account.journal"].search([("type", "=", "bank")], limit=1)
            partner = env["res.partner"].create({"name": "Bakery", "email": "b@example.com"})
            payment = env["account.payment"].with_company(journal.company_id).create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": partner.id,
                    "amount": 40.0,
                    "journal_id": journal.id,
                    "finance_receipt": "waiting",
                }
            )  # fmt: skip
            self.payment_id = payment.id
            self.addCleanup(self.remove, partner.id)
            env.cr.commit()
        self.mailed = []
        for name, replacement in {
            "_finance_portal_gets_receipt": lambda _payment: True,
            "_finance_portal_mail_receipt": lambda payment, _recipient: self.mailed.append(payment),
        }.items():
            self.startPatcher(patch.object(self.registry["account.payment"], name, replacement))

    def remove(self, partner_id):
        """Remove what other transactions had to see."""
        with self.transaction() as env:
            env["account.payment"].browse(self.payment_id).unlink()
            env["res.partner"].browse(partner_id).unlink()
            env.cr.commit()

    def look(self, env):
        """Return the payment, read as a job begins."""
        payment = env["account.payment"].browse(self.payment_id)
        self.assertEqual(payment.finance_receipt, "waiting")
        return payment

    def test_of_two_jobs_one_begins_anew_and_finds_it_mailed(self):
        with self.transaction() as one, self.transaction() as two:
            first, second = self.look(one), self.look(two)
            first._finance_portal_settle_receipt()
            one.cr.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                second._finance_portal_settle_receipt()
        with self.transaction() as again:
            again["account.payment"].browse(self.payment_id)._finance_portal_settle_receipt()
        self.assertEqual(len(self.mailed), 2, "the email of the second is undone with the rest")

    def test_whoever_cancels_meanwhile_has_been_faster(self):
        with self.transaction() as job, self.transaction() as staff:
            payment = self.look(job)
            staff["account.payment"].browse(self.payment_id).action_cancel()
            staff.cr.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                payment._finance_portal_settle_receipt()
