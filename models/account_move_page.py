from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _finance_portal_get_page_values(self):
        """Return what the document page shows."""
        return {}
