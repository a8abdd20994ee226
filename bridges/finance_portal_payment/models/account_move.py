from odoo import Command, api, fields, models
from odoo.tools import str2bool

from ..tools.offer import Offer

SWITCH = "account_payment.enable_portal_payment"
# What Pay now hangs on besides the rows that the page is drawn from anyway.
PAGE_SOURCES = (
    (
        "payment_transaction",
        "id IN (SELECT transaction_id FROM account_invoice_transaction_rel"
        " WHERE invoice_id = %(move)s)",
    ),
    # What a payment of several is for as well: once less is left of that, it is overtaken.
    (
        "account_move",
        "id IN (SELECT other.invoice_id FROM account_invoice_transaction_rel own"
        " JOIN account_invoice_transaction_rel other USING (transaction_id)"
        " WHERE own.invoice_id = %(move)s)",
    ),
    ("payment_provider", "state <> 'disabled'"),
    ("payment_method", "active AND primary_payment_method_id IS NULL"),
    ("ir_config_parameter", "key = %(switch)s"),
)


class AccountMove(models.Model):
    """An open invoice is paid in whole, or by what is due next."""

    _inherit = "account.move"

    # What was paid online for an order counts for its invoice as well.
    @api.depends("transaction_ids.payment_id.state", "transaction_ids.payment_id.amount")
    def _compute_finance_waiting(self):
        return super()._compute_finance_waiting()

    # === THE PAGE === #

    def _finance_portal_get_page_values(self):
        """Add Pay now, so that it is kept with the rest: asking Odoo costs as much again."""
        move = self._finance_portal_in_company_time()  # a look changes nothing
        values = super()._finance_portal_get_page_values()
        payment = move._finance_portal_get_payment()
        if payment and payment["state"] == "under_way":
            hero, state = values["hero"], ("calm", self.env._("Payment under way"))
            values["hero"] = {**hero, "states": [*hero["states"], state]}
        return {**values, "payment": payment}

    def _finance_portal_get_page_sources(self):
        return [
            *super()._finance_portal_get_page_sources(),
            *self._finance_portal_fill_sources(PAGE_SOURCES, move=self.id, switch=SWITCH),
        ]

    def _finance_portal_get_live_values(self, access):
        values = super()._finance_portal_get_live_values(access)
        return {**values, "payment": None} if access.is_external else values

    # === WHAT MAY BE PAID === #

    def _finance_portal_takes_payments(self):
        return True

    def _finance_portal_get_payable(self):
        return self._finance_portal_amount_left() if self._finance_portal_is_open() else 0

    def _finance_portal_get_payable_together(self):
        """Deduct credit notes, which are settled with the invoices that they are paid with."""
        return sum(move._finance_portal_get_share() for move in self)

    def _finance_portal_get_share(self):
        """Return what it adds to a payment of several: of a credit note less than nothing."""
        sign = -1 if self.move_type == "out_refund" else 1
        return sign * self._finance_portal_get_payable()

    def _finance_portal_get_paid_since(self, moment):
        partials = self._finance_portal_get_term_lines().matched_credit_ids
        booked = partials.filtered(lambda partial: partial.create_date >= moment)
        ids = [row[1] for row in self.finance_waiting or []]
        recorded = {
            payment.id
            for payment in self.env["account.payment"].browse(ids)
            if payment.create_date >= moment
        }
        waiting = [row[4] for row in self.finance_waiting or [] if row[1] in recorded]
        return sum(booked.mapped("debit_amount_currency")) + sum(waiting)

    def _finance_portal_prepare_transaction(self):
        return {"invoice_ids": [Command.set(self.ids)]}

    def _finance_portal_get_offers(self, access=None):
        if not self._finance_portal_is_paid_online():
            return []
        left = self._finance_portal_amount_left()
        whole = Offer("all", self.env._("Amount due"), left)
        if reduced := self._finance_portal_get_reduced_amount():
            label = self.env._("Amount due after discount")
            return [Offer("all", label, reduced)]
        part, is_all = self._finance_portal_get_next_payment()
        if is_all:
            return [whole]
        is_late = self._finance_portal_get_due_date() < fields.Date.context_today(self)
        label = self.env._("Overdue part") if is_late else self.env._("Next payment")
        return [Offer("part", label, part), whole]

    def _finance_portal_get_reduced_amount(self):
        """Return what settles it while an early payment discount lasts, or 0."""
        today = fields.Date.context_today(self)
        if self._finance_portal_is_partly_paid():
            return 0
        if not self._is_eligible_for_early_payment_discount(self.currency_id, today):
            return 0
        [line] = self._finance_portal_get_term_lines()[:1]
        return self.currency_id.round(abs(line.discount_amount_currency))

    def _finance_portal_is_paid_online(self):
        """Return whether Odoo takes payments for it online, apart from those under way."""
        # sudo: Odoo's own switch, asked on behalf of visitors
        parameters = self.env["ir.config_parameter"].sudo()
        return (
            str2bool(parameters.get_param(SWITCH))
            and self.move_type == "out_invoice"
            and self.state == "posted"
            and self.payment_state != "blocked"
            and self._finance_portal_is_open()
        )

    def _finance_portal_get_payment_note(self, access):
        if self.move_type == "out_refund":
            return self.env._("There's nothing to pay. This amount is in your favor.")
        if not self._finance_portal_is_open():
            return self.env._("It has already been paid.")
        return super()._finance_portal_get_payment_note(access)

    def _finance_portal_get_paid_notes(self, transaction):
        if not transaction.is_post_processed:
            return [self.env._("We're recording it now. This page refreshes automatically.")]
        if not self._finance_portal_is_open():
            return [self.env._("There's nothing left to pay.")]
        left = self._finance_portal_money(self._finance_portal_amount_left())
        return [self.env._("Balance due: %(amount)s", amount=left)]

    def _finance_portal_get_stray_payment_note(self, transaction, hindrance=""):
        customer = transaction._finance_portal_get_customer()
        paid = transaction._finance_portal_get_documents()
        values = {
            "amount": self._finance_portal_money(transaction.amount),
            "customer": customer.display_name,
            "invoice": ", ".join(filter(None, paid.mapped("name"))) or self.display_name,
        }
        if self.state == "posted" and self._finance_portal_get_customer() == customer:
            return self.env._(
                "%(customer)s paid %(amount)s for %(invoice)s, which is more than was due. The"
                " excess is booked as a credit for the customer. Please refund it, or agree with"
                " the customer what to do with it.",
                **values,
            )
        if len(paid) > 1:
            return self.env._(
                "%(customer)s paid %(amount)s for %(invoice)s. %(one)s has since been reset or"
                " cancelled, so the payment doesn't settle it. Please clear this up with the"
                " customer.",
                **values,
                one=self.display_name,
            )
        return self.env._(
            "%(customer)s paid %(amount)s for %(invoice)s, which has since been reset or"
            " cancelled. The payment is booked, but doesn't settle the invoice. Please clear"
            " this up with the customer.",
            **values,
        )

    # === SEVERAL AT ONCE === #

    def _finance_portal_get_together_obstacle(self):
        """Return a sentence on why it can't be paid together with others now, or nothing.

        Payments that are under way are not looked at.
        """
        number = self.name
        if self.state != "posted" or not self._finance_portal_is_open():
            return self.env._("%(number)s is no longer open.", number=number)
        if self.move_type == "out_refund":
            return ""
        if not self._finance_portal_is_paid_online():
            return self.env._("%(number)s can't be paid online.", number=number)
        if self._finance_portal_get_reduced_amount():
            return self.env._(
                "%(number)s has an early payment discount. Pay it on its own to get the discount.",
                number=number,
            )
        return ""
