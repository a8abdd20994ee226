from odoo import api, models
from odoo.fields import Domain

from odoo.addons.finance_portal.models.portal.list import Sort


class FinancePortalListProjects(models.AbstractModel):
    """Projects that were shared with the customer."""

    _name = "finance.portal.list.projects"
    _description = "Projects in the Portal"
    _inherit = "finance.portal.list"

    @api.model
    def _get_model(self):
        return "project.project"

    @api.model
    def _get_section(self):
        return "projects"

    @api.model
    def _get_filters(self):
        done = self.env["project.project"]._finance_portal_get_done_domain()
        return {
            "": (self.env._("All"), Domain.TRUE),
            "open": (self.env._("In progress"), ~done),
            "done": (self.env._("Done"), done),
        }

    @api.model
    def _get_sorts(self):
        return {
            "": Sort(self.env._("Newest first"), "finance_shared_on", descending=True),
            "oldest": Sort(self.env._("Oldest first"), "finance_shared_on"),
            "ending": Sort(self.env._("Ending soonest first"), "date", nullable=True),
        }

    @api.model
    def _get_search_fields(self):
        return ["name"]

    @api.model
    def _get_search_hint(self):
        return self.env._("Project name")

    @api.model
    def _get_texts(self):
        return {
            "heads": {
                "name": self.env._("Project"),
                "date": self.env._("Shared on"),
                "due": self.env._("Planned end"),
                "amount": self.env._("Tasks"),
            },
            "empty": self.env._("Projects that we share with you will appear here."),
        }

    @api.model
    def _prepare_cells(self, project):
        return {
            "name": project.name,
            "date": project._finance_portal_day(project.finance_shared_on),
            "due": project._finance_portal_day(project.date),
            "amount": self._get_progress(project),
        }

    @api.model
    def _get_progress(self, project):
        """Return how many tasks are done, in words: on a card no label stands beside it."""
        progress = project._finance_portal_get_progress_text()
        return progress and self.env._("%(progress)s done", progress=progress)

    @api.model
    def _get_news(self, project):
        return self.env._("Project shared with you")
