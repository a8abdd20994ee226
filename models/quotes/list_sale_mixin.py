from odoo import api, models

from ..portal.list import Sort


class FinancePortalListSaleMixin(models.AbstractModel):
    """What the lists of quotes and of orders have in common: both show sales orders."""

    _name = "finance.portal.list.sale.mixin"
    _description = "List of Sales Orders in the Portal"
    _inherit = "finance.portal.list"

    @api.model
    def _get_model(self):
        return "sale.order"

    @api.model
    def _get_sorts(self):
        return {
            "": Sort(self.env._("Newest first"), "date_order", descending=True),
            "oldest": Sort(self.env._("Oldest first"), "date_order"),
            "amount": Sort(self.env._("Highest amount first"), "amount_total", descending=True),
        }

    @api.model
    def _get_search_fields(self):
        return ["name", "client_order_ref"]

    @api.model
    def _get_read_fields(self):
        return (
            "amount_total", "client_order_ref", "company_id", "currency_id", "date_order", "name",
            "partner_id", "state", "validity_date",
        )  # fmt: skip

    @api.model
    def _prepare_cells(self, order):
        return {
            "name": order.name,
            "detail": order.client_order_ref or "",
            "date": order._finance_portal_day(order.date_order),
            "amount": order._finance_portal_money(order.amount_total),
        }
