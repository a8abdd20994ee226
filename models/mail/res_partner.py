from odoo import models
from odoo.tools import email_normalize_all


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _finance_portal_get_addresses(self):
        """Return the addresses of this contact, if any: people write several into one field.

        :return: list of normalised addresses, each once
        """
        return list(dict.fromkeys(email_normalize_all(self.email or "")))
