from odoo import api, models
from odoo.fields import Domain


class ProjectMilestone(models.Model):
    _inherit = "project.milestone"

    @api.model
    def _finance_portal_get_shown_domain(self):
        """Return the domain of the milestones that the customer of their project sees."""
        return Domain("project_id.allow_milestones", "=", True) & Domain(
            "project_id.finance_show_milestones", "=", True
        )
