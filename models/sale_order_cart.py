from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import MissingError
from odoo.fields import Domain
from odoo.http import request

# Where the shop keeps the number of a visitor's cart, in their session.
CART_KEY = "sale_order_id"
CARTS_ONLY = "finance_portal_carts_only"
FIND_CART = "_get_and_cache_current_cart"


class SaleOrder(models.Model):
    """Tell a visitor's cart from a draft that staff work on (rule L11).

    A cart is its visitor's own: Odoo's token opens it, the shop takes it up again, and whoever
    holds it changes and pays it. The same draft order in the hands of staff is none of that.
    """

    _inherit = "sale.order"

    # Written as an order is made or goes back to draft, so installing rewrites no row. Of drafts
    # of the shop's that are there already nobody knows any more whether they were carts all the
    # time: they stay carts. Whatever was sent, ordered or cancelled by then is no cart any more.
    finance_prepared = fields.Boolean(
        "Prepared by Staff",
        default=lambda self: self._finance_portal_is_made_by_staff(),
        readonly=True,
        copy=False,
        help="Staff made this quote, or it's back in draft, so it's nobody's cart in the shop.",
    )

    @api.model
    def _finance_portal_is_made_by_staff(self):
        """Return whether staff make an order now; the shop makes its carts as the system."""
        return self.env.uid != SUPERUSER_ID and self.env.user._is_internal()

    # === CRUD METHODS === #

    @api.model
    @api.readonly
    def search(self, domain, *args, **kwargs):
        """Leave out drafts of staff's where the shop looks for a cart, once."""
        if not self.env.context.get(CARTS_ONLY):
            return super().search(domain, *args, **kwargs)
        carts = Domain("finance_prepared", "=", False) & Domain("finance_reworked", "=", False)
        orders = super(SaleOrder, self.with_context(**{CARTS_ONLY: False}))
        return orders.search(Domain(domain) & carts, *args, **kwargs)

    # === NATIVE LINKS === #

    def _finance_portal_is_cart(self):
        """Return whether it is a cart of the shop's, or left in one: no staff have dealt with it.

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
        """Have the shop take up nothing but carts.

        It takes up any draft of a signed-in customer's, and goes on with whatever the session
        holds. What does so is a method of the website's, which may be missing: so it is extended
        where it is there, once all apps are loaded.
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
        """Have the visitor's session forget a cart that is none any more."""
        # sudo: the visitor cannot read orders, also not their own cart
        held = self.sudo().browse(request.session.get(CART_KEY) or [])
        try:
            is_over = held and not held._finance_portal_is_cart()
        except MissingError:
            is_over = True
        if is_over:
            website.sale_reset()
