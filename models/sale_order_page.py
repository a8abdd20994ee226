from odoo import models
from odoo.tools import SQL


class SaleOrder(models.Model):
    """The document page of a quote or an order."""

    _inherit = "sale.order"

    def _finance_portal_get_page_sources(self):
        """Return the rows that the document page of a quote or order is drawn from."""
        return [
            ("sale_order", SQL("id = %s", self.id)),
            ("sale_order_line", SQL("order_id = %s", self.id)),
        ]

    def _finance_portal_get_page_values(self):
        """Return what the document page shows, formatted for the context's language."""
        self.ensure_one()
        label = self.env._("Total")
        return {
            "hero": self._finance_portal_make_hero(label, self.amount_total, [], []),
            "facts": [],
            "parties": [],
            "table": self._finance_portal_make_table([]),
            "totals": self._finance_portal_get_total_rows(self.currency_id, "_currency"),
            "notes": [],
        }
