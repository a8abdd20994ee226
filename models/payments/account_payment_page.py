from odoo import models

from .account_payment_page_sources import PAGE_SOURCES


class AccountPayment(models.Model):
    """The document page of a payment receipt."""

    _inherit = "account.payment"

    def _finance_portal_get_page_sources(self):
        """Return the rows that the document page of a payment is drawn from."""
        return self._finance_portal_fill_sources(
            PAGE_SOURCES, payment=self.id, company=self.company_id.id
        )

    def _finance_portal_get_page_values(self):
        """Return what the document page shows, formatted for the context's language.

        :return: dict of

            - ``hero``: the amount received, and how it stands
            - ``facts``: list of ``(label, value)``, none of them empty
            - ``parties``: list of ``{label, lines}``, address blocks
            - ``uses``: what it paid, list of ``{name, details, date, amount}``
            - ``totals``: list of ``{kind, label, amount}``, empty when it paid just these
            - ``notes``: always empty
        """
        self.ensure_one()
        uses = self._finance_portal_get_uses()
        return {
            "hero": self._finance_portal_get_hero(uses),
            "facts": self._finance_portal_get_facts(),
            "parties": self._finance_portal_get_parties(),
            "uses": self._finance_portal_get_use_rows(uses),
            "totals": self._finance_portal_get_use_totals(uses),
            "notes": [],
        }

    # === WHO AND WHAT === #

    def _finance_portal_get_hero(self, uses):
        """Return the amount and what became of it, see :meth:`_finance_portal_get_uses`."""
        if self.finance_is_returned:
            notes = [self.env._("This payment was returned, so it doesn't settle anything.")]
        elif self.state == "paid":
            notes = [self.env._("Thank you for your payment!")]
        else:
            notes = [self.env._("Your payment is recorded and is being processed.")]
        left = self._finance_portal_get_credit_left()
        if self.finance_is_returned:
            notes.append(self.env._("Please contact us if you didn't expect this."))
        elif not uses:
            notes.append(self.env._("It isn't matched with an invoice yet."))
        elif left:
            amount = self._finance_portal_money(left)
            notes.append(self.env._("%(amount)s remains as credit in your favor.", amount=amount))
        label, states = self.env._("Amount received"), self._finance_portal_get_states()
        return self._finance_portal_make_hero(label, self.amount, states, notes)

    def _finance_portal_get_states(self):
        """Return its states, see ``finance.portal.document``."""
        if self.finance_is_returned:
            return [("bad", self.env._("Returned"))]
        if self.state == "paid":
            return [("good", self.env._("Received"))]
        return [("calm", self.env._("Being processed"))]

    def _finance_portal_get_facts(self):
        shown = self._get_payment_receipt_report_values()
        method = shown.get("display_payment_method") and self.payment_method_id.name
        rows = [
            (self.env._("Payment date"), self._finance_portal_day(self.date)),
            (self.env._("Payment method"), method),
            (self.env._("Memo"), self.memo),
            (self.env._("Payment reference"), self.payment_reference),
        ]
        return [row for row in rows if row[1]]

    def _finance_portal_get_parties(self):
        payer = self._finance_portal_get_addressee(self.partner_id)
        lines = payer._finance_portal_get_address_lines()
        return [{"label": self.env._("Received from"), "lines": lines}] if lines else []
