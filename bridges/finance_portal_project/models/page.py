from odoo import api, models

from odoo.addons.finance_portal.const import PORTAL
from odoo.addons.finance_portal.tools.ordered import insert_after


class FinancePortalPage(models.AbstractModel):
    """The portal has a page for projects."""

    _inherit = "finance.portal.page"

    @api.model
    def _get_sections(self, viewer):
        sections = super()._get_sections(viewer)
        projects = {"projects": (f"{PORTAL}/projects", self.env._("Projects"))}
        return insert_after(sections, "orders", projects)

    @api.model
    def _get_lists(self):
        return {**super()._get_lists(), "projects": "finance.portal.list.projects"}
