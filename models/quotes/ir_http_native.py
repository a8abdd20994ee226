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
LARGEST_ID = 2**31 - 1


class IrHttp(models.AbstractModel):
    """Close the routes that Odoo's own access check doesn't cover (rule L11)."""

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        if token := request.params.get("access_token"):
            for address in endpoint.routing["routes"]:
                # What may be read is no cart for that, which its reader changes and pays.
                reader = request.env.user if address != CART else None
                for document in cls._finance_portal_find_behind(address, request.params):
                    document._finance_portal_check_native_token(token, reader)
                if address == CART:
                    # Odoo merges an older cart into what the session holds without looking at it.
                    request.env["sale.order"]._finance_portal_leave_session(request.website)
        return super()._dispatch(endpoint)

    @classmethod
    def _finance_portal_find_behind(cls, address, params):
        """Return the document (sudo) whose token such a route takes, or an empty result."""
        # sudo: the visitor has no rights; only the token is compared
        env = request.env(su=True)
        if address == CART:
            # A quote that staff took back for changes must not reopen as a cart. Orders are safe:
            # Odoo only says that they are complete.
            order = env["sale.order"].browse(cls._finance_portal_read_id(params.get("id"))).exists()
            return order.filtered(lambda one: one.state == "draft")
        if address not in OTHER_DOORS:
            return ()
        name, model, path = OTHER_DOORS[address]
        return env[model].browse(params[name]).exists()[path]

    @classmethod
    def _finance_portal_read_id(cls, text):
        """Return the id that Odoo reads from a parameter, 0 where it finds none."""
        try:
            number = int(text or 0)
        except (TypeError, ValueError):
            return 0
        return number if 0 < number <= LARGEST_ID else 0
