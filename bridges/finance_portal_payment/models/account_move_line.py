from typing import NamedTuple

from odoo import models


class PaidOn(NamedTuple):
    """The day on which a customer paid. No request can put one into a context."""

    day: object


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _get_installments_data(
        self, payment_currency=None, payment_date=None, next_payment_date=None
    ):
        """Grant an early payment discount to who paid in time, whenever that is booked."""
        paid_on = self.env.context.get("finance_portal_paid_on")
        if not payment_date and isinstance(paid_on, PaidOn):
            payment_date = paid_on.day
        return super()._get_installments_data(
            payment_currency=payment_currency,
            payment_date=payment_date,
            next_payment_date=next_payment_date,
        )
