from odoo import models
from odoo.http import request

# Routes of Odoo's apps that compare a document's permanent token themselves, without
# `_document_check_access`: the route's record argument, its model, and the field path to the
# document. Apps that aren't installed have no such routes.
OTHER_DOORS = {
    "/my/picking/pdf/<int:picking_id>": ("picking_id", "stock.picking", "sale_id"),
    "/my/picking/return/pdf/<int:picking_id>": ("picking_id", "stock.picking", "sale_id"),
}
CART = "/shop/cart"


class IrHttp(models.AbstractModel):
    """Close the routes that Odoo's own access check doesn't cover (rule L11)."""

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
        """Return the document (sudo) whose token such a route takes, or an empty result."""
        # sudo: the visitor has no rights; only the token is compared
        env = request.env(su=True)
        if address == CART:
            # A quote that staff took back for changes must not reopen as a cart. Orders are safe:
            # Odoo only says that they are complete.
            number = str(params.get("id") or "")
            order_id = int(number) if number.isdecimal() and len(number) < 10 else 0
            order = env["sale.order"].browse(order_id).exists()
            return order.filtered(lambda one: one.state == "draft")
        if address not in OTHER_DOORS:
            return ()
        name, model, path = OTHER_DOORS[address]
        return env[model].browse(params[name]).exists()[path]
