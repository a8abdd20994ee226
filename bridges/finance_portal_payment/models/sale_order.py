from odoo import Command, models

from odoo.addons.finance_portal.tools.terms import fingerprint

from ..tools.offer import Offer


class SaleOrder(models.Model):
    """A quote that was accepted, and is confirmed by a payment."""

    _inherit = "sale.order"

    def _finance_portal_get_live_values(self, access):
        """Add Pay now, which hangs on the customer's answer and on the day where they are."""
        values = super()._finance_portal_get_live_values(access)
        payment = None if access.is_external else self._finance_portal_get_payment(access)
        return {**values, "payment": payment}

    def _finance_portal_takes_payments(self):
        return True

    def _finance_portal_get_payable(self):
        return self.currency_id.round(self.amount_total - self.amount_paid)

    def _finance_portal_get_billed(self):
        return self.partner_invoice_id

    def _finance_portal_get_paying_customer(self):
        stayed_with = self.finance_billed_customer_id.commercial_partner_id
        return stayed_with or super()._finance_portal_get_paying_customer()

    def _finance_portal_prepare_transaction(self):
        return {"sale_order_ids": [Command.set(self.ids)]}

    def _finance_portal_get_payment_terms(self):
        return self._finance_portal_sign_terms(self._finance_portal_get_terms())

    def _finance_portal_sign_terms(self, terms):
        """Return the fingerprint of the terms for its customer: for another, it's another offer."""
        return fingerprint({**terms, "customer": self._finance_portal_get_customer().id})

    def _finance_portal_get_offers(self, access=None):
        if self._finance_portal_is_settled() or not self.require_payment:
            return []
        due = self.currency_id.round(self._finance_portal_get_due_to_confirm())
        if due <= 0 or not self.env["finance.portal.decision"]._get_standing(self):
            return []  # the terms need not be read
        terms = self._finance_portal_get_terms()
        accepted = self._finance_portal_get_standing_decision(terms)
        if not accepted or self._finance_portal_get_closing_note(terms):
            return []
        left = self._finance_portal_get_payable()
        whole = Offer("all", self.env._("Full amount"), left)
        if self.currency_id.compare_amounts(due, left) >= 0:
            return [whole]
        return [Offer("part", self.env._("Prepayment"), due), whole]

    def _finance_portal_get_payment_note(self, access):
        if self.state == "sale":
            return self.env._("The order is confirmed. There's nothing to pay here.")
        if self.state == "cancel":
            return self.env._("The order was cancelled. There's nothing to pay.")
        if not self._finance_portal_get_due_to_confirm():
            return self.env._("There's nothing to pay in advance.")
        terms = self._finance_portal_get_terms()
        if note := self._finance_portal_get_closing_note(terms):
            return note
        if not self._finance_portal_get_standing_decision(terms):
            return self.env._("Please accept the quote first, then pay.")
        return super()._finance_portal_get_payment_note(access)

    def _finance_portal_get_paid_notes(self, transaction):
        if self.state == "sale":
            return [self.env._("Your order is confirmed.")]
        is_late = transaction._finance_portal_get_late_note(self)
        if not transaction.is_post_processed and not is_late:
            return [self.env._("We're confirming your order…")]
        if not transaction._finance_portal_fits(self):
            return [
                self.env._(
                    "The order changed after you started to pay, so it isn't confirmed yet."
                    " We've received your payment and will contact you."
                )
            ]
        if due := self._finance_portal_get_due_to_confirm():
            amount = self._finance_portal_money(due)
            return [self.env._("The order is confirmed once %(amount)s is paid.", amount=amount)]
        return [
            self.env._(
                "We've received your payment, but your order isn't confirmed yet."
                " We'll contact you."
            )
        ]

    def _finance_portal_get_stray_payment_note(self, transaction, hindrance=""):
        values = {
            "amount": self._finance_portal_money(transaction.amount),
            "order": self.display_name,
        }
        if hindrance:
            return self.env._(
                "A payment of %(amount)s was received for %(order)s, but the order couldn't be"
                " confirmed. %(hindrance)s Please confirm it yourself, or clear this up with"
                " the customer.",
                **values,
                hindrance=hindrance,
            )
        if transaction.state == "authorized":
            return self.env._(
                "A payment of %(amount)s is authorized for %(order)s, which has since been"
                " changed or cancelled. Nothing is booked yet. Please clear this up with the"
                " customer, then capture or void the payment.",
                **values,
            )
        if self.state == "cancel":
            return self.env._(
                "A payment of %(amount)s was received for %(order)s, which was cancelled. The"
                " payment is booked. Please clear this up with the customer.",
                **values,
            )
        return self.env._(
            "A payment of %(amount)s was received for an earlier version of %(order)s. It is"
            " booked, but doesn't confirm the order as it is now. Please clear this up with the"
            " customer.",
            **values,
        )
