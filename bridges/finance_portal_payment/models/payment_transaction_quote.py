from datetime import UTC

from odoo import fields, models


class PaymentTransaction(models.Model):
    """What a payment confirms: a quote, as its customer began to pay it and in time."""

    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Confirm a quote only as it was when its customer began to pay it."""
        confirmed = self.env["sale.order"]
        for transaction in self:
            order = transaction._finance_portal_get_quote()
            if order:
                # A concurrent change happens before this, or waits until it is done.
                order._finance_portal_lock(self.env["finance.portal.link"])
                if not transaction._finance_portal_fits(order):
                    transaction._finance_portal_tell_staff(order)
                    continue
                local, _user = order._finance_portal_as_system()
                if note := transaction._finance_portal_get_late_note(local):
                    transaction._finance_portal_tell_staff(order, note)
                    continue
            if order and transaction._finance_portal_get_paid_terms():
                confirmed |= transaction._finance_portal_confirm_as_paid_for(order)
                continue
            # A cart, which was never shared.
            confirm = super(PaymentTransaction, transaction)._check_amount_and_confirm_order
            confirmed |= confirm()
        return confirmed

    def _finance_portal_confirm_as_paid_for(self, order):
        """Confirm a quote as Odoo does, unless that would change what was paid for.

        :return: the order, if it was confirmed
        """
        local, _user = order._finance_portal_as_system()
        # Staff read what hinders it. Hold emails back, too: a sent email can't be undone.
        later = self.with_context(lang=local.env.lang, finance_portal_mail_once_stored=True)
        confirm = super(PaymentTransaction, later)._check_amount_and_confirm_order
        agreed = order._finance_portal_get_terms()
        done, hindrance = order._finance_portal_do_as_agreed(confirm, agreed)
        if not done:
            changed = not self._finance_portal_fits(order)
            self._finance_portal_tell_staff(order, "" if changed else hindrance)
        return self.sale_order_ids.filtered(lambda one: one.state == "sale")

    def _finance_portal_get_paid_terms(self):
        """Return the fingerprint of the terms that the payment is for; empty for a cart."""
        return self._finance_portal_get_origin().finance_terms

    def _finance_portal_fits(self, order):
        """Return whether a quote is still what its customer began to pay, and accepted."""
        self.ensure_one()
        paid_for = self._finance_portal_get_paid_terms()
        if paid_for and (
            order.state == "cancel"
            or not order._finance_portal_still_says(
                paid_for,
                self._finance_portal_get_origin().finance_terms_lang,
                order._finance_portal_get_terms,
                order._finance_portal_sign_terms,
            )
        ):
            return False
        # Our pages take money for an accepted quote; whoever uses Odoo's own accepts by paying.
        if not self._finance_portal_get_origin().finance_page:
            return True
        terms = order._finance_portal_get_terms()
        return bool(order._finance_portal_get_standing_decision(terms))

    def _finance_portal_get_late_note(self, order):
        """Return a sentence for staff if the money of a shared quote came after its last day.

        It counts when the provider first reported that the customer did their part, not when a
        slow bank delivers or a job books it.

        :param order: the quote, in the language of the sentence
        """
        if not self._finance_portal_get_paid_terms():
            return ""
        first = self._finance_portal_get_origin().finance_reported
        reported = first or self.last_state_change or fields.Datetime.now()
        days = order._finance_portal_get_days_left(reported.replace(tzinfo=UTC))
        if days is None or days >= 0:
            return ""
        day = order._finance_portal_day(order.validity_date)
        return order.env._("The quote was valid until %(date)s.", date=day)

    def _finance_portal_get_lost(self, order, used):
        """Return how much of what Odoo counts as paid for an order with it doesn't count for it.

        It is another customer's, or in a currency that the order isn't in any more; or it was given
        back, bounced, pays something else, or wasn't taken after all.

        :param dict used: see ``_finance_portal_get_used`` of the order
        """
        if self.state not in ("authorized", "done"):
            return 0
        if self.currency_id != order.currency_id or not order._finance_portal_is_paid_by(self):
            return self.amount
        lost = self._finance_portal_get_gone(order, used)
        for part in self.child_transaction_ids.filtered(lambda one: one.operation != "refund"):
            is_voided = part.state == "cancel" and order._finance_portal_counts_change(part)
            lost += part.amount if is_voided else part._finance_portal_get_gone(order, used)
        return min(lost, self.amount)

    def _finance_portal_get_gone(self, order, used):
        """Return how much of its own money isn't there for an order any more."""
        if self._finance_portal_has_bounced():
            return self.amount
        # Also what is on its way back: a provider may confirm it days later.
        refunds = self.child_transaction_ids.filtered(
            lambda one: (
                one.operation == "refund"
                and one.state not in ("cancel", "error")
                and order._finance_portal_counts_change(one)
            )
        )
        used = used.get((order._origin.id, self.payment_id._origin.id), 0)
        return min(used - sum(refunds.mapped("amount")), self.amount)

    def _finance_portal_has_bounced(self):
        """Return whether the books say that its money isn't there any more."""
        booked = self.payment_id
        return booked.state in ("canceled", "rejected") or booked.finance_is_returned
