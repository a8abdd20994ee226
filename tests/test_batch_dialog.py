"""The dialog before many documents are sent: how many go out, which do not, and why."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.account.models.account_move_line import AccountMoveLine
from odoo.addons.account.models.account_move_send import AccountMoveSend

from .batch_common import BatchCase


@tagged("post_install", "-at_install")
class TestBatchDialog(BatchCase):
    def dialog(self, documents, user=None, **values):
        wizard = self.env["finance.portal.send"].with_user(user or self.billing)
        context = {"active_model": documents._name, "active_ids": documents.ids}
        return wizard.with_context(**context).create(values)

    def send_by(self, dialog):
        action = dialog.action_send()
        self.assertEqual(action["res_model"], "finance.portal.batch")
        return self.Batch.browse(action["res_id"])

    def test_one_opens_odoos_dialog_and_several_open_ours(self):
        action = self.moves.with_user(self.billing).action_send_and_print()
        self.assertEqual(action["res_model"], "finance.portal.send")
        self.assertEqual(action["context"]["active_ids"], self.moves.ids)
        one = self.moves[0].action_send_and_print()
        self.assertEqual(one["res_model"], "account.move.send.wizard")

    def test_bills_keep_odoos_own_way(self):
        bills = self.make_invoice(self.eve, move_type="in_invoice") + self.make_invoice(
            self.eve, move_type="in_invoice"
        )
        with self.assertRaisesRegex(UserError, "sales documents"):
            bills.action_send_and_print()

    def test_lists_call_it_send_to_customer(self):
        for xmlid, name in (
            ("account.view_out_invoice_tree", "action_send_and_print"),
            ("account.view_out_credit_note_tree", "action_send_and_print"),
            ("sale.view_quotation_tree_with_onboarding", "action_finance_portal_send_many"),
            ("sale.sale_order_list_upload", "action_finance_portal_send_many"),
        ):
            view = self.env.ref(xmlid)
            arch = self.env[view.model].get_views([(view.id, "list")])["views"]["list"]["arch"]
            with self.subTest(view=xmlid):
                button = next(part for part in arch.split("<button") if f'name="{name}"' in part)
                self.assertIn('string="Send to Customer"', button)

    def test_says_how_many_go_out_how_many_do_not_and_why(self):
        draft = self.make_invoice(post=False)
        dialog = self.dialog(self.moves + draft)
        self.assertEqual((dialog.send_count, dialog.problem_count), (3, 1))
        self.assertIn("still a draft. Confirm it first", dialog.problems)
        self.assertEqual(dialog.summary, {"email": {"count": 3, "label": "by Email"}})
        self.assertTrue(dialog.secure)
        batch = self.send_by(dialog)
        self.assertEqual(
            self.states(batch), dict.fromkeys(self.moves.ids, "waiting") | {draft.id: "failed"}
        )

    def test_what_was_sent_before_is_left_out_unless_asked_for(self):
        self.send_all(self.moves[0])
        dialog = self.dialog(self.moves)
        self.assertEqual((dialog.before_count, dialog.send_count), (1, 2))
        batch = self.send_by(dialog)
        self.assertEqual(self.states(batch)[self.moves[0].id], "skipped")
        self.run_job()
        self.assertEqual(len(self.mails(self.moves)), 3)
        again = self.dialog(self.moves, resend=True)
        self.assertEqual(again.send_count, 3)
        self.assertEqual(set(self.states(self.send_by(again)).values()), {"waiting"})

    def test_all_counts_are_of_what_goes_out(self):
        self.send_all(self.moves[0])
        dialog = self.dialog(self.moves)
        for resend, count in ((False, 2), (True, 3)):
            dialog.resend = resend
            with self.subTest(resend=resend):
                self.assertEqual(dialog.send_count, count)
                self.assertEqual(sum(way["count"] for way in dialog.summary.values()), count)

    def test_nothing_to_send_sends_nothing(self):
        dialog = self.dialog(self.make_invoice(post=False) + self.make_invoice(post=False))
        self.assertEqual(dialog.send_count, 0)
        with self.assertRaisesRegex(UserError, "None of these"):
            dialog.action_send()

    def test_odoos_own_job_finds_nothing_to_do(self):
        """Nor does it send what it was to send before: each invoice goes out once."""
        author = {"author_user_id": self.env.uid, "author_partner_id": self.env.user.partner_id.id}
        self.moves[0].sending_data = author
        self.send_by(self.dialog(self.moves))
        self.assertFalse(any(self.moves.mapped("sending_data")))
        with self.mock_mail_gateway():
            self.run_job("account.ir_cron_account_move_send")
        self.assertFalse(self.mails(self.moves))

    def test_checks_of_other_addons_come_first(self):
        registration = {"type": "ir.actions.act_window", "res_model": "registration"}
        model = type(self.env["account.move.send.batch.wizard"])
        with patch.object(model, "action_send_and_print", lambda _self: registration):
            self.assertEqual(self.dialog(self.moves).action_send(), registration)
        self.assertFalse(self.Batch.search([("user_id", "=", self.billing.id)]))

    def test_a_job_that_is_switched_off_is_named(self):
        self.env.ref("finance_portal.ir_cron_send_batch").active = False
        with self.assertRaisesRegex(UserError, "turned off.*send documents"):
            self.dialog(self.moves).action_send()

    def test_too_many_are_refused_with_a_number(self):
        module = "odoo.addons.finance_portal.models.sending.batch.MAX_DOCUMENTS"
        with patch(module, 2), self.assertRaisesRegex(UserError, "at most 2 documents"):
            self.dialog(self.moves).action_send()

    def test_counting_writes_no_emails(self):
        with patch.object(AccountMoveSend, "_get_mail_default_field_value_from_template") as write:
            write.return_value = ""
            self.dialog(self.moves).send_count  # noqa: B018
        fields = {call.args[3] for call in write.call_args_list}
        self.assertFalse(fields & {"body_html", "subject"})

    def test_sending_many_works_out_no_amounts(self):
        """The budget for many: Odoo writes to every line of an invoice that it marks."""
        erps, written = AccountMoveLine.write, []
        for move in self.moves:
            move._finance_portal_get_pdf()  # printing does, too

        def write(lines, vals):
            written.extend([vals] if lines else [])
            return erps(lines, vals)

        with patch.object(AccountMoveLine, "write", write):
            batch = self.send_by(self.dialog(self.moves))
            self.run_job()
            self.run_queue()
        self.assertAllSent(batch.sudo(), self.moves)
        self.assertEqual(written, [])
        self.assertEqual(self.moves.mapped("is_move_sent"), [True] * len(self.moves))
