"""A bounce is believed of emails of ours alone, and of whom they went to."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FinancePortalCase

REPORT = (
    "From: MAILER-DAEMON@{domain}\r\nTo: bounce@example.com\r\n"
    "Subject: Undelivered Mail Returned to Sender\r\nMessage-Id: <report.{number}@{domain}>\r\n"
    "{headers}"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n"
    "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    "Reporting-MTA: dns; {domain}\r\n\r\n"
    "Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    "--b\r\nContent-Type: message/rfc822\r\n\r\n"
    "From: sales@example.com\r\nTo: {address}\r\n{original}Subject: Invoice\r\n\r\nHello\r\n"
    "--b--\r\n"
)


@tagged("post_install", "-at_install")
class TestForgedBounce(FinancePortalCase):
    def setUp(self):
        super().setUp()
        self.send(self.invoice, self.ada | self.ben)
        links = self.invoice.sudo().finance_link_ids
        self.link = links.filtered(lambda link: link.partner_id == self.ada)
        self.message = self.env["mail.message"].sudo().browse(self.link.mail_message_id)
        self.assertTrue(self.message.message_id)

    def report(self, address, original="", headers=""):
        """Have a mail server, or somebody who says so, report that an email didn't arrive.

        :return: how the links fare: ``{contact: delivery state}``
        """
        text = REPORT.format(
            domain="mx.example.net",
            number=self.env["mail.message"].search_count([]),
            address=address,
            original=original and f"Message-Id: {original}\r\n",
            headers=headers,
        )
        self.env["mail.thread"].message_process(False, text)
        self.env.invalidate_all()
        links = self.invoice.sudo().finance_link_ids
        return {link.partner_id: link.delivery_state for link in links}

    def test_nobody_makes_one_up(self):
        """The number of an email can't be guessed: it holds 50 random bits, and is in no page."""
        ours = self.message.message_id
        guessed = "<123456789012345" + ours[ours.index(".") :]
        self.assertRegex(ours, r"^<\d{15}\.")
        for name, made_up in {
            "nothing": {},
            "a guess": {"original": guessed},
            "a reference to a guess": {"headers": f"References: {guessed}\r\n"},
            "about the document": {
                "headers": f"In-Reply-To: <1.1-openerp-{self.invoice.id}-account.move@x>\r\n"
            },
        }.items():
            with self.subTest(name):
                states = self.report(self.ada.email, **made_up)
                self.assertEqual({*states.values()}, {"sent"})

    def test_who_got_the_email_reports_of_nobody_it_did_not_go_to(self):
        states = self.report(self.eve.email, original=self.message.message_id)
        self.assertEqual({*states.values()}, {"sent"})

    def test_a_true_one_is_believed(self):
        states = self.report(self.ada.email, original=self.message.message_id)
        self.assertEqual(states, {self.ada: "bounced", self.ben: "sent"})

    def test_who_reads_the_message_says_nothing_of_it(self):
        """Odoo lets them, in a row of their own beside that of the email: it would win."""
        later = self.message.copy()  # its email hasn't left yet
        later.write({"model": "account.move", "res_id": self.invoice.id})
        for name, groups in {
            "auditor": ["account.group_account_readonly"],
            "billing": ["account.group_account_invoice"],
            "manager": ["account.group_account_manager"],
        }.items():
            user = self.make_user(name, *groups)
            for message in self.message, later:
                message.with_user(user).check_access("read")
                for status in "bounce", "sent", "exception":
                    with self.subTest(user=name, status=status, left=message == self.message):
                        self.refused(user, message, status)

    def refused(self, user, message, status):
        """Try both ways to write down what became of an email."""
        row = {
            "mail_email_address": self.ada.email_normalized,
            "notification_type": "email",
            "notification_status": status,
            "failure_type": "mail_bounce",
        }
        Notification = self.env["mail.notification"].with_user(user)
        for act in (
            lambda: Notification.create({**row, "mail_message_id": message.id}),
            lambda: message.with_user(user).write({"notification_ids": [Command.create(row)]}),
        ):
            with self.env.cr.savepoint(), mute_logger("odoo.addons.base.models.ir_rule"):
                self.assertRaises(AccessError, act)
        self.env.invalidate_all()
        self.assertEqual(self.link.delivery_state, "sent")

    def test_nobody_turns_their_own_row_into_that_of_a_recipient(self):
        """Odoo lets users change their own notifications, but for whose and of what they are."""
        user = self.make_user("billing", "account.group_account_invoice")
        # sudo: as Odoo notifies a colleague who follows the document
        own = self.env["mail.notification"].sudo()
        own = own.create({"mail_message_id": self.message.id, "res_partner_id": user.partner_id.id})
        own.with_user(user).write(
            {
                "mail_email_address": self.ada.email_normalized,
                "notification_type": "email",
                "notification_status": "bounce",
                "failure_type": "mail_bounce",
            }
        )
        self.env.invalidate_all()
        self.assertEqual(self.link.delivery_state, "sent")
        self.assertEqual(self.invoice.finance_status, "sent")
        failed = [("id", "=", self.invoice.id), ("finance_status", "=", "failed")]
        self.assertFalse(self.env["account.move"].search(failed))

    def test_odoos_dialog_for_many_emails_goes_on(self):
        """It writes down with its user's rights whom it writes to."""
        user = self.make_user("billing", "account.group_account_invoice")
        values = {
            "composition_mode": "mass_mail",
            "model": "account.move",
            "res_ids": str(self.invoice.ids),
            "subject": "Look",
            "body": "<p>Look</p>",
            "auto_delete": False,
            "auto_delete_keep_log": True,
            "force_send": False,
        }
        before = self.env["mail.notification"].search([])
        with self.mock_mail_gateway():
            self.env["mail.compose.message"].with_user(user).create(values).action_send_mail()
        new = self.env["mail.notification"].search([]) - before
        self.assertEqual(new.mail_message_id.create_uid, user)
