from odoo import models
from odoo.http import request

# Addresses of Odoo's apps that compare a document's permanent token themselves, past
# `_document_check_access`: what names a record in them, its model, and its way to the document.
# An app that is not installed has no such address.
OTHER_DOORS = {
    "/my/picking/pdf/<int:picking_id>": ("picking_id", "stock.picking", "sale_id"),
    "/my/picking/return/pdf/<int:picking_id>": ("picking_id", "stock.picking", "sale_id"),
}
CART = "/shop/cart"


class IrHttp(models.AbstractModel):
    """Close the doors that Odoo's own check does not guard (rule L11)."""

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        if token := request.params.get("access_token"):
            for address in endpoint.routing["routes"]:
                for document in cls._finance_portal_find_behind(address, request.params):
                    document._finance_portal_check_native_token(token, request.env.user)
        return super()._dispatch(endpoint)

    @classmethod
    def _finance_portal_find_behind(cls, address, params):
        """Return the document (sudo) whose token such an address takes; it may be none."""
        # sudo: the visitor has no rights; only the token is compared
        env = request.env(su=True)
        if address == CART:
            # A quote that staff took back to change it is no cart to go on with. What was ordered
            # shows nothing there: Odoo says that it was.
            number = str(params.get("id") or "")
            order_id = int(number) if number.isdecimal() and len(number) < 10 else 0
            order = env["sale.order"].browse(order_id).exists()
            return order.filtered(lambda one: one.state == "draft")
        if address not in OTHER_DOORS:
            return ()
        name, model, path = OTHER_DOORS[address]
        return env[model].browse(params[name]).exists()[path]
