from odoo import api, models

from odoo.addons.finance_portal.const import PORTAL
from odoo.addons.finance_portal.tools.ordered import insert_after


class FinancePortalPage(models.AbstractModel):
    """Time approvals among the pages of the portal."""

    _inherit = "finance.portal.page"

    @api.model
    def _get_sections(self, viewer):
        section = {"time": (f"{PORTAL}/time", self.env._("Timesheets"))}
        return insert_after(super()._get_sections(viewer), "orders", section)

    @api.model
    def _get_lists(self):
        return insert_after(super()._get_lists(), "orders", {"time": "finance.portal.list.time"})
