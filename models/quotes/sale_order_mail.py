from odoo import api, models
from odoo.exceptions import AccessError

from .sale_order import PENDING


class SaleOrder(models.Model):
    """What emails say of a quote or an order first."""

    _inherit = "sale.order"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Have a job mail only what its maker may send."""
        orders = super().create(vals_list)
        orders.filtered(PENDING)._finance_portal_check_may_have_mailed()
        return orders

    def _finance_portal_check_may_have_mailed(self):
        """Raise unless the user may have these mailed by a job, which does it as the system.

        :raise AccessError: naming the remedy
        """
        for order in self.browse() if self.env.su else self:
            if obstacle := order._finance_portal_get_right_obstacle():
                raise AccessError(obstacle)

    # === EMAILS === #

    @api.depends_context("lang")
    def _compute_type_name(self):
        """Name the kind in the customer's language, though it was just shown in another one."""
        return super()._compute_type_name()

    def _finance_portal_get_mail_hero(self):
        order = self._finance_portal_in_company_time()  # as on the page
        hero = order._finance_portal_get_hero()
        days = order._finance_portal_get_days_left()
        if not order._finance_portal_is_quote() or days is None or days < 0:
            return {**hero, "headline": hero["amount"]}
        until = order.validity_date
        valid = self.env._("Valid until %(date)s", date=order._finance_portal_day(until))
        headline = self.env._(
            "%(amount)s, valid until %(date)s",
            amount=hero["amount"],
            date=order._finance_portal_short_day(until),
        )
        return {**hero, "notes": [valid, *hero["notes"]], "headline": headline}

    def _finance_portal_get_mail_subject(self):
        """Leave it to Odoo to say that an order waits for its payment."""
        # sudo: only whether a payment waits
        pending = self.sudo().get_portal_last_transaction().state == "pending"
        if pending and self._finance_portal_is_quote():
            return ""
        return super()._finance_portal_get_mail_subject()

    def _finance_portal_get_kind_words(self):
        """Leave it to Odoo to name files, a payment that waits, and what a shop delivers where."""
        order = self.sudo()  # sudo: only what else Odoo's message would say
        pending = order.get_portal_last_transaction().state == "pending"
        # Of an app that needn't be there: Odoo's own template asks the same way.
        from_shop = "website_id" in order._fields and order.website_id
        if self.state == "cancel" or pending or from_shop or order._get_product_documents():
            return ""
        if self._finance_portal_is_quote():
            return self.env._("Thank you for your interest. Please take a look at our quote.")
        return self.env._("Thank you! Your order is confirmed.")
