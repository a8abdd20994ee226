"""Invoices that staff download together, by their rights, and what they see as the customer."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.invoices import archive as archives
from .account_common import AccountCase
from .archive_common import ZIP, ArchiveCase


@tagged("post_install", "-at_install")
class TestStaffArchive(ArchiveCase):
    """Staff: from the list of invoices, by their rights and companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billing = cls.make_user("billing", "account.group_account_invoice", password="billing!")
        cls.other = cls.make_user("other", "account.group_account_invoice", password="other!!!")

    def choose(self, moves=None, user=None):
        """Press Download ZIP in the list; return the dialog."""
        moves = (self.moves if moves is None else moves).with_user(user or self.billing)
        action = moves.action_finance_portal_download()
        return moves.env[action["res_model"]].browse(action["res_id"])

    def open_as(self, user, dialog, status=200, **headers):
        self.authenticate(user.login, {"billing": "billing!", "other": "other!!!"}[user.login])
        return self.fetch(f"/finance_portal/archive/{dialog.id}", status, **headers)

    def test_what_was_chosen(self):
        dialog = self.choose(self.moves | self.invoice)
        self.assertEqual((dialog.document_count, dialog.unready_count), (4, 1))
        self.assertIn("/finance_portal/archive/", dialog.action_download()["url"])
        answer = self.open_as(self.billing, dialog)
        files = self.unzip(answer.content)
        self.assertEqual(len(self.rows(files)), 4)
        self.assertIn("Odoo makes it when", files["Missing PDFs.txt"].decode())
        [row] = self.events()
        self.assertEqual((row.user_id, row.verdict), (self.billing, "staff"))
        self.assertEqual(row.company_id, self.company)
        self.open_as(self.billing, dialog, 206, Range="bytes=9-")
        self.assertEqual(len(self.events()), 1)

    def test_customers_of_all_sorts_in_one_file(self):
        rival = self.make_invoice(partner=self.eve)
        answer = self.open_as(self.billing, self.choose(self.moves | rival))
        customers = {row["Customer"] for row in self.rows(self.unzip(answer.content))}
        self.assertEqual(customers, {"Bakery", "Rival"})

    def test_drafts_cancelled_and_bills_are_left_out(self):
        draft = self.make_invoice(post=False)
        dialog = self.choose(self.moves | draft)
        self.assertEqual((dialog.document_count, dialog.left_out_count), (3, 1))
        bill = self.make_invoice(move_type="in_invoice")
        with self.assertRaisesRegex(UserError, "Choose confirmed"):
            self.choose(bill | draft)

    def test_too_much(self):
        with (
            patch.object(archives, "MAX_DOCUMENTS", 2),
            self.assertRaisesRegex(UserError, "At most"),
        ):
            self.choose()

    def test_a_dialog_is_its_users_own(self):
        dialog = self.choose()
        with mute_logger("odoo.http"):
            self.open_as(self.other, dialog, 404)
        self.assertFalse(self.events())

    def test_rights_are_asked_again(self):
        dialog = self.choose()
        rule = self.env["ir.rule"].create(
            {
                "name": "Not this one",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "domain_force": f"[('id', '!=', {self.moves[0].id})]",
            }
        )
        self.env.registry.clear_cache()
        files = self.unzip(self.open_as(self.billing, dialog).content)
        self.assertEqual(len(self.rows(files)), 2)
        rule.domain_force = "[(0, '=', 1)]"
        with mute_logger("odoo.http"):
            self.open_as(self.billing, dialog, 404)

    def test_another_companys_documents(self):
        dialog = self.choose()
        sister = self.env["res.company"].create({"name": "Sister"})
        self.billing.write({"company_ids": [(6, 0, sister.ids)], "company_id": sister.id})
        with mute_logger("odoo.http"):
            self.open_as(self.billing, dialog, 404)

    def test_who_does_not_use_finance_portal(self):
        plain = self.make_user("plain", "base.group_user")
        with self.assertRaises(AccessError):
            self.moves.with_user(plain).action_finance_portal_download()


@tagged("post_install", "-at_install")
class TestViewAsArchive(AccountCase):
    def test_staff_who_look_as_the_customer_leave_nothing(self):
        boss = self.make_user(
            "boss", "finance_portal.group_finance_portal_manager",
            "account.group_account_invoice", password="boss-password",
        )  # fmt: skip
        self.authenticate(boss.login, "boss-password")
        self.press_signed_in(self.ada, "action_finance_portal_view_as")
        answer = self.visit(ZIP)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertIn(self.invoice.name.encode(), answer.content)
        self.assertFalse(self.Event.search([("kind", "=", "archive")]))
