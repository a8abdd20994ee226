from odoo import models

from ..documents.bank_transfer import Transfer


class AccountMove(models.Model):
    """How to pay by bank transfer."""

    _inherit = "account.move"

    def _finance_portal_get_pay(self):
        """Return how to pay by bank transfer, if there is something to pay.

        :return: ``None``, or a dict as of ``_describe`` of ``finance.portal.bank.transfer``
        """
        if self.move_type == "out_refund" or not self._finance_portal_is_open():
            return None
        amount, _is_all = self._finance_portal_get_next_payment()
        return self.env["finance.portal.bank.transfer"]._describe(
            Transfer(
                bank=self.partner_bank_id,
                amount=amount,
                currency=self.currency_id,
                debtor=self.partner_id,
                reference=self.payment_reference,
                message=self.name,
                structured=self.payment_reference,
                method=self.qr_code_method,
            )
        )

    def _finance_portal_get_account_number(self):
        """Return the account number to pay to with this payment reference."""
        Transfers = self.env["finance.portal.bank.transfer"]
        bank = Transfers._get_open(self.partner_bank_id)
        return Transfers._get_number(bank, self.payment_reference)
