"""Section 4: an email that a mail server refuses waits if the refusal is temporary."""

import smtplib
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.mail.mail_mail_waiting import MAX_WAIT, QUEUE_JOB
from ..models.mail.mailed_secret_mixin import NOTIFICATION_STATES
from .account_link_common import AccountLinkCase
from .send_common import SendDocumentsCase

REFUSALS = {
    "sender": lambda code: smtplib.SMTPSenderRefused(code, b"No", "billing@company.test"),
    "recipient": lambda code: smtplib.SMTPRecipientsRefused({"ada@bakery.test": (code, b"No")}),
    "data": lambda code: smtplib.SMTPDataError(code, b"No"),
}
TEMPORARY, FINAL = (421, 450, 451, 452), (550, 552, 554)
LOST = smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


class RefusalCase(SendDocumentsCase):
    def setUp(self):
        super().setUp()
        self.tried = []

    def mailing(self, error=None, refused=""):
        """Have the mail server answer with an error, to everybody or to one address."""
        context = self.mock_mail_gateway()

        def hand_over(_message, _sender, recipients):
            self.tried.append(recipients)
            if error and refused in ", ".join(recipients):
                raise error

        class Gateway:
            def __enter__(gateway):
                context.__enter__()
                self.testing_smtp_session.send_message = hand_over
                gateway.muted = mute_logger("odoo.addons.mail.models.mail_mail")
                gateway.muted.__enter__()

            def __exit__(gateway, *exc):
                gateway.muted.__exit__(*exc)
                return context.__exit__(*exc)

        return Gateway()

    def run_queue(self, after=timedelta()):
        """Let Odoo's queue run at a later time, and return whom it tried to reach."""
        self.tried = []
        self.env["mail.mail"].sudo().search(
            [("scheduled_date", "<=", fields.Datetime.now() + after)]
        ).scheduled_date = False
        self.env["mail.mail"].sudo().process_email_queue()
        self.env.invalidate_all()
        return [address for recipients in self.tried for address in recipients]

    def mails(self, document):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", document._name), ("res_id", "=", document.id)])
        )

    def send_refused(self, error, refused="", partners=None):
        self.invoice = self.make_invoice()
        wizard = self.open_send_dialog()
        if partners:
            wizard.mail_partner_ids = partners
        with self.mailing(error, refused):
            wizard.action_send_and_print()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestRefusedEmails(RefusalCase):
    def assertWaits(self, mail, address):
        document = mail._finance_portal_get_document()
        self.assertEqual(mail.state, "outgoing")
        self.assertTrue(mail.finance_portal_refused_at)
        self.assertGreater(mail.scheduled_date, fields.Datetime.now())
        self.assertEqual(document.finance_undelivered, address)
        self.assertIn("keeps trying", document.finance_undelivered_reason)
        self.assertTrue(
            self.env["ir.cron.trigger"].search(
                [
                    ("cron_id", "=", self.env.ref(QUEUE_JOB).id),
                    ("call_at", "=", mail.scheduled_date),
                ]
            )
        )

    def assertDelivered(self, document):
        self.assertFalse(document.finance_undelivered)
        newest = document.finance_link_ids.sorted("id")[-1:]
        self.assertEqual(newest.delivery_state, "sent")

    def test_every_temporary_refusal_waits_and_is_retried_by_the_queue(self):
        errors = {
            f"{stage} {code}": make(code) for stage, make in REFUSALS.items() for code in TEMPORARY
        }
        for name, error in {**errors, "lost": LOST}.items():
            with self.subTest(name=name):
                self.send_refused(error)
                mail = self.mails(self.invoice)
                self.assertWaits(mail, self.ada.email)
                link = self.invoice.finance_link_ids
                self.assertEqual(link.delivery_state, "delayed")
                self.assertTrue(link.delivery_reason)
                with self.mailing():
                    self.assertFalse(self.run_queue(), "not before its time")
                    self.assertEqual(self.run_queue(timedelta(minutes=7)), [self.ada.email])
                self.assertDelivered(self.invoice)

    def test_every_final_refusal_fails_and_retry_is_one_click(self):
        for stage, make in REFUSALS.items():
            for code in FINAL:
                with self.subTest(stage=stage, code=code):
                    self.send_refused(make(code))
                    mail = self.mails(self.invoice)
                    self.assertEqual(mail.state, "exception")
                    self.assertEqual(self.invoice.finance_link_ids.delivery_state, "failed")
                    self.assertEqual(self.invoice.finance_undelivered, self.ada.email)
                    with self.mailing():
                        self.assertFalse(self.run_queue(timedelta(days=3)))
                        self.invoice.action_finance_portal_retry()
                    self.env.invalidate_all()
                    self.assertDelivered(self.invoice)

    def ways_not_to_arrive(self):
        """Yield ``(name, cause, status)`` of all that keeps an email from its customer."""
        for stage, make in REFUSALS.items():
            for code in TEMPORARY + FINAL:
                status = "failed" if code in FINAL else "delayed"
                yield f"{stage} {code}", partial(self.send_refused, make(code)), status
        yield "lost", partial(self.send_refused, LOST), "delayed"
        for code, status in ((451, "delayed"), (550, "failed")):
            error = REFUSALS["data"](code)
            both = partial(self.send_refused, error, self.ben.email, self.ada + self.ben)
            yield f"one of two, {code}", both, status
        for name, state in NOTIFICATION_STATES.items():
            status = {"bounced": "failed", "queued": "sending"}.get(state, state)
            yield f"notification {name}", partial(self.send_and_hear, name), status

    def send_and_hear(self, status):
        """Send, and hear later what became of it."""
        self.send_refused(None)
        links = self.invoice.finance_link_ids
        self.env["mail.notification"].sudo().search(
            [("mail_message_id", "in", links.sudo().mapped("mail_message_id"))]
        ).write({"notification_status": status})
        if NOTIFICATION_STATES[status] == "queued":
            # As long as it is queued, there is an email.
            message = self.env["mail.message"].browse(links.sudo().mail_message_id)
            self.env["mail.mail"].sudo().create(
                {
                    "mail_message_id": message.id,
                    "body_html": self.invoice._finance_portal_get_placeholder_url("chosen"),
                    "recipient_ids": self.ada.ids,
                }
            )
        self.env.invalidate_all()

    def test_list_line_and_row_of_the_link_agree_on_every_refusal(self):
        words = {"failed": "not delivered:", "delayed": "not delivered yet:"}
        for name, cause, status in self.ways_not_to_arrive():
            with self.subTest(name=name):
                cause()
                states = set(self.invoice.finance_link_ids.mapped("delivery_state"))
                # The worst of them is what counts.
                told = next(
                    meaning
                    for found, meaning in (
                        ("bounced", "failed"),
                        ("failed", "failed"),
                        ("delayed", "delayed"),
                        ("queued", "sending"),
                        ("sent", "sent"),
                    )
                    if found in states
                )
                self.assertEqual((told, self.invoice.finance_status), (status, status))
                found = self.env["account.move"].search([("finance_status", "=", status)])
                self.assertIn(self.invoice, found)
                line = self.invoice.finance_status_line
                for key, text in words.items():
                    self.assertEqual(text in line, key == status, line)

    def test_what_was_sent_again_is_no_longer_undelivered(self):
        self.send_refused(REFUSALS["data"](550))
        self.assertEqual(self.invoice.finance_status, "failed")
        with self.mailing():
            self.open_send_dialog().action_send_and_print()
        self.env.invalidate_all()
        self.assertEqual(self.invoice.finance_link_ids[:1].delivery_state, "sent")
        self.assertEqual(self.invoice.finance_status, "sent")

    def test_no_session_waits_without_limit(self):
        Server = type(self.env["ir.mail_server"])
        for error in (smtplib.SMTPConnectError(421, b"Busy"), LOST, ConnectionRefusedError()):
            with self.subTest(error=error):
                self.invoice = self.make_invoice()
                wizard = self.open_send_dialog()
                with self.mailing(), patch.object(Server, "_connect__", side_effect=error):
                    wizard.action_send_and_print()
                self.env.invalidate_all()
                mail = self.mails(self.invoice)
                self.assertEqual((mail.state, mail.finance_portal_refused_at), ("outgoing", False))
                self.assertEqual(self.invoice.finance_undelivered, self.ada.email)
                with self.mailing():
                    self.assertEqual(self.run_queue(), [self.ada.email])
                self.assertDelivered(self.invoice)

    def test_it_waits_no_longer_than_promised_and_a_click_begins_anew(self):
        error = REFUSALS["data"](451)
        self.send_refused(error)
        mail = self.mails(self.invoice)
        mail.finance_portal_refused_at -= MAX_WAIT
        with self.mailing(error):
            self.assertTrue(self.run_queue(timedelta(hours=5)))
        self.assertEqual(mail.state, "exception")
        self.assertNotIn("keeps trying", self.invoice.finance_undelivered_reason)
        self.assertEqual(self.invoice.finance_undelivered, self.ada.email)
        with self.mailing(error):
            self.invoice.action_finance_portal_retry()
        self.env.invalidate_all()
        self.assertWaits(mail, self.ada.email)
        with self.mailing():
            self.invoice.action_finance_portal_retry()
        self.env.invalidate_all()
        self.assertDelivered(self.invoice)

    def test_one_refused_recipient_keeps_nobody_else_waiting(self):
        both = self.ada + self.ben
        for error in (REFUSALS["recipient"](451), REFUSALS["recipient"](550)):
            for refused, other in ((self.ada, self.ben), (self.ben, self.ada)):
                with self.subTest(error=error, refused=refused.name):
                    self.send_refused(error, refused.email, both)
                    states = {
                        link.email: link.delivery_state for link in self.invoice.finance_link_ids
                    }
                    self.assertEqual(states[other.email], "sent")
                    self.assertNotEqual(states[refused.email], "sent")
                    self.assertEqual(self.invoice.finance_undelivered, refused.email)
                    self.tried = []
                    with self.mailing():
                        self.invoice.action_finance_portal_retry()
                    self.env.invalidate_all()
                    self.assertEqual(self.tried, [[refused.email]], "the other has it already")
                    rows = self.Event.search(
                        [("res_id", "=", self.invoice.id), ("kind", "=", "sent")], order="id"
                    ).grouped("email")
                    self.assertEqual(rows[other.email].mapped("reason"), [False])
                    self.assertEqual(rows[refused.email].mapped("reason"), [False, "again"])
                    self.assertDelivered(self.invoice)

    def test_so_it_is_where_odoos_own_links_are_kept(self):
        self.company.finance_portal_close_native = False
        self.send_refused(REFUSALS["recipient"](451), self.ada.email, self.ada + self.ben)
        self.assertEqual(len(self.tried), 2)
        self.assertEqual(self.invoice.finance_undelivered, self.ada.email)
        self.tried = []
        with self.mailing():
            self.invoice.action_finance_portal_retry()
        self.env.invalidate_all()
        self.assertEqual(self.tried, [[self.ada.email]])
        self.assertFalse(self.invoice.finance_undelivered)

    def test_every_kind_of_document_waits(self):
        for document in (self.order, self.payment):
            with self.subTest(document=document):
                wizard = self.open_composer(document)
                with self.mailing(REFUSALS["data"](451)):
                    wizard.action_send_mail()
                self.env.invalidate_all()
                self.assertWaits(self.mails(document), self.ada.email)
                with self.mailing():
                    document.action_finance_portal_retry()
                self.env.invalidate_all()
                self.assertDelivered(document)

    def test_other_emails_of_odoo_fail_as_ever(self):
        with self.mailing(REFUSALS["data"](451)):
            self.ada.message_post(body="Hello", partner_ids=self.ben.ids)
        self.assertEqual(self.mails(self.ada).state, "exception")

    def test_batch_counts_no_refused_email_as_sent(self):
        other = self.make_invoice(partner=self.ben)
        moves = self.make_invoice() + other
        batch = (
            self.env["finance.portal.batch"]
            .sudo()
            .create({"company_id": self.company.id, "user_id": self.env.uid, "name": "X"})
        )
        self.env["finance.portal.batch.line"].sudo().create(
            [
                {
                    "batch_id": batch.id,
                    "company_id": self.company.id,
                    "user_id": self.env.uid,
                    "res_model": "account.move",
                    "res_id": move.id,
                    "state": "sent",
                }
                for move in moves
            ]
        )
        for error in (REFUSALS["data"](451), REFUSALS["data"](550)):
            with self.mailing(error, self.ada.email):
                for move in moves:
                    self.open_send_dialog(move).action_send_and_print()
            self.env.invalidate_all()
            self.assertEqual((batch.sent_count, batch.undelivered_count), (1, 1))
            with self.mailing():
                moves.filtered("finance_undelivered").action_finance_portal_retry()
            self.env.invalidate_all()
            self.assertEqual((batch.sent_count, batch.undelivered_count), (2, 0))
        sam = self.make_user("sam", "account.group_account_invoice", notification_type="email")
        with self.mailing(REFUSALS["data"](550)):
            other.message_post(body="Look", partner_ids=sam.partner_id.ids)
        self.assertEqual(self.mails(other)[0].state, "exception")
        self.env.invalidate_all()
        self.assertEqual((batch.sent_count, batch.undelivered_count), (2, 0), "no customer's email")


@tagged("post_install", "-at_install")
class TestRefusedAccountEmails(RefusalCase, AccountLinkCase):
    def test_setup_email_waits_and_is_retried(self):
        with self.mailing(REFUSALS["recipient"](450)):
            account = self.Account._enable(self.ada)
        self.env.invalidate_all()
        link = self.AccountLink.search([("account_id", "=", account.id)])
        mail = (
            self.env["mail.mail"]
            .sudo()
            .search([("mail_message_id", "=", link[:1].mail_message_id)])
        )
        self.assertEqual(mail.state, "outgoing")
        self.assertTrue(mail.finance_portal_refused_at)
        with self.mailing():
            self.assertEqual(self.run_queue(timedelta(minutes=7)), [self.ada.email])
        [token] = self.account_tokens_in(self.sent[self.ada.email])
        self.assertTrue(token)
