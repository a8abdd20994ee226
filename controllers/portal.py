from odoo import http
from odoo.http import request

from ..const import ACCOUNT_PREFIX, PORTAL, VISIT_KEY
from ..failures import ReadOnlyView, SignInRequired
from ..tools.file_names import safe_name
from .documents import FILE, READ, FinancePortalDocuments
from .downloads import send_attachment, send_download

MIMETYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


class FinancePortalPortal(FinancePortalDocuments):
    """The pages of the customer portal: find out who the viewer is, then show one page."""

    def _need_viewer(self):
        """Return who looks at the portal.

        :raise SignInRequired: nobody is signed in
        """
        request.env["finance.portal.throttle"]._hit("viewing")
        viewer = request.env["finance.portal.account"]._get_viewer()
        if viewer is None:
            raise SignInRequired("nobody is signed in", next_path=self._get_asked())
        return viewer

    def _get_asked(self):
        """Return the path of the request, with the account that it names."""
        path = request.httprequest.path
        chosen = request.env["finance.portal.account"]._get_chosen()
        return f"{ACCOUNT_PREFIX}{chosen}{path.removeprefix(PORTAL)}" if chosen else path

    def _need_customer(self):
        """Return the viewer if it is the customer; staff who view as them may change nothing.

        From here on, what goes wrong is told in the language of their pages, by Odoo as well.
        """
        viewer = self._need_viewer()
        if viewer.staff:
            raise ReadOnlyView("a change while looking as the customer")
        lang = request.env["finance.portal.page"]._get_viewer_lang(viewer)
        request.update_context(lang=lang)
        return viewer._replace(account=viewer.account.with_context(lang=lang))

    @http.route(PORTAL, **READ)
    def dashboard(self, **_query):
        """Show what is open, what is due next and what happened recently."""
        return request.env["finance.portal.page"]._respond_dashboard(self._need_viewer())

    @http.route(f"{PORTAL}/<any(invoices,payments,quotes,orders):section>", **READ)
    def documents(self, section, **query):
        """Show one of the lists."""
        return request.env["finance.portal.page"]._respond_list(self._need_viewer(), section, query)

    @http.route(f"{PORTAL}/files", **READ)
    def files(self, **query):
        """Show the files of the customer and of their documents."""
        return request.env["finance.portal.page"]._respond_files(self._need_viewer(), query)

    @http.route(f"{PORTAL}/files/<string:ref>", **FILE)
    def shared_file(self, ref, **_query):
        """Send a file that was shared with the customer directly."""
        viewer = self._need_viewer()
        attachment = request.env["finance.portal.page"]._get_shared_file(viewer, ref)
        response = send_attachment(attachment)
        if request.httprequest.method != "HEAD":
            self._record_download("file", viewer, safe_name(attachment.name))
        return response

    @http.route(f"{PORTAL}/statement", **READ)
    def statement(self, **query):
        """Show the statement of a period."""
        return request.env["finance.portal.page"]._respond_statement(self._need_viewer(), query)

    @http.route(f"{PORTAL}/statement/sent", **READ)
    def statements(self, **query):
        """Show the list of statements that were sent."""
        return request.env["finance.portal.page"]._respond_sent_statements(
            self._need_viewer(), query
        )

    @http.route(f"{PORTAL}/statement/<any(pdf,csv):form>", **FILE)
    def statement_file(self, form, **query):
        """Send the statement of a period as a file; without one, show the page that says why."""
        viewer, page = self._need_viewer(), request.env["finance.portal.page"]
        period = page._get_statement_period(viewer, query)
        if not period:
            return page._respond_statement(viewer, query, status=422)
        if request.httprequest.method == "HEAD":
            return request.make_response("", [("Content-Type", MIMETYPES[form])])
        filename, content = page._get_statement_file(viewer, form, period)
        self._record_download("statement", viewer, filename)
        return send_download(filename, content, MIMETYPES[form])

    def _record_download(self, kind, viewer, filename):
        """Have staff see what the customer downloaded; staff themselves leave no trace."""
        if not viewer.staff:
            request.env["finance.portal.event"]._record(
                kind,
                account=viewer.account,
                visit=request.session.get(VISIT_KEY),
                file_name=filename,
            )
