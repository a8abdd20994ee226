"""Sending: Odoo's own dialog, with a line that says what the customer gets."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestSendDialog(FinancePortalCase):
    # === THE DIALOG === #

    def test_button_is_called_send_to_customer_and_is_the_only_one(self):
        arch = self.env["account.move"].get_views([(False, "form")])["views"]["form"]["arch"]
        self.assertIn('string="Send to Customer"', arch)
        for line in arch.split("<button")[1:]:
            if 'name="action_invoice_sent"' in line.split(">")[0]:
                self.assertIn('string="Send to Customer"', line.split(">")[0])

    def test_button_opens_odoos_own_dialog(self):
        self.company.external_report_layout_id = self.env.ref("web.external_layout_standard")
        action = self.invoice.action_invoice_sent()
        self.assertEqual(action["res_model"], "account.move.send.wizard")

    def test_dialog_says_what_the_customer_gets(self):
        for model in ("account.move.send.wizard", "account.move.send.batch.wizard"):
            arch = self.env[model].get_views([(False, "form")])["views"]["form"]["arch"]
            with self.subTest(model=model):
                self.assertIn("secure link", arch)
                self.assertIn("24 hours", arch)

    def test_every_kind_has_the_button_once_posted(self):
        for move_type in ("out_invoice", "out_refund", "out_receipt"):
            move = self.make_invoice(move_type=move_type, post=False)
            with self.subTest(move_type=move_type):
                self.assertFalse(move.display_send_button)
                move.action_post()
                self.assertTrue(move.display_send_button)
        self.assertFalse(
            self.make_invoice(move_type="in_invoice", partner=self.eve).display_send_button
        )

    def test_every_kind_can_be_sent(self):
        for move_type in ("out_invoice", "out_refund", "out_receipt"):
            move = self.make_invoice(move_type=move_type)
            with self.subTest(move_type=move_type):
                self.send(move)
                self.assertEqual(self.link_of(self.token_mailed_to(self.ada)).res_id, move.id)

    # === RECIPIENTS === #

    def test_goes_to_the_customer_by_default(self):
        self.send()
        self.assertEqual(set(self.sent), {self.ada.email})

    def test_recipients_can_be_edited(self):
        self.send(partners=self.ben + self.stranger)
        self.assertEqual(set(self.sent), {self.ben.email, self.stranger.email})
        self.assertEqual(self.invoice.finance_link_ids.partner_id, self.ben + self.stranger)

    def test_address_of_a_contact_is_the_one_now_on_file(self):
        wizard = self.open_send_dialog()
        self.ada.email = "ada.new@bakery.example.com"
        with self.mock_mail_gateway():
            wizard.action_send_and_print()
        self.assertEqual(set(self.sent), {"ada.new@bakery.example.com"})
        self.assertEqual(self.invoice.finance_link_ids.email, "ada.new@bakery.example.com")

    # === WHAT STAYS AS ODOO LEAVES IT === #

    def facts(self, move):
        """Return what sending leaves behind, apart from texts."""
        message = move.message_ids.filtered(lambda m: m.message_type == "comment")[:1]
        return {
            "sent": move.is_move_sent,
            "state": move.state,
            "pdf": bool(move.invoice_pdf_report_id),
            "pdf name": move.invoice_pdf_report_id.name.replace(move.name.replace("/", "_"), "N"),
            "pdfs": self.env["ir.attachment"].search_count(
                [("res_model", "=", "account.move"), ("res_id", "=", move.id),
                 ("res_field", "=", "invoice_pdf_report_file")]),
            "message": message.subtype_id,
            "recipients": message.notified_partner_ids,
            "attachments": len(message.attachment_ids),
            "author": message.author_id,
            "subject": message.subject.replace(move.name, "N"),
            "sending": move.sending_data,
        }  # fmt: skip

    def test_sending_leaves_what_odoos_own_send_leaves(self):
        ours, theirs = self.invoice, self.make_invoice()
        self.send(ours)
        self.company.finance_portal_close_native = False
        self.send(theirs)
        self.assertEqual(self.facts(ours), self.facts(theirs))
        self.assertTrue(ours.is_move_sent)

    def test_official_pdf_is_made_once(self):
        self.send()
        pdf = self.invoice.invoice_pdf_report_id
        self.assertTrue(pdf)
        self.send()
        self.assertEqual(self.invoice.invoice_pdf_report_id, pdf)
        _name, content = self.invoice._finance_portal_get_pdf()
        self.assertEqual(content, pdf.raw)

    # === CLEAR MESSAGES === #

    def test_draft_names_the_remedy_and_sends_nothing(self):
        draft = self.make_invoice(post=False)
        with self.assertRaisesRegex(UserError, "still a draft. Confirm it first"):
            self.send(draft)
        self.assertFalse(draft.finance_link_ids)

    def test_cancelled_names_the_remedy_and_sends_nothing(self):
        self.invoice.button_draft()
        self.invoice.button_cancel()
        with self.assertRaisesRegex(UserError, "is cancelled. Reset it to draft"):
            self.send()
        self.assertFalse(self.invoice.finance_link_ids)

    def test_missing_address_names_the_contact_and_the_remedy(self):
        self.ada.email = self.customer.email = False
        wizard = self.open_send_dialog(partners=self.ada)
        message = wizard.alerts["account_missing_email"]["message"]
        self.assertIn("Ada", message)
        self.assertIn("Open the contact and enter one", message)
        with self.assertRaisesRegex(UserError, "Ada"), self.mock_mail_gateway():
            wizard.action_send_and_print()
        self.assertFalse(self.sent)
        self.assertFalse(self.invoice.finance_link_ids)

    def test_missing_address_in_a_batch_names_only_who_lacks_one(self):
        self.eve.email = False
        moves = self.invoice + self.make_invoice(partner=self.eve)
        moves.partner_id.invoice_sending_method = "email"
        wizard = self.env["account.move.send.batch.wizard"].create({"move_ids": moves.ids})
        alert = (wizard.alerts or {}).get("account_missing_email")
        self.assertTrue(alert)
        self.assertIn("Eve", alert["message"])
        self.assertNotIn("Ada", alert["message"])

    def test_bill_keeps_odoos_own_message(self):
        bill = self.make_invoice(move_type="in_invoice", partner=self.eve)
        with self.assertRaisesRegex(UserError, "sales documents"):
            self.open_send_dialog(bill)

    # === MANY AT ONCE === #

    def test_batch_gives_each_recipient_a_link_to_their_document(self):
        moves = self.invoice + self.make_invoice(partner=self.eve)
        moves.partner_id.invoice_sending_method = "email"
        self.env["account.move.send.batch.wizard"].create(
            {"move_ids": moves.ids}
        ).action_send_and_print()
        self.assertFalse(moves.finance_link_ids, "the job sends")
        with (
            self.mock_mail_gateway(),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
            patch.object(self.env.cr, "commit", lambda: None),
        ):
            self.env["account.move"]._cron_account_move_send(job_count=2)
        for move in moves:
            link = self.link_of(self.token_mailed_to(move.partner_id))
            self.assertEqual((link.res_id, link.partner_id), (move.id, move.partner_id))

    # === NOT DELIVERED YET === #

    def test_undelivered_email_waits_and_the_document_says_so(self):
        mail = self.send_without_server()
        self.assertEqual(mail.state, "outgoing")
        self.invoice.invalidate_recordset()
        self.assertIn(self.ada.email, self.invoice.finance_undelivered)
        self.assertTrue(self.invoice.is_move_sent)
        with self.mock_mail_gateway():
            action = self.invoice.action_finance_portal_retry()
        self.assertEqual(action["type"], "ir.actions.client")
        self.invoice.invalidate_recordset()
        self.assertFalse(self.invoice.finance_undelivered)
        self.assertLive(self.token_mailed_to(self.ada))

    def test_clock_of_the_link_starts_when_the_email_leaves(self):
        mail = self.send_without_server()
        later = fields.Datetime.now() + timedelta(hours=30)
        with patch.object(fields.Datetime, "now", lambda: later), self.mock_mail_gateway():
            mail.send()
            link = self.link_of(self.token_mailed_to(self.ada))
        self.assertEqual(link.issued_at, later)

    def test_retry_without_anything_waiting_sends_nothing(self):
        with self.mock_mail_gateway():
            self.invoice.action_finance_portal_retry()
        self.assertFalse(self.sent)

    def test_delivery_state_of_links(self):
        self.send(partners=self.ada + self.ben)
        links = self.invoice.finance_link_ids
        self.assertEqual(set(links.mapped("delivery_state")), {"sent"})
        notifications = (
            links.env["mail.notification"]
            .sudo()
            .search([("mail_message_id", "in", links.sudo().mapped("mail_message_id"))])
        )
        for status, state in (
            ("ready", "delayed"), ("process", "delayed"), ("pending", "sent"), ("sent", "sent"),
            ("bounce", "bounced"), ("exception", "failed"), ("canceled", "failed"),
        ):  # fmt: skip
            notifications.write(
                {"notification_status": status, "failure_type": "unknown", "failure_reason": "x"}
            )
            links.invalidate_recordset()
            with self.subTest(status=status):
                self.assertEqual(set(links.mapped("delivery_state")), {state})
                self.assertEqual(bool(links[0].delivery_reason), state != "sent")

    def test_sharing_tab_reads_in_a_number_of_queries_that_does_not_grow(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.invoice.finance_link_ids.read(
                ["state", "time_left", "delivery_state", "delivery_reason"]
            )
            return self.env.cr.sql_log_count - before

        self.issue()
        queries()
        few = queries()
        for _number in range(8):
            self.issue()
        self.assertLessEqual(queries(), few)

    def test_form_of_a_shared_invoice_opens(self):
        self.send()
        with Form(self.invoice) as form, mute_logger("odoo.tests.form.onchange"):
            self.assertEqual(len(form.finance_link_ids), 1)
