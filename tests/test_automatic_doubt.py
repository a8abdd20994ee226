"""What the system mails by itself waits while a contact's address is in doubt: only staff write."""

from odoo.tests import tagged

from .account_common import AccountCase
from .test_receipts import ReceiptCase
from .test_statement_schedule import ScheduleCase

NEW = "thief@elsewhere.example.com"
WHY = "Confirm the email address of %s first."


class DoubtMixin:
    """Somebody who may only change contacts gives an account's contact another address."""

    def put_in_doubt(self, contact):
        AccountCase.make_account.__func__(type(self), contact)
        self.change_address(contact)

    def change_address(self, contact):
        creator = self.make_user("creator", "base.group_user", "base.group_partner_manager")
        contact.with_user(creator).email = NEW

    def confirm(self, contact):
        groups = ("account.group_account_manager", "base.group_partner_manager")
        contact.with_user(self.make_user("boss", *groups)).action_finance_portal_confirm()


@tagged("post_install", "-at_install")
class TestReceiptDoubt(DoubtMixin, ReceiptCase):
    def test_no_receipt_is_mailed(self):
        self.put_in_doubt(self.ada)
        payment = self.make_payment()
        self.assertNotMailed(payment, "failed")
        self.assertIn(WHY % "Ada", self.notes(payment)[0])
        self.confirm(self.ada)
        self.make_payment()
        self.run_job()
        self.assertEqual(list(self.sent), [NEW])


@tagged("post_install", "-at_install")
class TestStatementDoubt(DoubtMixin, ScheduleCase):
    def test_no_statement_is_scheduled(self):
        self.put_in_doubt(self.late)
        self.plan(every="monthly", day=30, when="overdue")
        self.start("2026-06-30 10:00:00")
        self.assertEqual(self.started(), ["Small"])
        self.assertEqual(self.skipped()["Late"], WHY % "Late")

    def test_none_leaves_that_waits_to_be_sent(self):
        AccountCase.make_account.__func__(type(self), self.late)
        self.plan(every="monthly", day=30, when="overdue")
        self.start("2026-06-30 10:00:00")
        self.change_address(self.late)
        self.run_job()
        self.run_queue()
        self.assertNotIn(NEW, [*self.sent])
        failed = self.batches().line_ids.filtered(lambda line: line.state == "failed")
        self.assertEqual(failed.mapped("reason"), [WHY % "Late"])
        self.assertIn(self.small.email, [*self.sent])
