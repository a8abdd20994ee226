from odoo import http
from odoo.http import request

from ..const import PORTAL, VISIT_KEY
from ..failures import ReadOnlyView
from .documents import READ, FinancePortalDocuments


class FinancePortalPortal(FinancePortalDocuments):
    """The pages of the customer portal: find out who looks, then show one page."""

    def _need_viewer(self):
        """Return who looks at the portal; everybody else is sent to sign in."""
        request.env["finance.portal.throttle"]._hit("viewing")
        return request.env["finance.portal.account"]._need_viewer()

    def _need_customer(self):
        """Return the viewer, who is the customer: staff who look as them change nothing."""
        viewer = self._need_viewer()
        if viewer.staff:
            raise ReadOnlyView("a change while looking as the customer")
        return viewer

    def _get_visit(self):
        """Return the identifier of the visit that began with the sign-in."""
        return request.session.get(VISIT_KEY)

    @http.route(PORTAL, **READ)
    def dashboard(self, **_query):
        """Show what is open, what is due next and what happened lately."""
        return request.env["finance.portal.page"]._respond_dashboard(self._need_viewer())

    @http.route(f"{PORTAL}/<any(invoices,payments,quotes,orders):section>", **READ)
    def documents(self, section, **query):
        """Show one of the lists."""
        return request.env["finance.portal.page"]._respond_list(self._need_viewer(), section, query)

    @http.route(f"{PORTAL}/files", **READ)
    def files(self, **query):
        """Show the files of the customer and of their documents."""
        return request.env["finance.portal.page"]._respond_files(self._need_viewer(), query)

    @http.route(f"{PORTAL}/files/<string:ref>", **READ)
    def shared_file(self, ref, **_query):
        """Send a file that was shared with the customer directly."""
        return request.env["finance.portal.page"]._respond_shared_file(
            self._need_viewer(), ref, self._get_visit()
        )

    @http.route(f"{PORTAL}/statement", **READ)
    def statement(self, **query):
        """Show the statement of a period."""
        return request.env["finance.portal.page"]._respond_statement(self._need_viewer(), query)

    @http.route(f"{PORTAL}/statement/<any(pdf,csv):form>", **READ)
    def statement_file(self, form, **query):
        """Send the statement of a period as a file."""
        return request.env["finance.portal.page"]._respond_statement_file(
            self._need_viewer(), form, query, self._get_visit()
        )
