from odoo import models


class FinancePortalDocument(models.AbstractModel):
    """Whom a document names, and whether they still belong to its customer.

    A contact who moves to another customer leaves the documents behind: what the system mails about
    them by itself goes to the customer, and money for them is the customer's.
    """

    _inherit = "finance.portal.document"

    def _finance_portal_get_default_recipient(self):
        """Return the contact who gets it by default; the customer itself once that contact left."""
        contact, customer = self.partner_id, self._finance_portal_get_customer()
        stays = contact.email and not self._finance_portal_was_left_by(contact)
        return contact if stays else customer

    def _finance_portal_was_left_by(self, contact):
        """Return whether whom it names left its customer, for the one that a contact belongs to."""
        customer = self._finance_portal_get_customer()
        now_with = self.partner_id.commercial_partner_id
        is_left = customer not in (now_with, contact)
        return is_left and contact.commercial_partner_id == now_with
