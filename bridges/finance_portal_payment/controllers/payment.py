from odoo import http
from odoo.http import request

from odoo.addons.finance_portal.const import PORTAL
from odoo.addons.finance_portal.controllers import grants
from odoo.addons.finance_portal.controllers.documents import FILE, POST, READ
from odoo.addons.finance_portal.controllers.downloads import send_download
from odoo.addons.finance_portal.controllers.portal import FinancePortalPortal
from odoo.addons.finance_portal.failures import LinkGone, ReadOnlyView, StaleForm, UnknownLink
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

# For pages with Odoo's payment form: the form, its scripts and what website apps add to them need
# the current website, which only website routes have. Their addresses have no language: the page
# is in the recipient's language.
WEBSITE = {"website": True, "multilang": False}


# Where payments begin: the page of a document, and the portal's list of invoices, which pays
# several and has no reference.
DOCUMENT, LIST = "/finance/d/<string:ref>/pay", f"{PORTAL}/invoices/pay"


class FinancePortalPayments(FinancePortalPortal):
    """Pay a document: the page with Odoo's form, the start of a payment, and its result."""

    @http.route([DOCUMENT, LIST], **READ, **WEBSITE)
    def pay(self, ref=None, part=None, **_query):
        """Show what is to pay, with Odoo's own payment form."""
        page = request.env["finance.portal.page"]
        return page._respond_pay(self._resolve_payer(ref), part=part, items=self._get_items())

    # Not of Odoo's JSON type: what is no JSON is to have our words and headers, too.
    @http.route([f"{DOCUMENT}/transaction", f"{LIST}/transaction"], **POST)
    def start_payment(self, ref=None, **_form):
        """Start a payment; Odoo's form goes on with what it is told."""
        request.env["finance.portal.throttle"]._hit("deciding")
        access = self._resolve_customer(ref)
        posted = self._read_json()
        page = request.env["finance.portal.page"]
        payable = access._get_payable(self._get_items())
        transaction = payable._finance_portal_start_payment(
            access, posted["params"], grants.get_visit(ref), page._get_payment_form_key(access)
        )
        # By this Odoo's own status page, which providers lead back to, knows it.
        PaymentPostProcessing.monitor_transaction(transaction)
        result = transaction._get_processing_values()
        return page._respond_json(posted.get("id"), result)

    @http.route([f"{DOCUMENT}/result", f"{LIST}/result"], **READ)
    def payment_result(self, ref=None, **_query):
        """Show what became of a payment.

        A bank's app may lead back to another browser than the one that paid.
        """
        page = request.env["finance.portal.page"]
        try:
            access = self._resolve_payer(ref)
        except (UnknownLink, LinkGone) as failure:
            # The browser that paid is told of its payment, though the document is gone.
            if not page._get_payment_news(failure):
                failure.template = "finance_portal_payment.failure_payment_result"
            raise
        return page._respond_payment_result(access)

    @http.route([f"{DOCUMENT}/receipt", f"{LIST}/receipt"], **FILE)
    def payment_receipt(self, ref=None, **_query):
        """Send the receipt of a payment to the browser that made it."""
        access = self._resolve_customer(ref)
        receipt = request.env["finance.portal.page"]._get_receipt(access)
        if request.httprequest.method == "HEAD":
            return request.make_response("", [("Content-Type", "application/pdf")])
        Event, visit = request.env["finance.portal.event"], grants.get_visit(ref)
        # Judged before the PDF is made, as for the document itself.
        visitor = Event._visitor("file", access, visit)
        filename, content = receipt._finance_portal_fetch_pdf()
        subject = access._get_event_subject()
        Event._record("file", visit=visit, file_name=filename, **subject, **visitor)
        return send_download(filename, content, "application/pdf")

    @http.route([f"{DOCUMENT}/again", f"{LIST}/again"], **POST, **WEBSITE)
    def pay_again(self, ref=None, csrf_token=None, item=None, **_form):
        """Give up a payment that came to no end, to start again."""
        request.env["finance.portal.throttle"]._hit("deciding")
        self._check_form(csrf_token, ref)
        access = self._resolve_customer(ref)
        payable = access._get_payable([item] if item else None)
        payable._finance_portal_start_again(access, grants.get_visit(ref))
        return request.redirect(access._get_payment_path(), code=303)

    def _get_items(self):
        """Return the references of the documents that the address names."""
        return request.httprequest.args.getlist("item")

    def _resolve_payer(self, ref):
        """Return the access to what is paid: a document, or without a reference the list."""
        if ref is not None:
            return self._resolve(ref)
        access = request.env["finance.portal.payment.access"]
        return access._make_for(self._need_viewer())

    def _resolve_customer(self, ref):
        """Return the access of the customer: staff who look as them pay nothing."""
        access = self._resolve_payer(ref)
        if access._is_read_only():
            raise ReadOnlyView("a payment while looking as the customer", access=access)
        return access

    def _read_json(self):
        """Return what Odoo's payment form sent.

        :raise StaleForm: it did not come from there
        """
        try:
            posted = request.get_json_data()
        except (ValueError, RecursionError):  # the latter for what is nested too deep
            posted = None
        is_call = isinstance(posted, dict) and isinstance(posted.get("params"), dict)
        if request.httprequest.mimetype != "application/json" or not is_call:
            raise StaleForm("no call of the payment form")
        return posted
