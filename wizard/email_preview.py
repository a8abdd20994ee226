from odoo import models


class FinancePortalEmailPreview(models.AbstractModel):
    """A dialog that mails documents shows the email first, as its recipient would get it."""

    _name = "finance.portal.email.preview"
    _description = "Preview of an Email"

    def action_finance_portal_preview_email(self):
        """Show the email above the dialog; nothing is sent or stored."""
        self.ensure_one()
        document, send = self._finance_portal_get_preview()
        return {
            "type": "ir.actions.client",
            "tag": "finance_portal_email_preview",
            "params": {"emails": document._finance_portal_preview_emails(send)},
        }

    def _finance_portal_get_preview(self):
        """Return ``(document, send)``: what the email is about, and what writes it.

        :raise UserError: it can't be sent, with the remedy
        """
        raise NotImplementedError
