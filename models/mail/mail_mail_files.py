import re
from html import escape

from odoo import models
from odoo.tools import email_normalize_all, html2plaintext
from odoo.tools.mail import append_content_to_html

from ...const import MEGABYTE
from ...tools.file_names import safe_name
from ..web.page_language import is_translated
from .leaving_files import LEAVING_KEY, LeavingFiles, get_leaving_files

EMBEDDED = re.compile(r'<img\b[^>]*"cid:[^>]*>')
CONTENT_LINK = re.compile(r'href="[^"]*/web/content/(\d+)\?[^"]*"')


class MailMail(models.Model):
    """Files and pictures of emails about shared documents, without permanent links to them."""

    _inherit = "mail.mail"

    def _finance_portal_get_closed_document(self):
        """Return the document (sudo) it is about, where Odoo's links are closed, or ``None``."""
        document = self._finance_portal_get_document()
        is_closed = document is not None and document._finance_portal_native_closed()
        return document if is_closed else None

    def _finance_portal_mark_files(self, mail_server):
        """Return this email and the mail server with a context that makes no token for its files.

        What is too large for an email is replaced by links, which then lead to the document's page.
        So the page shows it, when the email goes to a contact of the customer. Whoever has no link
        to such a page gets the files with the email, as long as the mail server takes it.
        """
        document = self._finance_portal_get_closed_document()
        if document is None:
            return self, mail_server
        server = mail_server or self.env["ir.mail_server"]
        linked, attach_all = self._finance_portal_get_large_files(server), False
        if linked and not self._finance_portal_shows_files(document):
            linked, attach_all = linked.browse(), not self._finance_portal_is_for_staff(document)
        told = LeavingFiles(self, linked, attach_all)
        mail = self.with_context(**{LEAVING_KEY: told})
        return mail, server.with_env(mail.env) if mail_server else mail_server

    def _finance_portal_carry_files(self, emails):
        """Name the files as on the page, and have pictures travel with the email.

        :param list emails: as Odoo prepared them; they are changed
        """
        document = self._finance_portal_get_closed_document()
        if document is None:
            return
        for email in emails:
            # As on the page and in a browser's downloads.
            email["attachments"] = [
                (safe_name(name), *content) for name, *content in email["attachments"]
            ]
            pictures, body = document._finance_portal_embed_pictures(email["body"])
            if pictures:
                email["body"] = body
                email["body_alternative"] = html2plaintext(EMBEDDED.sub("", body))
                email["attachments"] = [*email["attachments"], *pictures]

    def _finance_portal_name_web_addresses(self, body):
        """Name web addresses that staff attached as what they are, not by a link of Odoo."""
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
        return body

    def _prepare_outgoing_body(self):
        """Name files that are too large, by links that become the recipient's secure link.

        Odoo attaches nothing that the text links to.
        """
        body = super()._prepare_outgoing_body()
        told = get_leaving_files(self.env)
        if not body or not told or not told.linked:
            return body
        self._finance_portal_show_large_files(told.linked)
        files = [(file.id, safe_name(file.name)) for file in told.linked.sorted("id")]
        lang = self.env["finance.portal.page"]._get_installed_lang(self.recipient_ids[:1].lang)
        document = self._finance_portal_get_document()
        values = {
            "about": document,
            "files": files,
            "base_url": document.get_base_url(),
            # In other languages, the names alone: an email is in one language.
            "explained": is_translated(lang),
        }
        qweb = self.env["ir.qweb"].with_context(lang=lang)
        links = qweb._render("finance_portal.mail_large_files", values)
        return append_content_to_html(body, links, plaintext=False)

    def _finance_portal_get_large_files(self, server):
        """Return the files to leave out, largest first, so that the mail server takes the rest."""
        # sudo: emails leave on behalf of the system
        files = self.sudo().attachment_ids.filtered(lambda file: file.type == "binary")
        limit = server.sudo()._get_max_email_size() * MEGABYTE
        linked = files.browse()
        for file in files.sorted(lambda one: (-one.file_size, one.id)):
            sizes = (files - linked).mapped("file_size")
            if self._estimate_email_size({}, self.body_html, sizes) <= limit:
                break
            linked |= file
        return linked

    def _finance_portal_is_for_staff(self, document):
        """Return whether it goes to staff alone, who open files in the back office."""
        return not self._finance_portal_reaches_customer(document)

    def _finance_portal_shows_files(self, document):
        """Return whether the page of the document shows this email's files.

        Only what staff mail to the customer: not what goes to others alone, and not what
        somebody mailed in.
        """
        message = self.mail_message_id
        customer = document._finance_portal_get_customer()
        # sudo: who else got the message doesn't depend on who asks
        known = message.sudo().notification_ids.res_partner_id | message.sudo().partner_ids
        bare = [
            document._finance_portal_find_contact(address)
            for address in email_normalize_all(self.email_to or "")
        ]
        everybody = known.union(self.recipient_ids, *bare)
        return (
            any(partner.commercial_partner_id == customer for partner in everybody)
            and message.message_type != "email"
            and not self._finance_portal_is_for_staff(document)
            and document._finance_portal_may_leave_with(self)
        )

    def _finance_portal_show_large_files(self, attachments):
        """Show files on the document's page that are too large for this email."""
        document = self._finance_portal_get_document()
        if self._finance_portal_shows_files(document):
            official = set(document._finance_portal_get_official_files().mapped("checksum"))
            # sudo: only whether it is the document itself, whoever sends it
            others = attachments.filtered(lambda file: file.sudo().checksum not in official)
            # No limit of size here: the customer would not get the file at all.
            document._finance_portal_show_copies(others)
