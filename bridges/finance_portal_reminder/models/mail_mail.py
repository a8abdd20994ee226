from odoo import models

from odoo.addons.finance_portal.tools.secure_token import PLACEHOLDER


class MailMail(models.Model):
    """A reminder brings a link to each of its invoices."""

    _inherit = "mail.mail"

    def _finance_portal_get_documents(self):
        """Add the other invoices of a reminder."""
        documents = super()._finance_portal_get_documents()
        is_invoice = documents and documents[0]._name == "account.move"
        # Every email about an invoice comes by here; few have more than one link.
        if not is_invoice or str(self.body_html).count(PLACEHOLDER) < 2:
            return documents
        # sudo: emails leave on behalf of the system
        reminder = self.env["finance.portal.reminder"].sudo().search(
            [("mail_message_id", "=", self.mail_message_id.id)], limit=1
        )  # fmt: skip
        moves = reminder._get_sent_lines().move_id
        return [*documents, *(move for move in moves if move not in documents)]
