from odoo import http
from odoo.http import request

from odoo.addons.finance_portal.controllers import grants
from odoo.addons.finance_portal.controllers.documents import (
    FILE,
    POST,
    READ,
    FinancePortalDocuments,
)
from odoo.addons.finance_portal.controllers.downloads import send_download
from odoo.addons.finance_portal.failures import LinkGone, ReadOnlyView, StaleForm, UnknownLink
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

# For pages with Odoo's payment form: the form, its scripts and what website apps add to them need
# the current website, which only website routes have. Their addresses have no language: the page
# is in the recipient's language.
WEBSITE = {"website": True, "multilang": False}


class FinancePortalPayments(FinancePortalDocuments):
    """Pay a document: the page with the ERP's form, the start of a payment, and its result."""

    @http.route("/finance/d/<string:ref>/pay", **READ, **WEBSITE)
    def pay(self, ref, part=None, **_query):
        """Show what is to pay, with the ERP's own payment form."""
        return request.env["finance.portal.page"]._respond_pay(self._resolve(ref), part=part)

    # Not of the ERP's JSON type: what is no JSON is to have our words and headers, too.
    @http.route("/finance/d/<string:ref>/pay/transaction", **POST)
    def start_payment(self, ref, **_form):
        """Start a payment; the ERP's form goes on with what it is told."""
        request.env["finance.portal.throttle"]._hit("deciding")
        access = self._resolve_customer(ref)
        posted = self._read_json()
        page = request.env["finance.portal.page"]
        transaction = access._get_payable()._finance_portal_start_payment(
            access, posted["params"], grants.get_visit(ref), page._get_payment_form_key(access)
        )
        # By this the ERP's own status page, which providers lead back to, knows it.
        PaymentPostProcessing.monitor_transaction(transaction)
        result = transaction._get_processing_values()
        return page._respond_json(posted.get("id"), result)

    @http.route("/finance/d/<string:ref>/pay/result", **READ)
    def payment_result(self, ref, **_query):
        """Show what became of a payment.

        A bank's app may lead back to another browser than the one that paid.
        """
        page = request.env["finance.portal.page"]
        try:
            access = self._resolve(ref)
        except (UnknownLink, LinkGone) as failure:
            # The browser that paid is told of its payment, though the document is gone.
            if not page._get_payment_news(failure):
                failure.template = "finance_portal_payment.failure_payment_result"
            raise
        return page._respond_payment_result(access)

    @http.route("/finance/d/<string:ref>/pay/receipt", **FILE)
    def payment_receipt(self, ref, **_query):
        """Send the receipt of a payment to the browser that made it."""
        access = self._resolve_customer(ref)
        receipt = request.env["finance.portal.page"]._get_receipt(access)
        if request.httprequest.method == "HEAD":
            return request.make_response("", [("Content-Type", "application/pdf")])
        Event, visit = request.env["finance.portal.event"], grants.get_visit(ref)
        # Judged before the PDF is made, as for the document itself.
        visitor = Event._visitor("file", access, visit)
        filename, content = receipt._finance_portal_fetch_pdf()
        Event._record("file", access=access, visit=visit, file_name=filename, **visitor)
        return send_download(filename, content, "application/pdf")

    @http.route("/finance/d/<string:ref>/pay/again", **POST, **WEBSITE)
    def pay_again(self, ref, csrf_token=None, **_form):
        """Give up a payment that came to no end, to start again."""
        request.env["finance.portal.throttle"]._hit("deciding")
        self._check_form(csrf_token, ref)
        access = self._resolve_customer(ref)
        access._get_payable()._finance_portal_start_again(access, grants.get_visit(ref))
        return request.redirect(f"/finance/d/{ref}/pay", code=303)

    def _resolve_customer(self, ref):
        """Return the access of the customer: staff who look as them pay nothing."""
        access = self._resolve(ref)
        if access._is_read_only():
            raise ReadOnlyView("a payment while looking as the customer", access=access)
        return access

    def _read_json(self):
        """Return what the ERP's payment form sent.

        :raise StaleForm: it did not come from there
        """
        try:
            posted = request.get_json_data()
        except ValueError:
            posted = None
        is_call = isinstance(posted, dict) and isinstance(posted.get("params"), dict)
        if request.httprequest.mimetype != "application/json" or not is_call:
            raise StaleForm("no call of the payment form")
        return posted
