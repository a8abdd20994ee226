from odoo import api, models

from ...tools.bank_transfer import group_iban

NO_BREAK = "\N{NO-BREAK SPACE}"


class AccountMove(models.Model):
    """What emails say of an invoice, a credit note or a receipt first."""

    _inherit = "account.move"

    @api.depends_context("lang")
    def _compute_type_name(self):
        """Name the kind in the customer's language, though it was just shown in another one."""
        return super()._compute_type_name()

    def _generate_and_send(self, *args, **kwargs):
        """Let a program go on, such as the till, where a person is asked who gets the email.

        Odoo makes the PDF then, and mails it to nobody. The token of the receipt that a visitor
        came with stays out of what is mailed during their request.
        """
        move = self.with_context(finance_portal_by_program=True)
        return super(AccountMove, move)._generate_and_send(*args, **kwargs)

    def _finance_portal_get_mail_hero(self):
        move = self._finance_portal_in_company_time()  # as on the page
        hero = move._finance_portal_get_hero()
        return {
            **hero,
            "headline": move._finance_portal_get_headline(hero["amount"]),
            "pay": move._finance_portal_get_pay_line(),
            "account": move._finance_portal_get_account_number(),
        }

    def _finance_portal_get_kind_words(self):
        if not self._finance_portal_is_shareable():
            return ""
        if self.move_type == "out_refund":
            return self.env._("Here's your credit note.")
        return self.env._("Thank you for your business.")

    def _finance_portal_get_headline(self, amount):
        """Return an amount with the day it is due, if something is due."""
        due = self.move_type != "out_refund" and self._finance_portal_get_last_due_date()
        if not due or not self._finance_portal_is_open():
            return amount
        next_amount, _is_all = self._finance_portal_get_next_payment()
        return self.env._(
            "%(amount)s due %(date)s",
            amount=self._finance_portal_money(next_amount),
            date=self._finance_portal_short_day(due),
        )

    def _finance_portal_get_pay_line(self):
        """Return how to pay, in one line; empty when there is nothing to pay."""
        pay = self._finance_portal_get_pay()
        if not pay:
            return ""
        if pay["note"]:
            return pay["note"]
        reference = self.payment_reference
        number = self._finance_portal_get_account_number() or ""
        number = NO_BREAK.join(group_iban(number) or number.split())
        if number and reference:
            return self.env._(
                "Pay by bank transfer to %(account)s, reference %(reference)s.",
                account=number,
                reference=reference,
            )
        if number:
            return self.env._("Pay by bank transfer to %(account)s.", account=number)
        return self.env._("Payment reference: %s", reference) if reference else ""
