from werkzeug.http import parse_accept_header

from odoo import http
from odoo.http import STATIC_CACHE_LONG, request

from ..models.web.page_assets import ASSETS, load_asset


class FinancePortalAssets(http.Controller):
    """Stylesheet and scripts of customers' pages."""

    @http.route(
        "/finance_portal/asset/<string:version>/<string:name>",
        type="http",
        auth="none",
        methods=["GET"],
        readonly=True,
        save_session=False,
        sitemap=False,
    )
    def asset(self, version, name, **_query):
        """Send a file, compressed if the browser supports that."""
        if name not in ASSETS:
            raise request.not_found()
        asset = load_asset(name)
        # Somebody who still has a page of the version before gets what there is now.
        age = STATIC_CACHE_LONG if version == asset.version else 0
        headers = [
            ("Content-Type", asset.mimetype),
            ("Cache-Control", f"public, max-age={age}, immutable" if age else "no-cache"),
            ("Vary", "Accept-Encoding"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        accepted = parse_accept_header(request.httprequest.headers.get("Accept-Encoding"))
        if accepted.quality("gzip"):
            return request.make_response(asset.compressed, [*headers, ("Content-Encoding", "gzip")])
        return request.make_response(asset.content, headers)
