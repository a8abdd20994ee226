"""A bounce is believed of emails of ours alone, and of whom they went to."""

from odoo.tests import tagged

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
