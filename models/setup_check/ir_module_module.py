from odoo import models
from odoo.exceptions import UserError

from ...log_masking import is_on_from_the_start


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        """Odoo uninstalls none of the ``server_wide_modules``: say what to do about it."""
        if "finance_portal" in self.mapped("name") and is_on_from_the_start():
            raise UserError(
                self.env._(
                    "Remove finance_portal from server_wide_modules in Odoo's configuration,"
                    " restart Odoo, and uninstall again."
                )
            )
        return super().button_uninstall()
