from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _finance_portal_get_closed_parts(cls):
        """Close what Odoo's own project sharing writes to."""
        return super()._finance_portal_get_closed_parts() | {"project_sharing"}
