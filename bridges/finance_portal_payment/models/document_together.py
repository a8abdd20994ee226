from odoo import models


class FinancePortalDocument(models.AbstractModel):
    """What a document must tell of payments that are for several."""

    _inherit = "finance.portal.document"

    def _finance_portal_get_together_domain(self):
        """Return the domain of the invoices that its page pays together, ``None`` for none."""
        return None

    def _finance_portal_get_paid_rows(self, transaction):
        """Return what a payment of several documents settled, see :meth:`_get_values`.

        :return: list of dicts of ``title`` and ``states`` (tone, text)
        """
        return []

    def _finance_portal_get_payment_query(self):
        """Return what an address ends with in order to be about these documents."""
        return ""

    def _finance_portal_is_among(self, documents):
        """Return whether this is one of the documents that a payment is for."""
        return documents._name == self._name and self in documents

    def _finance_portal_shows_all_of(self, payment):
        """Return whether a payment (sudo) is for nothing that the page doesn't show."""
        return len(payment._finance_portal_get_documents()) < 2

    def _finance_portal_get_part(self, payment):
        """Return the amount of a payment (sudo) as its page tells it: what is for this document.

        Whoever sees one of several documents may not see the others, nor what they come to.
        """
        is_all = self._finance_portal_shows_all_of(payment)
        if is_all:
            return payment._finance_portal_get_amount_to_come()
        return self._finance_portal_get_payable()

    def _finance_portal_get_payable_together(self):
        """Return what is left to pay of these documents altogether."""
        return sum(document._finance_portal_get_payable() for document in self)
