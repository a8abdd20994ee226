from odoo import models


class AccountPayment(models.Model):
    """Send to Customer for several payment receipts."""

    _inherit = "account.payment"

    def _finance_portal_get_send_action(self):
        return self.action_finance_portal_send()
