from odoo import http
from odoo.http import request

from ..tools.open_metrics import CONTENT_TYPE


class FinancePortalMetrics(http.Controller):
    """Numbers for the program that watches the server."""

    @http.route(
        "/finance_portal/metrics",
        type="http",
        auth="none",
        methods=["GET"],
        readonly=False,  # requests are counted
        save_session=False,
        sitemap=False,
    )
    def metrics(self, **_query):
        """Send the metrics to whoever has the key; without one, there is nothing here.

        The key comes in a header: addresses are logged.
        """
        # On a server with several databases, none may have been chosen.
        if request.env is None or not request.env["finance.portal.metrics"]._is_on():
            raise request.not_found()
        request.env["finance.portal.throttle"]._hit("viewing")
        metrics = request.env["finance.portal.metrics"]
        if not metrics._is_key(request.httprequest.headers.get("Authorization")):
            raise request.not_found()
        headers = [("Content-Type", CONTENT_TYPE), ("Cache-Control", "no-store")]
        return request.make_response(metrics._get_text(), headers)
