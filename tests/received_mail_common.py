"""A customer who answers by email, for tests."""

from email import policy
from email.message import EmailMessage

from odoo.tools import mute_logger

from .account_link_common import AccountLinkCase

NOISY = ("odoo.addons.mail.models.mail_thread", "odoo.addons.mail.models.mail_mail")


class ReceivedCase(AccountLinkCase):
    """``FinancePortalCase`` whose customer answers by email."""

    number = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo ignores whoever writes often.
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", "10000")

    def make_reply(self, text="Thanks", html=None, sender=None, **headers):
        """Return a customer's reply to what was mailed about ``invoice``."""
        type(self).number += 1
        reply = EmailMessage(policy=policy.SMTP)
        reply["From"] = sender or self.ada.email
        reply["To"] = headers.pop("to", "catchall@company.test.example.com")
        reply["Subject"] = headers.pop("subject", "Re: Invoice")
        reply["Message-Id"] = f"<reply{self.number}@bakery.example.com>"
        for name, value in headers.items():
            reply[name] = value
        reply.set_content(text)
        if html:
            reply.add_alternative(html, subtype="html")
        return reply

    @mute_logger(*NOISY)
    def receive(self, reply, record=None, **options):
        """Have the mail gateway take a reply about a record, by default ``invoice``."""
        record = self.invoice if record is None else record
        before = record.message_ids
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                record._name, reply.as_bytes(), thread_id=record.id, **options
            )
        message = (record.message_ids - before).filtered(lambda one: one.message_type == "email")
        self.assertEqual(len(message), 1, "the gateway took it")
        return message
