from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import MissingError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import SQL

# Where the shop keeps the number of a visitor's cart, in their session.
CART_KEY = "sale_order_id"
CARTS_ONLY = "finance_portal_carts_only"
FIND_CART = "_get_and_cache_current_cart"
# What is none, as `_finance_portal_is_cart` has it.
NO_CART = """
    (state <> 'draft' OR website_id IS NULL OR finance_prepared IS TRUE OR finance_reworked IS TRUE)
"""


class SaleOrder(models.Model):
    """Tell a visitor's cart from a draft that staff work on (rule L11).

    A cart belongs to its visitor: Odoo's token opens it, the shop restores it, and whoever holds
    it may change and pay it. A draft that staff work on is not a cart.
    """

    _inherit = "sale.order"

    # Written when an order is created or goes back to draft, so installing rewrites no row. Shop
    # drafts that exist at that time stay carts, since their history isn't known. Orders that were
    # sent, confirmed or cancelled before are marked when they go back to draft.
    finance_prepared = fields.Boolean(
        "Prepared by Staff",
        default=lambda self: self._finance_portal_is_made_by_staff(),
        readonly=True,
        copy=False,
        help="Staff made this quote, or it's back in draft, so it isn't a cart in the shop.",
    )

    @api.model
    def _finance_portal_is_made_by_staff(self):
        """Return whether staff are creating an order; the shop creates carts as the system."""
        return self.env.uid != SUPERUSER_ID and self.env.user._is_internal()

    # === CRUD METHODS === #

    @api.model
    @api.readonly
    def search(self, domain, *args, **kwargs):
        """Leave out drafts that staff work on when the shop looks for a cart."""
        if not self.env.context.get(CARTS_ONLY):
            return super().search(domain, *args, **kwargs)
        carts = Domain("finance_prepared", "=", False) & Domain("finance_reworked", "=", False)
        orders = super(SaleOrder, self.with_context(**{CARTS_ONLY: False}))
        return orders.search(Domain(domain) & carts, *args, **kwargs)

    # === WHOSE IT IS === #

    @api.model
    def _finance_portal_get_staying_condition(self):
        """Leave a cart to its visitor: what they buy is for whom they are with as they buy it."""
        if "website_id" not in self._fields:
            return super()._finance_portal_get_staying_condition()
        return SQL(NO_CART)

    # === NATIVE LINKS === #

    def _finance_portal_is_cart(self):
        """Return whether it is a shop cart, active or abandoned, that staff have not dealt with.

        ``website_id`` is the shop's field.
        """
        return (
            self.state == "draft"
            and not self.finance_prepared
            and not self.finance_reworked
            and "website_id" in self._fields
            and bool(self.website_id)
        )

    # === THE SHOP'S CART === #

    def _register_hook(self):
        """Have the shop adopt nothing but carts.

        Odoo adopts any draft of a signed-in customer, and whatever the session holds, in a method
        of an optional app: it is extended once all apps are loaded, where it exists.
        """
        super()._register_hook()
        website = self.env.registry.get("website")
        if not hasattr(website, FIND_CART):
            return

        def find_cart(self):
            self.env["sale.order"]._finance_portal_leave_session(self)
            looking = self.with_context(**{CARTS_ONLY: CART_KEY not in request.session})
            cart = getattr(super(website, looking), FIND_CART)()
            return cart.with_context(**{CARTS_ONLY: False})

        setattr(website, FIND_CART, find_cart)

    def _unregister_hook(self):
        """Leave the shop's method as it was."""
        website = self.env.registry.get("website")
        if FIND_CART in vars(website or object):
            delattr(website, FIND_CART)
        return super()._unregister_hook()

    @api.model
    def _finance_portal_leave_session(self, website):
        """Remove an order from the visitor's session once it is no longer a cart."""
        # sudo: visitors cannot read orders, not even their own cart
        held = self.sudo().browse(request.session.get(CART_KEY) or [])
        try:
            is_over = held and not held._finance_portal_is_cart()
        except MissingError:
            is_over = True
        if is_over:
            website.sale_reset()
