from odoo import http
from odoo.http import request

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing


class FinancePortalPaymentStatus(PaymentPostProcessing):
    """Lead customers on from Odoo's own status page, which all providers send them to."""

    @http.route()
    def display_status(self, **kwargs):
        """Go to our result page after a payment that began on one of our pages."""
        # The base method is sudo: of the visitor's own session
        transaction = self._get_monitored_transaction()
        if transaction.finance_page:
            return request.redirect(transaction.landing_route, code=303)
        return super().display_status(**kwargs)
