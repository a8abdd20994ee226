from odoo import http
from odoo.http import request

from odoo.addons.finance_portal.const import PORTAL
from odoo.addons.finance_portal.controllers.documents import POST, READ
from odoo.addons.finance_portal.controllers.portal import FinancePortalPortal


class FinancePortalProjects(FinancePortalPortal):
    """Projects for their customers: by link, and the list in the portal."""

    @http.route("/finance/p/<string:token>", **READ)
    def exchange_project(self, token, **_query):
        """Trade a mailed token of a project for a grant in the visitor's browser."""
        return self._exchange(token, "p")

    @http.route("/finance/p/<string:key>/request-access", **POST)
    def request_project_access(self, key, **form):
        """Write down that somebody asked for a fresh link, see :meth:`request_access`."""
        return self.request_access(key, **form)

    @http.route(f"{PORTAL}/projects", **READ)
    def projects(self, **query):
        """Show the list of projects."""
        page = request.env["finance.portal.page"]
        return page._respond_list(self._need_viewer(), "projects", query)
