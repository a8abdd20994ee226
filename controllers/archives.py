from odoo import http
from odoo.http import request

from ..const import PORTAL
from .documents import FILE, READ
from .downloads import keep_private, send_archive
from .portal import FinancePortalPortal


class FinancePortalArchives(FinancePortalPortal):
    """All invoices of a period in one file, for customers and for staff."""

    @http.route(f"{PORTAL}/invoices/download", **READ)
    def archive_page(self, **query):
        """Show how much a download of all invoices would be."""
        return request.env["finance.portal.page"]._respond_archive(self._need_viewer(), query)

    @http.route(f"{PORTAL}/invoices/download/zip", **FILE)
    def archive(self, **query):
        """Send all invoices of a period; when that can't be, show the page that says why."""
        viewer, page = self._need_viewer(), request.env["finance.portal.page"]
        if not viewer.staff:
            request.env["finance.portal.throttle"]._hit("archives", f"account {viewer.account.id}")
        archive = page._get_archive(viewer, query)
        if not archive:
            return page._respond_archive(viewer, query, status=422)
        response, begins = send_archive(archive)
        if request.httprequest.method != "HEAD" and not viewer.staff:
            Event = request.env["finance.portal.event"]
            # Whoever asks for the rest of it has begun it, and that was recorded.
            if begins or not Event._was_recorded("archive", viewer.account, archive.filename):
                self._record_download("archive", viewer, archive.filename)
        return response

    @http.route(
        "/finance_portal/archive/<int:dialog_id>", type="http", auth="user", methods=["GET"]
    )
    def staff_archive(self, dialog_id):
        """Send staff the invoices that they chose."""
        dialog = request.env["finance.portal.download"]._find_own(dialog_id)
        archive = dialog and dialog._get_archive()
        if not archive:
            raise request.not_found()
        response, begins = send_archive(archive)
        if request.httprequest.method != "HEAD":
            dialog._record_download(archive.filename, begins)
        return keep_private(response)
