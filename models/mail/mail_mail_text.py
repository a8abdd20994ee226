from odoo import models

from ...tools.plain_text import to_text

MARK = 'class="fp-mail'


class MailMail(models.Model):
    """The plain text of emails in our layout: the same words, the same working address."""

    _inherit = "mail.mail"

    def _finance_portal_write_plain_text(self, emails):
        """Make the plain text of what stands in our layout.

        :param list emails: as Odoo prepared them; they are changed
        """
        for email in emails:
            if MARK in email["body"]:
                email["body_alternative"] = to_text(email["body"])
