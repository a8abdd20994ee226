from odoo import models

# What Odoo's own action for receipts begins with.
TEMPLATE = "account.mail_template_data_payment_receipt"


class AccountPayment(models.Model):
    """Send to Customer for several payment receipts."""

    _inherit = "account.payment"

    def _finance_portal_get_send_action(self):
        return self.action_finance_portal_send()

    def _finance_portal_get_mail_template(self):
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        return template or super()._finance_portal_get_mail_template()
