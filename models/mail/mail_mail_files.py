import re
from html import escape

from odoo import models
from odoo.tools import html2plaintext

EMBEDDED = re.compile(r'<img\b[^>]*"cid:[^>]*>')
CONTENT_LINK = re.compile(r'href="[^"]*/web/content/(\d+)\?[^"]*"')


class MailMail(models.Model):
    """Files and pictures of emails about shared documents, without permanent links to them."""

    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Make no token for files too large for an email, and carry pictures along.

        The ERP replaces such files by links, which then lead to the document's page. So the
        page shows them, when the email goes to a contact of the customer.
        """
        document = self._finance_portal_get_document()
        if document is None or not document._finance_portal_native_closed():
            return super()._prepare_outgoing_list(mail_server, doc_to_followers)
        mail = self.with_context(finance_portal_mail=self)
        emails = super(MailMail, mail)._prepare_outgoing_list(mail_server, doc_to_followers)
        for email in emails:
            pictures, body = document._finance_portal_embed_pictures(email["body"])
            if pictures:
                email["body"] = body
                email["body_alternative"] = html2plaintext(EMBEDDED.sub("", body))
                email["attachments"] = [*email["attachments"], *pictures]
        return emails

    def _personalize_outgoing_body(self, body, partner=False, doc_to_followers=None):
        """Name web addresses that staff attached as what they are, not by a link of the ERP."""
        # sudo: emails leave on behalf of the system
        attachments = self.sudo().attachment_ids
        urls = {
            attachment.id: attachment.url
            for attachment in attachments
            if attachment.type == "url" and attachment.url
        }
        if urls and self._finance_portal_get_document() is not None:
            named = CONTENT_LINK.sub(
                lambda match: (
                    f'href="{escape(urls[number])}"'
                    if (number := int(match[1])) in urls
                    else match[0]
                ),
                str(body),
            )
            body = type(body)(named)
        return super()._personalize_outgoing_body(body, partner, doc_to_followers)

    def _finance_portal_show_large_files(self, attachments):
        """Show files on the document's page that are too large for this email.

        Only what staff mail to the customer: not what goes to colleagues alone, and not what
        somebody mailed in.
        """
        document = self._finance_portal_get_document()
        message = self.mail_message_id
        customer = document._finance_portal_get_customer()
        contacts = self.recipient_ids.filtered(
            lambda partner: partner.commercial_partner_id == customer
        )
        if (
            contacts
            and message.message_type != "email"
            and document._finance_portal_may_be_sent_by(self.create_uid, message)
        ):
            # No limit of size here: the customer would not get the file at all.
            document._finance_portal_show_copies(attachments)
