from odoo import models

from ...tools.mail_preview import disarm, read_preheader


class MailMail(models.Model):
    """Emails as their recipients would get them, to look at."""

    _inherit = "mail.mail"

    def _finance_portal_draw_previews(self, customer):
        """Return these emails as dicts, one for each address; colleagues' only if alone.

        :param customer: of the document that they are about
        """
        mails = self._finance_portal_split_by_address()
        emails = [email for mail in mails for email in mail._prepare_outgoing_list()]
        outside = [
            email
            for email in emails
            if not (partner := email["partner_id"])
            or partner.partner_share
            or partner.commercial_partner_id == customer
        ]
        return [
            {
                "to": ", ".join(email["email_to"] or email["email_cc"]),
                "sender": email["email_from"] or "",
                "subject": email["subject"] or "",
                "preheader": read_preheader(email["body"]),
                "html": disarm(email["body"], email["attachments"]),
            }
            for email in outside or emails
        ]
