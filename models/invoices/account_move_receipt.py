from odoo import models
from odoo.http import request
from odoo.tools import consteq


class AccountMove(models.Model):
    """Show an invoice to whoever scans its Point of Sale receipt, as Odoo does (rule L11).

    Odoo redirects the customer to the invoice with the invoice's permanent token, which stays
    closed. The receipt's own token, which the visitor came with, takes its place: it shows this
    one invoice, and doesn't allow posting, answering or requesting an account.

    Point of Sale has no hook for this, so we test for its field.
    """

    _inherit = "account.move"

    def _finance_portal_get_receipt_token(self):
        """Return the receipt token of this request; empty while rendering an email or a PDF."""
        if not request or self.env.context.get("finance_portal_by_program"):
            return ""
        token = request.params.get("access_token")
        return token if self._finance_portal_is_opened_by(token) else ""

    def _finance_portal_is_opened_by(self, token):
        """Return whether ``token`` belongs to a receipt that this invoice was made for."""
        if not isinstance(token, str) or not token or "pos_order_ids" not in self._fields:
            return False
        # sudo: the visitor has no rights; only the token is compared
        move = self.sudo()
        own = filter(None, move.pos_order_ids.mapped("access_token"))
        opened = any(consteq(one.encode(), token.encode()) for one in own)
        return opened and move._finance_portal_is_shareable()
