from odoo import api, models
from odoo.fields import Domain


class FinancePortalListOrders(models.AbstractModel):
    """Orders: what was confirmed."""

    _name = "finance.portal.list.orders"
    _description = "Orders in the Portal"
    _inherit = "finance.portal.list.sale.mixin"

    @api.model
    def _get_section(self):
        return "orders"

    @api.model
    def _get_domain(self):
        return Domain("state", "=", "sale")

    @api.model
    def _get_filters(self):
        invoiced = Domain("invoice_status", "=", "invoiced")
        return {
            "": (self.env._("All"), Domain.TRUE),
            "open": (self.env._("Not invoiced yet"), ~invoiced),
            "invoiced": (self.env._("Invoiced"), invoiced),
        }

    @api.model
    def _get_texts(self):
        return {
            "heads": {
                "name": self.env._("Number"),
                "date": self.env._("Date"),
                "amount": self.env._("Amount"),
            },
            "empty": self.env._("Your confirmed orders will appear here."),
        }

    @api.model
    def _warm_up(self, orders):
        # What was paid is read from the invoices, whose items have a hundred fields.
        orders.env["account.move.line"].search_fetch(
            [("sale_line_ids.order_id", "in", orders.ids)], ["move_id"]
        )
        orders.invoice_ids.line_ids.sale_line_ids.mapped("order_id")
        orders.invoice_ids.mapped("finance_waiting")

    @api.model
    def _get_news(self, order):
        return self.env._("Order confirmed")
