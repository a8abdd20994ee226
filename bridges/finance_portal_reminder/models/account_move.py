from odoo import fields, models

# States of a payment by a provider that isn't booked yet, and may well be.
UNDER_WAY = ("pending", "authorized")


class AccountMove(models.Model):
    """No Reminders on an invoice, and what else speaks against reminding of it."""

    _inherit = "account.move"

    finance_no_reminders = fields.Boolean(
        "No Reminders",
        copy=False,
        groups="base.group_user",
        help="Such as while the customer disputes this invoice.",
    )
    finance_no_reminders_until = fields.Date(
        "No Reminders Until",
        copy=False,
        groups="base.group_user",
        help="The last day without reminders. Leave empty to send none until you untick it.",
    )
    finance_no_reminders_note = fields.Char(
        "Why No Reminders", copy=False, groups="base.group_user"
    )

    def _finance_reminder_get_obstacle(self, day):
        """Return why no reminder of this invoice leaves on a day, or an empty text.

        A payment comes first: what else there is doesn't matter then.
        """
        Reminder = self.env["finance.portal.reminder"]
        paid_on = self._finance_reminder_get_paid_on()
        if paid_on:
            return self.env._(
                "A payment of %(date)s is being processed.",
                date=self._finance_portal_short_day(paid_on),
            )
        if self.payment_state == "blocked":
            return self.env._("Payment of this invoice is blocked.")
        return Reminder._describe_pause(self, day)

    def _finance_reminder_get_paid_on(self):
        """Return the day of a payment that isn't booked yet and covers what is open, if any."""
        if self.finance_waiting and self.currency_id.is_zero(self._finance_portal_amount_left()):
            return max(fields.Date.to_date(row[2]) for row in self.finance_waiting)
        # Only the payment app, which is optional, adds this field to invoices.
        if "transaction_ids" not in self._fields:
            return None
        # sudo: whoever plans need not be allowed to read transactions
        under_way = self.sudo().transaction_ids.filtered(lambda one: one.state in UNDER_WAY)
        return max(under_way.mapped("create_date")).date() if under_way else None
