from odoo import models


class FinancePortalDocument(models.AbstractModel):
    """Say whether a document can be sent to its customer, and what to do when it cannot."""

    _inherit = "finance.portal.document"

    def _finance_portal_get_send_obstacle(self):
        """Return why this document cannot be sent now and the remedy, or an empty text.

        :return: a sentence for staff, in their language
        :rtype: str
        """
        self.ensure_one()
        return (
            self._finance_portal_get_state_obstacle()
            or self._finance_portal_get_address_obstacle()
            or ""
        )

    def _finance_portal_get_state_obstacle(self):
        """Return what its state has against sending it, with the remedy, or an empty text."""
        return ""

    def _finance_portal_get_address_obstacle(self):
        """Return that nobody can be reached by email, with the remedy, or an empty text."""
        recipient = self._finance_portal_get_default_recipient()
        if not recipient:
            return self.env._("%s has no customer. Choose one, then send it.", self.display_name)
        if not recipient.email_normalized:
            return self.env._(
                "%s has no email address. Open the contact and enter one.", recipient.display_name
            )
        return ""
