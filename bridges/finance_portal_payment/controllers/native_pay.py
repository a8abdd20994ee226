"""Close the ERP's own payment links of shared documents (rule L11)."""

from odoo.http import request, route

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.finance_portal.failures import LinkGone

# What the ERP's payment links name the document by.
KINDS = {"invoice_id": "account.move", "sale_order_id": "sale.order"}


class FinancePortalNativePay(PaymentPortal):
    @route()
    def payment_pay(self, *args, **kwargs):
        """Send whoever holds an old payment link to the "no longer active" page."""
        for name, model in KINDS.items():
            number = self._cast_as_int(kwargs.get(name))
            # sudo: the visitor has no rights; only whether such links are closed
            document = request.env[model].sudo().browse(number or 0).exists()
            if document and document._finance_portal_native_closed():
                raise LinkGone("native payment link closed", document=document)
        return super().payment_pay(*args, **kwargs)
