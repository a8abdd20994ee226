from odoo import api, models
from odoo.fields import Domain

from odoo.addons.finance_portal.models.portal.list import Sort


class FinancePortalListTime(models.AbstractModel):
    """Time approvals: those that wait for an answer, and what became of the others."""

    _name = "finance.portal.list.time"
    _description = "Time Approvals in the Portal"
    _inherit = "finance.portal.list"

    @api.model
    def _get_model(self):
        return "finance.portal.time.request"

    @api.model
    def _get_section(self):
        return "time"

    @api.model
    def _get_filters(self):
        return {
            "": (self.env._("All"), Domain.TRUE),
            "answer": (self.env._("Awaiting your answer"), Domain("state", "=", "sent")),
            "approved": (self.env._("Approved"), Domain("state", "=", "approved")),
            "partial": (self.env._("Approved in part"), Domain("state", "=", "partial")),
            "rejected": (self.env._("Rejected"), Domain("state", "=", "rejected")),
        }

    @api.model
    def _get_sorts(self):
        return {
            "": Sort(self.env._("Newest first"), "date_to", descending=True),
            "oldest": Sort(self.env._("Oldest first"), "date_to"),
        }

    @api.model
    def _get_search_fields(self):
        return ["name"]

    @api.model
    def _get_texts(self):
        return {
            "heads": {
                "name": self.env._("Number"),
                "date": self.env._("From"),
                "due": self.env._("To"),
                "amount": self.env._("Time"),
            },
            "empty": self.env._(
                "Hours that we ask you to approve will appear here."
            ),
        }

    @api.model
    def _prepare_cells(self, request):
        return {
            "name": request.name,
            "date": request._finance_portal_day(request.date_from),
            "due": request._finance_portal_day(request.date_to),
            "amount": request._finance_portal_hours(request.hours),
            # In an email no heading says that these are hours.
            "told": request._finance_portal_describe_hours(),
        }

    @api.model
    def _get_waiting(self):
        return self.env._("Hours awaiting your approval"), "answer", "oldest"

    @api.model
    def _get_news(self, request):
        news = {
            "sent": self.env._("Hours to approve"),
            "approved": self.env._("Hours approved"),
            "partial": self.env._("Hours approved in part"),
            "rejected": self.env._("Hours rejected"),
        }
        return news.get(request.state, "")
