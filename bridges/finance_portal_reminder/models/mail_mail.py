from odoo import models


class MailMail(models.Model):
    """A reminder brings a link to each of its invoices."""

    _inherit = "mail.mail"

    def _finance_portal_get_documents(self):
        """Add the other invoices of a reminder."""
        documents = super()._finance_portal_get_documents()
        if not documents or documents[0]._name != "account.move" or not self.mail_message_id:
            return documents
        # sudo: emails leave on behalf of the system
        reminder = self.env["finance.portal.reminder"].sudo().search(
            [("mail_message_id", "=", self.mail_message_id.id)], limit=1
        )  # fmt: skip
        moves = reminder._get_sent_lines().move_id
        return [*documents, *(move for move in moves if move not in documents)]
