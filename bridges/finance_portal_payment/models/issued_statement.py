from odoo import models


class FinancePortalIssuedStatement(models.Model):
    """A statement is paid by paying what it lists: the invoices that are open now."""

    _inherit = "finance.portal.issued.statement"

    def _finance_portal_takes_payments(self):
        return True

    def _finance_portal_get_together_domain(self):
        """Return the domain of this customer's documents in this company: it lists all open ones.

        Only what is open is offered, and the books say what that is now.
        """
        scope = self.env["finance.portal.scope"]
        return scope._get_domain("account.move", self.customer_id, self.company_id)

    def _finance_portal_get_payment(self, access=None):
        """Return what its page shows of paying: only the way there, where one chooses.

        Nothing where credits cover all that is open.
        """
        owes = any(part["total"] > 0 for part in self._get_parts(0))
        return self._offer_payment() if owes else None

    def _offer_payment(self):
        Group = self.env["finance.portal.payment.group"]
        if not Group._is_offered(self._finance_portal_get_together_domain, self.company_id):
            return None
        return {"state": "choose", "amount": "", "is_all": False, "by_card": False}

    def _finance_portal_get_live_values(self, access):
        values = super()._finance_portal_get_live_values(access)
        is_payer = access is None or not access.is_external
        is_offered = is_payer and values["owes"]
        return {**values, "payment": self._offer_payment() if is_offered else None}

    def _finance_portal_get_online_pay_line(self):
        if not self._finance_portal_get_payment():
            return super()._finance_portal_get_online_pay_line()
        return self.env._("Pay online: press the button and choose Pay now.")
