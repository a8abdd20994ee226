from odoo import models
from odoo.http import request
from odoo.tools import consteq


class AccountMove(models.Model):
    """Show a till's invoice to whoever scans its receipt, as Odoo's till does (rule L11).

    The till leads who holds a receipt to the invoice, with the invoice's permanent token. That
    stays closed. The receipt's own token, with which the visitor came, takes its place: it shows
    this one invoice, and lets nobody write, answer or ask for an account.

    The till has no hook for this, so its field is looked for: it is there with the till's app.
    """

    _inherit = "account.move"

    def _finance_portal_get_receipt_token(self):
        """Return the receipt's token that this request came with; none for an email or a PDF."""
        if not request or self.env.context.get("finance_portal_no_receipt"):
            return ""
        token = request.params.get("access_token")
        return token if self._finance_portal_is_opened_by(token) else ""

    def _finance_portal_is_opened_by(self, token):
        """Return whether ``token`` is that of a receipt that was invoiced with this."""
        if not isinstance(token, str) or not token or "pos_order_ids" not in self._fields:
            return False
        # sudo: the visitor has no rights; only the token is compared
        move = self.sudo()
        own = filter(None, move.pos_order_ids.mapped("access_token"))
        opened = any(consteq(one.encode(), token.encode()) for one in own)
        return opened and move._finance_portal_is_shareable()

    def _generate_and_send(self, *args, **kwargs):
        """Write no receipt's token into what is mailed while its holder waits."""
        quiet = self.with_context(finance_portal_no_receipt=True)
        return super(AccountMove, quiet)._generate_and_send(*args, **kwargs)
