from odoo import models


class FinancePortalDocument(models.AbstractModel):
    """In whose name the money for a document is paid and booked.

    Its contact may be with another customer by now, who must not get what this one pays.
    """

    _inherit = "finance.portal.document"

    def _finance_portal_get_billed(self):
        """Return the contact to whom it is billed."""
        return self.partner_id

    def _finance_portal_get_paying_customer(self):
        """Return whose money pays it: its customer's, unless somebody else is billed."""
        billed = self._finance_portal_get_billed()
        is_own = billed.commercial_partner_id == self.partner_id.commercial_partner_id
        return self._finance_portal_get_customer() if is_own else billed.commercial_partner_id

    def _finance_portal_get_payer(self):
        """Return the partner in whose name the ERP books a payment: who is billed, as a rule."""
        billed, customer = (
            self._finance_portal_get_billed(),
            self._finance_portal_get_paying_customer(),
        )
        return billed if billed.commercial_partner_id == customer else customer
