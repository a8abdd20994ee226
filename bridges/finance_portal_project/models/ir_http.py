from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _finance_portal_get_closed_parts(cls):
        """Close the routes of Odoo's own project sharing."""
        return super()._finance_portal_get_closed_parts() | {"project_sharing"}
