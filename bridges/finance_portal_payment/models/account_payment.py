from odoo import models


class AccountPayment(models.Model):
    """Receipts of what customers paid online."""

    _inherit = "account.payment"

    def _finance_portal_is_online(self):
        return bool(self.payment_transaction_id) or super()._finance_portal_is_online()

    def _finance_portal_get_receipt_recipient(self):
        """Return who paid, where that is a contact of the customer; Odoo books it on these."""
        # sudo: transactions are an administrator's
        payer = self.sudo().payment_transaction_id.partner_id
        is_own = payer.commercial_partner_id == self._finance_portal_get_customer()
        if is_own and payer.email_normalized:
            return payer.sudo(False)
        return super()._finance_portal_get_receipt_recipient()
