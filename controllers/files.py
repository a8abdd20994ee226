from odoo import http
from odoo.http import request

from . import grants
from .documents import READ, FinancePortalDocuments


class FinancePortalFiles(FinancePortalDocuments):
    """Files that staff show beside a document."""

    @http.route("/finance/d/<string:ref>/file/<string:file_ref>", **READ)
    def file(self, ref, file_ref, **_query):
        """Send a file."""
        access = self._resolve(ref)
        return request.env["finance.portal.page"]._respond_file(
            access, file_ref, grants.get_visit(ref)
        )
