"""Many documents in one go: everything that can goes out once, the rest is listed with a reason."""

from unittest.mock import patch

import psycopg2
import psycopg2.errorcodes

from odoo import Command
from odoo.tests import tagged

from odoo.addons.account.models.account_move_send import AccountMoveSend

from .batch_common import BatchCase

JOB = "odoo.addons.finance_portal.models.sending.batch_job"


class Conflict(psycopg2.errors.SerializationFailure):
    """What PostgreSQL says when two transactions change the same row."""

    pgcode = psycopg2.errorcodes.SERIALIZATION_FAILURE


@tagged("post_install", "-at_install")
class TestBatch(BatchCase):
    # === WHAT GOES OUT === #

    def test_every_customer_gets_a_link_to_their_own_invoice(self):
        batch = self.send_all()
        self.assertAllSent(batch, self.moves)
        self.run_queue()
        self.assertEqual(set(self.sent), {contact.email for contact in self.contacts})
        for move in self.moves:
            link = self.link_of(self.token_mailed_to(move.partner_id))
            self.assertEqual((link.res_id, link.partner_id), (move.id, move.partner_id))

    def test_a_batch_leaves_what_odoos_own_batch_leaves(self):
        def facts(move):
            message = move.message_ids.filtered(lambda m: m.message_type == "comment")
            return (
                move.is_move_sent,
                bool(move.invoice_pdf_report_id),
                move.sending_data,
                message.subtype_id,
                message.author_id,
                message.notified_partner_ids,
                message.subject.replace(move.name, "N"),
                len(message.attachment_ids),
                message.email_layout_xmlid,
            )

        theirs = self.env["account.move"].union(
            *(self.make_invoice(partner=contact) for contact in self.contacts)
        )
        self.send_all()
        wizard = self.env["account.move.send.batch.wizard"].with_user(self.billing)
        wizard.create({"move_ids": [Command.set(theirs.ids)]}).action_send_and_print()
        with self.mock_mail_gateway():
            self.run_job("account.ir_cron_account_move_send")
        self.assertEqual([facts(move) for move in self.moves], [facts(move) for move in theirs])

    def test_the_address_of_the_company_will_do(self):
        self.contacts[0].email = False
        batch = self.send_all()
        self.assertAllSent(batch, self.moves)
        self.assertEqual(self.mails(self.moves[0]).recipient_ids, self.customer)

    def test_line_tells_recipient_and_time(self):
        batch = self.send_all()
        for line in batch.line_ids:
            move = self.moves.browse(line.res_id)
            self.assertEqual(line.recipients, move.partner_id.email)
            self.assertEqual(line.document_name, move.display_name)
            self.assertTrue(line.sent_at)
            self.assertEqual(line.attempts, 1)

    def test_emails_are_those_of_whoever_pressed_send(self):
        self.send_all()
        self.assertEqual(self.mails(self.moves).create_uid, self.billing)
        self.run_queue()
        rows = self.Event.search([("res_id", "in", self.moves.ids), ("kind", "=", "sent")])
        self.assertEqual((len(rows), rows.user_id), (3, self.billing))

    def test_other_kinds_go_out_as_by_their_own_send(self):
        order = (
            self.env["sale.order"]
            .sudo()
            .create({"partner_id": self.ada.id, "order_line": [Command.create({"name": "Bread"})]})
        )
        for document in (order, self.make_payment()):
            with self.subTest(model=document._name):
                batch = self.send_all(document)
                self.assertAllSent(batch, document)
                self.assertEqual(self.mails(document).recipient_ids, self.ada)
                self.assertTrue(self.mails(document).attachment_ids)
        self.assertEqual(order.state, "sent")

    def test_a_customer_who_gets_paper_is_named_and_the_pdf_is_there(self):
        self.contacts[0].commercial_partner_id.invoice_sending_method = "manual"
        batch = self.send_all()
        self.assertEqual(set(self.states(batch).values()), {"skipped"})
        self.assertIn("manually", batch.line_ids[0].reason)
        self.assertTrue(all(self.moves.mapped("invoice_pdf_report_id")))
        self.assertFalse(self.mails(self.moves))

    # === WHAT DOES NOT === #

    def test_each_obstacle_is_listed_with_its_remedy_and_the_rest_goes_out(self):
        nobody = self.make_contact("Nobody", parent=False)
        nobody.email = False
        cancelled = self.make_invoice()
        cancelled.button_draft()
        cancelled.button_cancel()
        expected = {
            self.make_invoice(partner=nobody): "Nobody has no email address. Open the contact",
            self.make_invoice(post=False): "still a draft. Confirm it first",
            cancelled: "is cancelled. Reset it to draft",
            self.make_invoice(partner=self.eve, move_type="in_invoice"): "a customer document",
        }
        bad = self.env["account.move"].union(*expected)
        batch = self.send_all(self.moves + bad)
        self.assertEqual(
            self.states(batch),
            dict.fromkeys(self.moves.ids, "sent") | dict.fromkeys(bad.ids, "failed"),
        )
        for move, reason in expected.items():
            line = batch.problem_line_ids.filtered(lambda line, move=move: line.res_id == move.id)
            self.assertIn(reason, line.reason)
            self.assertFalse(self.mails(move))
            self.assertFalse(move.is_move_sent)
        self.assertEqual(len(batch.problem_line_ids), len(bad))

    def test_orders_and_payments_name_their_obstacles(self):
        order = self.env["sale.order"].sudo().create({"partner_id": self.ada.id})
        order._action_cancel()
        payment = self.make_payment(post=False)
        for document, reason in ((order, "Press Set to Quotation"), (payment, "Confirm it")):
            batch = self.send_all(document)
            self.assertEqual(self.states(batch), {document.id: "failed"})
            self.assertIn(reason, batch.line_ids.reason)

    def test_an_unexpected_error_fails_one_document_and_leaves_no_trace_of_it(self):
        guilty = self.moves[1]
        send_mails = AccountMoveSend._send_mails

        def explode(records, moves_data):
            send_mails(records, moves_data)
            if guilty in moves_data:
                raise ZeroDivisionError("secret detail")

        with (
            patch.object(AccountMoveSend, "_send_mails", explode),
            self.assertLogs(JOB, "ERROR") as log,
        ):
            batch = self.send_all()
        self.assertEqual(len(log.records), 1)
        self.assertIn(guilty.display_name, log.output[0])
        line = batch.problem_line_ids
        self.assertEqual((line.res_id, line.state), (guilty.id, "failed"))
        self.assertIn("Something went wrong", line.reason)
        self.assertNotIn("secret", line.reason)
        self.assertFalse(self.mails(guilty))
        self.assertFalse(guilty.is_move_sent)
        rest = self.moves - guilty
        self.assertEqual(sorted(self.mails(rest).mapped("res_id")), rest.ids)
        self.assertEqual(batch.state, "failures")

    def test_an_error_of_odoo_is_given_in_its_own_words(self):
        guilty = self.moves[1]

        def refuse(_records, invoice, invoice_data):
            if invoice == guilty:
                invoice_data["error"] = {"error_title": "The tax office is closed."}

        hook = "_hook_invoice_document_before_pdf_report_render"
        with patch.object(AccountMoveSend, hook, refuse):
            batch = self.send_all()
        self.assertEqual(batch.problem_line_ids.mapped("res_id"), guilty.ids)
        self.assertEqual(batch.problem_line_ids.reason, "The tax office is closed.")
        self.assertEqual(batch.sent_count, 2)

    def test_a_deleted_document_is_named(self):
        draft = self.make_invoice(post=False)
        batch = self.make_batch(self.moves + draft)
        draft.unlink()
        self.run_job()
        line = batch.sudo().problem_line_ids
        self.assertEqual((line.res_id, line.state), (draft.id, "failed"))
        self.assertIn("was deleted", line.reason)
        self.assertEqual(batch.sent_count, 3)

    def test_a_conflict_is_tried_again_and_fails_nothing(self):
        failures = iter([Conflict(), Conflict()])
        send = AccountMoveSend._generate_and_send_invoices

        def conflict(records, moves, **options):
            if error := next(failures, None):
                raise error
            return send(records, moves, **options)

        with (
            patch.object(AccountMoveSend, "_generate_and_send_invoices", conflict),
            patch("odoo.service.model.time.sleep"),
        ):
            batch = self.send_all()
        self.assertAllSent(batch, self.moves)

    def test_a_document_that_stops_the_server_does_so_three_times_at_most(self):
        batch = self.make_batch()
        poison = batch.sudo().line_ids[0]
        poison.attempts = 3
        self.run_job()
        self.assertEqual((poison.state, batch.sent_count), ("failed", 2))
        self.assertIn("be sent in 3 attempts", poison.reason)

    # === SAFE TO REPEAT === #

    def test_what_waits_in_one_batch_is_left_out_of_the_next(self):
        first = self.make_batch()
        extra = self.make_invoice()
        second = self.make_batch(self.moves + extra)
        self.assertEqual(
            self.states(second.sudo()),
            dict.fromkeys(self.moves.ids, "skipped") | {extra.id: "waiting"},
        )
        self.assertIn("already being sent", second.problem_line_ids[0].reason)
        self.run_job()
        self.assertAllSent(first.sudo(), self.moves)
        self.assertEqual(self.mails(extra).mapped("res_id"), extra.ids)

    def test_the_database_lets_a_document_wait_once_only(self):
        batch = self.make_batch().sudo()
        line = batch.line_ids[0]
        with self.refused_by_database(psycopg2.errors.UniqueViolation):
            line.copy({"state": "waiting"})
            self.env.flush_all()

    def test_the_job_run_twice_sends_once(self):
        batch = self.send_all()
        self.run_job()
        self.assertAllSent(batch, self.moves)

    def test_what_failed_can_be_sent_again(self):
        self.contacts[0].email = False
        self.customer.email = False
        batch = self.send_all()
        failed = batch.problem_line_ids
        self.assertEqual((failed.res_id, batch.state), (self.moves[0].id, "failures"))
        self.contacts[0].email = "found@bakery.example.com"
        batch.with_user(self.billing).action_try_failed_again()
        self.assertEqual((failed.state, failed.reason), ("waiting", False))
        self.run_job()
        self.assertAllSent(batch, self.moves)
        self.assertEqual(batch.state, "done")

    def test_nothing_is_sent_in_the_name_of_who_was_archived(self):
        batch = self.make_batch().sudo()
        successor = self.make_user("successor", "account.group_account_manager")
        self.billing.active = False
        self.run_job()
        self.assertEqual(set(self.states(batch).values()), {"failed"})
        self.assertIn("is archived", batch.problem_line_ids[0].reason)
        self.assertFalse(self.mails(self.moves))
        batch.with_user(successor).action_try_failed_again()
        self.run_job()
        self.assertAllSent(batch, self.moves)

    def test_sending_again_leaves_alone_what_waits_elsewhere(self):
        self.contacts[0].email = False
        self.customer.email = False
        batch = self.send_all()
        other = self.make_batch(self.moves[0]).sudo()
        batch.with_user(self.billing).action_try_failed_again()
        self.assertEqual(batch.problem_line_ids.state, "failed")
        self.assertEqual(other.line_ids.state, "waiting")

    def test_cancelled_documents_are_not_sent(self):
        batch = self.make_batch()
        batch.action_cancel()
        self.run_job()
        self.assertEqual(batch.sudo().state, "cancelled")
        self.assertFalse(self.mails(self.moves))

    def test_the_invoice_says_that_it_is_being_sent(self):
        self.make_batch()
        self.moves.invalidate_recordset()
        self.assertEqual(self.moves.mapped("is_being_sent"), [True] * 3)
        self.assertFalse(self.invoice.is_being_sent)
        self.run_job()
        self.moves.invalidate_recordset()
        self.assertEqual(self.moves.mapped("is_being_sent"), [False] * 3)

    # === PROGRESS === #

    def test_counts_and_state_follow_the_lines(self):
        batch = self.make_batch().sudo()
        first, second, third = batch.line_ids
        for values, state, counts in (
            ({}, "running", (3, 0, 0, 0)),
            ({first: "sent"}, "running", (3, 1, 1, 0)),
            ({second: "failed"}, "running", (3, 2, 1, 1)),
            ({third: "sent"}, "failures", (3, 3, 2, 1)),
            ({second: "cancelled"}, "cancelled", (3, 3, 2, 0)),
            ({second: "skipped"}, "done", (3, 3, 2, 0)),
        ):
            for line, value in values.items():
                line.state = value
            found = (batch.total_count, batch.processed_count, batch.sent_count, batch.failed_count)
            with self.subTest(state=state, values=values):
                self.assertEqual((batch.state, found), (state, counts))

    def test_a_refusing_mail_server_shows_on_the_line(self):
        batch = self.send_all()
        self.assertEqual(set(batch.line_ids.mapped("delivery")), {"Waiting for the mail server"})
        with self.no_mail_server("No route to host"):
            self.run_job("mail.ir_cron_mail_scheduler_action")
        batch.line_ids.invalidate_recordset()
        self.assertIn("No route to host", batch.line_ids[0].delivery)
        self.run_queue()
        batch.line_ids.invalidate_recordset()
        self.assertEqual(set(batch.line_ids.mapped("delivery")), {False})

    def test_line_and_batch_agree_on_what_has_not_left(self):
        """Also where the customer's contact has a login of ours, as an employee who buys here."""
        insider = self.make_user("insider", "base.group_user").partner_id
        insider.parent_id = self.customer
        move = self.make_invoice(insider)
        batch = self.make_batch(move).sudo()
        with self.no_mail_server("No route to host"):
            self.run_job()
            self.run_job("mail.ir_cron_mail_scheduler_action")
        self.assertIn("No route to host", batch.line_ids.delivery)
        self.assertEqual((batch.sent_count, batch.undelivered_count), (0, 1))

    def test_queries_grow_by_a_constant_per_document(self):
        def queries(count):
            moves = self.env["account.move"].union(
                *(self.make_invoice(partner=self.ada) for _number in range(count))
            )
            batch = self.make_batch(moves)
            lines = batch.sudo().line_ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines._work()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(2)
        two, four, eight = queries(2), queries(4), queries(8)
        self.assertLessEqual(eight - four, 2 * (four - two) + 4)

    def test_recipients_of_each_invoice_are_worked_out_once(self):
        """The budget for many: Odoo's way of finding them costs more than issuing a link."""
        erps = AccountMoveSend._get_default_mail_partner_ids
        batch = self.make_batch(self.moves)
        with (
            patch.object(
                AccountMoveSend, "_get_default_mail_partner_ids", autospec=True, side_effect=erps
            ) as asked,
            self.mock_mail_gateway(),
        ):
            batch.sudo().line_ids._work()
        self.assertEqual(asked.call_count, len(self.moves))

    def test_what_is_printed_of_a_quote_is_read_by_rows(self):
        """The budget for many: Odoo's dialog for emails asks for each field by itself."""
        Report, read_by_rows = self.env.registry["ir.actions.report"], []
        erps = Report._render_qweb_pdf

        def render(report, *args, **kwargs):
            read_by_rows.append(report.env.context.get("prefetch_fields", True))
            return erps(report, *args, **kwargs)

        with patch.object(Report, "_render_qweb_pdf", render), self.mock_mail_gateway():
            self.make_batch(self.make_quote()).sudo().line_ids._work()
        self.assertEqual(read_by_rows, [True])

    def test_old_batches_are_deleted_unless_they_wait(self):
        old, waiting = self.send_all(), self.make_batch(self.invoice).sudo()
        (old + waiting).flush_recordset()
        self.env.cr.execute(
            "UPDATE finance_portal_batch SET create_date = create_date - interval '2 years'"
        )
        self.Batch._gc_runs()
        self.assertEqual((old + waiting).exists(), waiting)
