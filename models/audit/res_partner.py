from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _finance_portal_prepare_event_values(self):
        """Return what an event stores about a contact."""
        return {
            "partner_id": self.id,
            "email": self.email_normalized,
            "company_id": (self.company_id or self.env.company).id,
        }
