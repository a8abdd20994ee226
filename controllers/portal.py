from odoo import http
from odoo.http import request

from .documents import READ, FinancePortalDocuments


class FinancePortalPortal(FinancePortalDocuments):
    """The pages of the customer portal: find out who looks, then show one page."""

    def _need_viewer(self):
        """Return who looks at the portal; everybody else is sent to sign in."""
        request.env["finance.portal.throttle"]._hit("viewing")
        return request.env["finance.portal.account"]._need_viewer()

    @http.route("/finance/customer-portal", **READ)
    def dashboard(self, **_query):
        """Show what is open, what is due next and what happened lately."""
        return request.env["finance.portal.page"]._respond_portal(
            self._need_viewer(), "finance_portal.portal_dashboard", current="dashboard"
        )
