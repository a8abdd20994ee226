from odoo import fields, models

from ..const import MEGABYTE


class FinancePortalSizeWarning(models.AbstractModel):
    """A dialog that mails a document says when its files may be too large for the email."""

    _name = "finance.portal.size.warning"
    _description = "Warning about Large Files"

    finance_size_warning = fields.Char("Large Files", compute="_compute_finance_size_warning")

    def _compute_finance_size_warning(self):
        for dialog in self:
            dialog.finance_size_warning = dialog._finance_portal_get_size_warning()

    def _finance_portal_get_size_warning(self):
        """Return that only the mail server's goodwill delivers these files, or an empty text.

        The customer finds large files on the page. Others alone would find nothing there, so
        they get them by email.
        """
        document, partners, files = self._finance_portal_get_mailed()
        if not document or not partners:
            return ""
        customer = document._finance_portal_get_customer()
        if customer in partners.commercial_partner_id:
            return ""
        # sudo: a setting of the mail server, and how large files are
        limit = self.env["ir.mail_server"].sudo()._get_max_email_size()
        size = self.env["mail.mail"]._estimate_email_size({}, "", files.sudo().mapped("file_size"))
        if size <= limit * MEGABYTE:
            return ""
        return self.env._(
            "The attached files may be too large for an email (more than %(limit)s MB). Only the"
            " customer would find them on the document's page. Attach smaller files, or add a"
            " contact of the customer.",
            limit=f"{limit:g}",
        )

    def _finance_portal_get_mailed(self):
        """Return ``(document, recipients, files)``; no document where the dialog shares none."""
        raise NotImplementedError
