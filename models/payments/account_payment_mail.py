from odoo import api, models


class AccountPayment(models.Model):
    """What emails say of a payment first."""

    _inherit = "account.payment"

    @api.depends_context("lang")
    def _compute_payment_receipt_title(self):
        """Name the kind in the customer's language, though it was just shown in another one."""
        return super()._compute_payment_receipt_title()

    def _finance_portal_get_mail_hero(self):
        hero = self._finance_portal_get_hero(self._finance_portal_get_uses())
        return {**hero, "headline": hero["amount"]}

    def _finance_portal_get_kind_words(self):
        if not self._finance_portal_is_shareable():
            return ""
        return self.env._("Please keep this receipt for your records.")
