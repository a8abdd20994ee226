from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """What the record rules say about customers with an account, see ``res_users.py``."""

    _inherit = "res.users"

    def _finance_portal_get_project_rule(self, model):
        """Return what a record rule lets this user see of what belongs to projects.

        :param str model: "project.task" or "project.milestone"
        """
        domain = self._finance_portal_get_rule("project.project", "project_id")
        if not self._finance_portal_is_managed():
            return domain
        return domain & self.env[model]._finance_portal_get_shown_domain()

    def _finance_portal_get_internal_rule(self):
        """Return what a record rule lets this user see of what no customer is shown."""
        return Domain.FALSE if self._finance_portal_is_managed() else Domain.TRUE
