from odoo import models
from odoo.tools import SQL


class AccountPayment(models.Model):
    """The document page of a payment receipt."""

    _inherit = "account.payment"

    def _finance_portal_get_page_sources(self):
        """Return the rows that the document page of a payment is drawn from."""
        return [("account_payment", SQL("id = %s", self.id))]

    def _finance_portal_get_page_values(self):
        """Return what the document page shows, formatted for the context's language."""
        self.ensure_one()
        label = self.env._("Amount received")
        return {
            "hero": self._finance_portal_make_hero(label, self.amount, [], []),
            "facts": [],
            "parties": [],
            "notes": [],
        }
