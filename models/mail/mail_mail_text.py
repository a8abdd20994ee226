from odoo import models

from ...tools.plain_text import to_text

MARK = 'class="fp-mail'


class MailMail(models.Model):
    """The plain text of emails in our layout: the same words, the same working address."""

    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        emails = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        for email in emails:
            if MARK in email["body"]:
                email["body_alternative"] = to_text(email["body"])
        return emails
