from markupsafe import Markup

from odoo import models
from odoo.tools import html2plaintext
from odoo.tools.mail import append_content_to_html

from ...tools.token_files import is_email


class MailMail(models.Model):
    """What is passed on of a reply: no email that somebody attached to it."""

    _inherit = "mail.mail"

    def _finance_portal_leave_out_originals(self, emails):
        """Pass on no email that somebody attached to a reply: it may be the original.

        :param list emails: as Odoo prepared them; they are changed
        """
        if not self._finance_portal_passes_on_reply():
            return
        note = Markup("<p>%s</p>") % self.env._(
            "An attached email isn't forwarded. You'll find it with the message in Odoo."
        )
        for email in emails:
            kept = [one for one in email["attachments"] if not is_email(one[1] or b"")]
            if len(kept) < len(email["attachments"]):
                body = append_content_to_html(email["body"], note, plaintext=False)
                own = {"body": body, "body_alternative": html2plaintext(body)}
                email.update(own, attachments=kept)

    def _finance_portal_passes_on_reply(self):
        """Return whether this notifies others of an email that came in where ours are answered."""
        message = self.mail_message_id
        if not self.is_notification or message.message_type != "email":
            return False
        # sudo: emails leave on behalf of the system
        record = self.env[message.model].sudo().browse(message.res_id) if message.model else None
        return hasattr(record, "message_post") and record._finance_portal_quotes_us(message)
