"""Close Odoo's own permanent links to documents that Send to Customer covers (rule L11)."""

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route

from odoo.addons.mail.controllers.mail import MailController
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.sale.controllers.portal import CustomerPortal as SalePortal

from ..failures import LinkGone, NativeAddress, SignInRequired


def check_native_token(model_name, document_id, access_token):
    """Raise when a native token would let the visitor in to a shared document.

    :raise LinkGone: the token is the document's own, but such links are closed
    """
    Document, model = request.env["finance.portal.document"], request.env.get(model_name)
    if not access_token or not Document._finance_portal_includes(model):
        return
    # sudo: the visitor has no rights; only the token is compared
    document = model.sudo().browse(document_id).exists()
    if not document:
        return
    try:
        document._finance_portal_check_native_token(access_token, request.env.user)
    except LinkGone as failure:
        fail(failure)


def fail(failure):
    """Raise a failure; a script is answered with Odoo's own error."""
    if request.dispatcher.routing_type == "http":
        raise failure
    raise AccessError(str(failure)) from failure


def find_by_receipt(model_name, document_id, token):
    """Return the document (as the system) that a Point of Sale receipt opens, or ``None``.

    :raise SignInRequired: the receipt is the document's, and its customer has to sign in
    """
    model = request.env.get(model_name)
    if not token or not request.env["finance.portal.document"]._finance_portal_includes(model):
        return None
    # As Odoo's own check does.
    document = model.with_user(SUPERUSER_ID).browse(document_id).exists()
    shown = document and document._finance_portal_native_closed()
    if not shown or not document._finance_portal_is_opened_by(token):
        return None
    company = document._finance_portal_get_company()
    if not document._finance_portal_get_customer()._finance_portal_requires_sign_in(company):
        return document
    if not document.with_user(request.env.user).has_access("read"):
        path = f"/finance/d/{request.env['finance.portal.scope']._make_ref(document)}"
        fail(SignInRequired("a receipt is no sign-in", document=document, next_path=path))
    return None


def lead_on(model_name, document_id):
    """Raise when a visitor who is signed in nowhere opens a document's address by its number.

    Odoo would send them to a sign-in page that no customer of ours can use. The answer doesn't
    depend on the document, so it doesn't tell which numbers exist.

    :raise NativeAddress: where the visited company keeps Odoo's links closed
    """
    http, model = request.httprequest, request.env.get(model_name)
    if not request.env["finance.portal.document"]._finance_portal_includes(model):
        return
    address = model._finance_portal_get_native_address(document_id)
    if (
        address
        and f"{http.path}/".startswith(f"{address}/")
        and http.method in ("GET", "HEAD")
        and not request.session.uid
        and request.env.company.finance_portal_close_native
    ):
        company = request.env.company
        raise NativeAddress("nobody is signed in", company=company, next_path=address)


class FinancePortalNative(CustomerPortal):
    def _document_check_access(self, model_name, document_id, access_token=None):
        """Send holders of an old native link to the "no longer active" page."""
        check_native_token(model_name, document_id, access_token)
        if document := find_by_receipt(model_name, document_id, access_token):
            return document
        try:
            return super()._document_check_access(model_name, document_id, access_token)
        except (AccessError, MissingError):
            lead_on(model_name, document_id)
            raise

    def _validate_address_values(self, address_values, partner_sudo, *args, **kwargs):
        """Say at the field that the email address of somebody we know can't be changed here."""
        invalid_fields, missing_fields, messages = super()._validate_address_values(
            address_values, partner_sudo, *args, **kwargs
        )
        if partner_sudo and "email" in address_values:
            email = address_values["email"]
            if obstacle := partner_sudo._finance_portal_get_email_obstacle(email):
                invalid_fields.add("email")
                messages.append(obstacle)
        return invalid_fields, missing_fields, messages

    def _get_page_view_values(self, document, access_token, values, *args, **kwargs):
        """Print no native token on the page of a signed-in user, even if they came with one."""
        if (
            request.env["finance.portal.document"]._finance_portal_includes(document)
            and document._finance_portal_native_closed()
        ):
            access_token = None
            kwargs = {name: kwargs[name] for name in kwargs if name not in ("hash", "pid")}
        return super()._get_page_view_values(document, access_token, values, *args, **kwargs)


class FinancePortalMail(MailController):
    @classmethod
    def _redirect_to_record(cls, model, res_id, access_token=None, **kwargs):
        """Send holders of an old native link to the "no longer active" page."""
        if model and res_id:
            check_native_token(model, res_id, access_token)
        return super()._redirect_to_record(model, res_id, access_token=access_token, **kwargs)


class FinancePortalSale(SalePortal):
    @route()
    def portal_quote_document(self, order_id, document_id, access_token=None):
        """Require no token: a signed-in user who may read the quote has none."""
        return super().portal_quote_document(order_id, document_id, access_token)
