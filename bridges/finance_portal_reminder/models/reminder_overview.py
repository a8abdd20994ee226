from odoo import models

from odoo.addons.finance_portal.models.sharing.overview_items import make_item, open_form


class FinancePortalReminder(models.Model):
    """Name a customer on the overview who is not reminded, and why; it leads to the reminder."""

    _inherit = "finance.portal.reminder"

    def _finance_portal_get_overview_item(self):
        """Return one line of the overview, see ``make_item``."""
        return make_item(
            self.customer_id.display_name,
            self.documents,
            self.currency_id.format(self.amount),
            self.reason,
            open_form(self),
        )
