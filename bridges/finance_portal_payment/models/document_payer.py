from odoo import api, models
from odoo.tools import SQL

# Of payments that a customer made before it joined the one that it leaves now.
KEEP_PAYER = """
    UPDATE payment_transaction SET finance_customer_id = %(customer)s
     WHERE finance_customer_id IN %(contacts)s
"""


class FinancePortalDocument(models.AbstractModel):
    """In whose name the money for a document is paid and booked.

    The contact it names may be with another customer by now, who must not get this one's money.
    """

    _inherit = "finance.portal.document"

    def _finance_portal_get_billed(self):
        """Return the contact to whom it is billed."""
        return self.partner_id

    def _finance_portal_get_paying_customer(self):
        """Return the customer who pays it: its own, unless another one is billed."""
        billed = self._finance_portal_get_billed()
        is_own = billed.commercial_partner_id == self.partner_id.commercial_partner_id
        return self._finance_portal_get_customer() if is_own else billed.commercial_partner_id

    def _finance_portal_get_payer(self):
        """Return the partner in whose name Odoo books a payment: who is billed, as a rule."""
        billed = self._finance_portal_get_billed()
        customer = self._finance_portal_get_paying_customer()
        return billed if billed.commercial_partner_id == customer else customer

    def _finance_portal_is_paid_by(self, payment):
        """Return whether a payment (sudo) is its customer's, not of who had the document before.

        On Odoo's own pages, anybody may pay for somebody else.
        """
        if not payment.finance_page:
            return True
        # The books come first: staff may have given the money to whom it really came from.
        booked = payment.payment_id or payment.child_transaction_ids.payment_id[:1]
        payer = (booked or payment)._finance_portal_get_customer()
        return payer in (
            self._finance_portal_get_customer() | self._finance_portal_get_paying_customer()
        )

    @api.model
    def _finance_portal_leave_behind(self, contacts, customer):
        """Leave it its money, too, whichever of its contacts it was the money of before."""
        result = super()._finance_portal_leave_behind(contacts, customer)
        values = {"customer": customer.id, "contacts": tuple(contacts.ids)}
        self.env.cr.execute(SQL(KEEP_PAYER, **values))
        self.env["payment.transaction"].invalidate_model(["finance_customer_id"])
        return result
