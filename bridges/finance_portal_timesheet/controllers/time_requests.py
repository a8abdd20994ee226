from odoo import http
from odoo.http import request

from odoo.addons.finance_portal.const import PORTAL
from odoo.addons.finance_portal.controllers.documents import POST, READ
from odoo.addons.finance_portal.controllers.portal import FinancePortalPortal


class FinancePortalTime(FinancePortalPortal):
    """The addresses of time approvals; their page and answers are those of every document."""

    @http.route("/finance/t/<string:token>", **READ)
    def exchange_time(self, token, **_query):
        """Trade a mailed token of a time approval for a grant in the visitor's browser."""
        return self._exchange(token, "t")

    @http.route("/finance/t/<string:key>/request-access", **POST)
    def request_access_to_time(self, key, **form):
        """Write down that somebody asked for a fresh link, see :meth:`request_access`."""
        return self.request_access(key, **form)

    @http.route(f"{PORTAL}/time", **READ)
    def time_requests(self, **query):
        """Show the list of time approvals."""
        return request.env["finance.portal.page"]._respond_list(self._need_viewer(), "time", query)
