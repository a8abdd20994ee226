from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _finance_portal_get_open_parts(cls):
        """Open what Odoo's payment forms talk to, for who pays in a shop."""
        return super()._finance_portal_get_open_parts() | {"payment"}
