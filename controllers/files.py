from odoo import http
from odoo.http import request

from ..tools.file_names import safe_name
from . import grants
from .documents import FILE, FinancePortalDocuments
from .downloads import send_attachment


class FinancePortalFiles(FinancePortalDocuments):
    """Files that staff show beside a document."""

    @http.route("/finance/d/<string:ref>/file/<string:file_ref>", **FILE)
    def file(self, ref, file_ref, **_query):
        """Send a file."""
        access = self._resolve(ref)
        attachment = request.env["finance.portal.page"]._get_document_file(access, file_ref)
        response = send_attachment(attachment, access)
        if request.httprequest.method != "HEAD" and not access._is_read_only():
            request.env["finance.portal.event"]._record(
                "file",
                access=access,
                visit=grants.get_visit(ref),
                file_name=safe_name(attachment.name),
            )
        return response
