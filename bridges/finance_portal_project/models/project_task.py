from odoo import api, fields, models
from odoo.fields import Domain

# What "closed" means in Odoo; anything else is open.
DONE, CANCELLED = "1_done", "1_canceled"


class ProjectTask(models.Model):
    _inherit = "project.task"

    finance_shown_in_id = fields.Many2one(
        "project.project",
        "Shown in Project",
        index="btree_not_null",
        copy=False,
        help="A task that moves to another project isn't shown there, as that project may be"
        " another customer's.",
    )
    finance_shared = fields.Boolean(
        "Shown to the Customer",
        compute="_compute_finance_shared",
        inverse="_inverse_finance_shared",
        store=True,
        copy=False,
        help="The customer sees this task on the project's page once the project has been sent.",
    )

    @api.depends("project_id", "finance_shown_in_id")
    def _compute_finance_shared(self):
        for task in self:
            shown_in = task.finance_shown_in_id
            task.finance_shared = bool(shown_in) and shown_in == task.project_id

    def _inverse_finance_shared(self):
        for task in self:
            task.finance_shown_in_id = task.finance_shared and task.project_id

    @api.model
    def _finance_portal_get_shown_domain(self):
        """Return the domain of the tasks that the customer of their project sees."""
        # Said here, since customers' lists are searched without Odoo's own filter.
        return (
            Domain("finance_shared", "=", True)
            & Domain("active", "=", True)
            & Domain("has_template_ancestor", "=", False)
        )

    def _portal_get_parent_hash_token(self, pid):
        """Accept no posts on a task through an old email link to its project."""
        # sudo: asked on behalf of visitors
        if self.sudo().project_id._finance_portal_native_closed():
            return False
        return super()._portal_get_parent_hash_token(pid)
