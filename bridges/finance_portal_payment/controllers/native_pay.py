"""Close Odoo's own payment links of shared documents (rule L11)."""

from odoo.http import request, route

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.finance_portal.failures import LinkGone
from odoo.addons.payment import utils as payment_utils

# The parameter that names the document in Odoo's payment links; its model, and the fields with the
# contacts for whom Odoo makes such a link.
KINDS = {
    "invoice_id": ("account.move", ("partner_id",)),
    "sale_order_id": ("sale.order", ("partner_id", "partner_invoice_id")),
}


class FinancePortalNativePay(PaymentPortal):
    @route()
    def payment_pay(self, *args, access_token=None, **kwargs):
        """Send whoever holds an old payment link to the "no longer active" page.

        Nobody else: by numbers alone, a stranger would learn which documents there are, and could
        have each customer mailed a link for each of them.
        """
        if not isinstance(access_token, str) or not access_token.isascii():
            access_token = None  # comparing it would fail, and only where there is a document
        for name, (model, payers) in KINDS.items():
            number = self._cast_as_int(kwargs.get(name))
            # sudo: the visitor has no rights; only whether such links are closed
            document = request.env[model].sudo().browse(number or 0).exists()
            if (
                document
                and document._finance_portal_native_closed()
                and self._finance_portal_opens(document, payers, access_token, kwargs)
            ):
                raise LinkGone("native payment link closed", document=document)
        return super().payment_pay(*args, access_token=access_token, **kwargs)

    def _finance_portal_opens(self, document, payers, token, params):
        """Return whether a token is that of one of Odoo's payment links to a document."""
        amount, currency = self._cast_as_float(params.get("amount")), document.currency_id.id
        return any(
            payment_utils.check_access_token(token, document[payer].id, amount, currency)
            for payer in payers
        )
