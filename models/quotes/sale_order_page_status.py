from datetime import UTC, datetime

from odoo import models

from ...tools.terms import days_left


class SaleOrder(models.Model):
    """How a quote or an order stands: the one amount, until when, and what was paid."""

    _inherit = "sale.order"

    # === AMOUNT AND STATUS === #

    def _finance_portal_get_hero(self):
        """Return the total and how it stands.

        :return: dict of ``label``, ``amount``, ``states`` (list of ``(tone, text)``, tone being
            one of good, calm, warn, bad) and ``notes`` (list of sentences)
        """
        label, states = self.env._("Total"), self._finance_portal_get_states()
        notes = self._finance_portal_get_status_notes()
        return self._finance_portal_make_hero(label, self.amount_total, states, notes)

    def _finance_portal_get_states(self):
        """Return its states, see ``finance.portal.document``."""
        if self.state == "cancel":
            return [("bad", self.env._("Cancelled"))]
        if not self._finance_portal_is_quote():
            confirmed = ("good", self.env._("Order confirmed"))
            return [confirmed, *self._finance_portal_get_order_states()]
        days = self._finance_portal_get_days_left()
        if days is None:
            return []
        if days < 0:
            return [("bad", self.env._("Expired"))]
        if days == 0:
            return [("warn", self.env._("Expires today"))]
        if days == 1:
            return [("warn", self.env._("Expires tomorrow"))]
        day = self._finance_portal_day(self.validity_date)
        return [("calm", self.env._("Valid until %(date)s", date=day))]

    def _finance_portal_get_status_notes(self):
        """Return sentences on a quote: how long it was valid, what it takes."""
        if self.state == "cancel" or not self._finance_portal_is_quote():
            return []
        days = self._finance_portal_get_days_left()
        if days is None or days >= 0:
            return self._finance_portal_get_prepayment_notes()
        day = self._finance_portal_day(self.validity_date)
        return [
            self.env._("This quote was valid until %(date)s.", date=day),
            self.env._("Please ask us for a new one."),
        ]

    def _finance_portal_get_days_left(self, moment=None, last_day=None):
        """Return how many days the quote is still valid: 0 on the last one, ``None`` for ever.

        Its last day ends when it is over for the company and for the contact it names, whoever
        of the customer reads it: the page, the lists and the emails of all say the same.

        :param datetime moment: another one than now, with its zone
        :param date last_day: another one than it has now
        """
        last_day = last_day or self.validity_date
        if not last_day:
            return None
        zones = (self.company_id.partner_id.tz, self.partner_id.tz)
        return days_left(last_day, moment or datetime.now(UTC), zones)

    def _finance_portal_get_order_states(self):
        """Return ``(tone, text)`` on invoices and payments of an order."""
        if self.currency_id.is_zero(self.amount_total):
            return []
        paid = self._finance_portal_get_paid()
        if self.currency_id.compare_amounts(paid, self.amount_total) >= 0:
            return [("good", self.env._("Paid"))]
        return [("calm", self.env._("Invoiced"))] if self.invoice_status == "invoiced" else []

    # === PREPAYMENT AND SETTLEMENT === #

    def _finance_portal_get_prepayment_notes(self):
        """Return what has to be paid before the quote becomes an order, in one sentence."""
        if not self.currency_id.is_zero(self.amount_paid) or self.prepayment_percent >= 1:
            promise = self._finance_portal_get_promise()
            due = self._finance_portal_get_due_to_confirm()
            if promise and not self.currency_id.compare_amounts(due, self.amount_total):
                # The one above, which isn't said twice.
                return [self.env._("The order is confirmed once this amount is paid.")]
            return promise
        due = self._finance_portal_get_due_to_confirm()
        if not due:
            return []
        return [
            self.env._(
                "The order is confirmed once a prepayment of %(amount)s (%(percent)s%%) is paid.",
                amount=self._finance_portal_money(due),
                percent=self._finance_portal_number(self.prepayment_percent * 100),
            )
        ]

    def _finance_portal_get_settlement(self):
        """Return what was invoiced and paid so far, as rows that follow the total."""
        rows = []
        if not self._finance_portal_is_quote():
            rows.append((self.env._("Invoiced so far"), self.amount_invoiced))
        rows.append((self.env._("Paid so far"), self._finance_portal_get_paid()))
        rows = [
            {"kind": "payment", "label": label, "amount": self._finance_portal_money(amount)}
            for label, amount in rows
            if not self.currency_id.is_zero(amount)
        ]
        return rows + self._finance_portal_get_remainder() if rows else []

    def _finance_portal_get_remainder(self):
        """Return what an order leaves to pay, as a row that follows what was paid."""
        _invoices, are_own = self._finance_portal_get_invoices()
        left = self.currency_id.round(self.amount_total - self._finance_portal_get_paid())
        is_open = are_own and self.currency_id.compare_amounts(left, 0) > 0
        if not is_open or self._finance_portal_is_quote():
            return []
        label, amount = self.env._("Left to pay"), self._finance_portal_money(left)
        return [{"kind": "due", "label": label, "amount": amount}]

    def _finance_portal_get_invoices(self):
        """Return ``(posted invoices, whether what they say is about this order alone)``."""
        invoices = self.invoice_ids.filtered(lambda move: move.state == "posted")
        are_own = invoices.line_ids.sale_line_ids.order_id <= self
        return invoices, are_own and invoices.currency_id <= self.currency_id

    def _finance_portal_get_paid(self):
        """Return what was paid for this order, as far as Odoo can tell.

        Payments made online are known by order, others by invoice: those count only where the
        invoice is for this order alone. A payment known both ways counts once.
        """
        invoices, are_own = self._finance_portal_get_invoices()
        settled = 0
        if are_own:
            settled = sum(
                -move.direction_sign * (move.amount_total - move._finance_portal_amount_left())
                for move in invoices
            )
        return max(self.amount_paid, settled)
