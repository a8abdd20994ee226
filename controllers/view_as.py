from odoo import http
from odoo.http import request

from ..const import PORTAL, VIEW_AS_KEY
from .documents import POST, FinancePortalDocuments


class FinancePortalViewAs(FinancePortalDocuments):
    """Let staff stop viewing the portal as a customer."""

    @http.route(f"{PORTAL}/end-view", **POST)
    def end_view(self, csrf_token=None, **_form):
        """End viewing as a customer, and go back to that contact."""
        self._check_form(csrf_token)
        grant = request.session.pop(VIEW_AS_KEY, None)
        path = f"/odoo/res.partner/{grant['contact']}" if grant else "/odoo"
        return request.redirect(path, code=303)
