from odoo import http
from odoo.http import request
from odoo.tools import consteq

from ..failures import CookiesBlocked, FileGone, PortalFailure, StaleForm
from . import grants
from .downloads import send_download

# Whatever else stands in a query or a form is ignored without a word in the log: tracking
# parameters that mail programs add, and what a visitor makes up. "finance_portal" marks a route
# as ours: the path can't, since a website may have pages under the same prefix.
OWN = {"type": "http", "auth": "public", "sitemap": False, "finance_portal": True}
READ = {**OWN, "methods": ["GET"]}
# What a browser saves. Who isn't signed in gets an error: a page would be saved as the file.
FILE = {**READ, "finance_portal_file": True}
# Our own check answers in plain words where Odoo's answers with a bare 400.
POST = {**OWN, "methods": ["POST"], "csrf": False}


class FinancePortalDocuments(http.Controller):
    """A document for its customer: check their link or account, then do one thing."""

    @http.route("/finance/i/<string:token>", **READ)
    def exchange(self, token, **_query):
        """Exchange a mailed token for a grant in the visitor's browser."""
        return self._exchange(token, "i")

    # Anything shorter isn't a token: a website may have pages such as /q/opening-hours.
    @http.route("/q/<string(minlength=43):token>", **READ)
    def exchange_quote(self, token, **_query):
        """Exchange a mailed token of a quote, see :meth:`exchange`."""
        return self._exchange(token, "q")

    def _exchange(self, token, prefix):
        request.env["finance.portal.throttle"]._hit("viewing")
        link = request.env["finance.portal.link"]._resolve_token(
            token, prefix, let_in=grants.get_refs()
        )
        visit = grants.give(link)
        request.env["finance.portal.event"]._record("opened", access=link, visit=visit)
        return self._redirect_with_grant(f"/finance/d/{link.ref}")

    def _redirect_with_grant(self, path):
        """Redirect a browser that was just given a grant to the page it opens.

        One that came without any cookie is asked on the way whether it keeps them.
        """
        return request.redirect(path if grants.has_cookies() else f"{path}?cookies=1", code=303)

    def _check_cookies(self):
        """Go on to the page that a grant opens, see :meth:`_redirect_with_grant`.

        :raise CookiesBlocked: the browser did not keep the grant
        """
        if not grants.has_cookies():
            raise CookiesBlocked("the browser keeps no cookies")
        return request.redirect(request.httprequest.path, code=303)

    def _resolve(self, ref):
        """Return the access that this visitor has by a public reference."""
        request.env["finance.portal.throttle"]._hit("viewing")
        return request.env["finance.portal.access"]._resolve(ref, grants.get(ref))

    @http.route("/finance/d/<string:ref>", **READ)
    def page(self, ref, cookies=None, **_query):
        """Show the document."""
        if cookies:
            return self._check_cookies()
        return request.env["finance.portal.page"]._respond_document(self._resolve(ref))

    @http.route("/finance/d/<string:ref>/pdf", **FILE)
    def pdf(self, ref, **_query):
        """Send the official PDF."""
        access = self._resolve(ref)
        # sudo: the resolver let the visitor in to this one document
        document = access._get_document().sudo().with_company(access.company_id)
        if not document._finance_portal_has_pdf():
            raise FileGone("this kind of document has no PDF", access=access)
        if request.httprequest.method == "HEAD":
            return request.make_response("", [("Content-Type", "application/pdf")])
        Event, visit = request.env["finance.portal.event"], grants.get_visit(ref)
        # Judged before the PDF is made, which can take seconds: how soon somebody asks tells.
        visitor = Event._visitor("pdf", access, visit)
        # Staff who look as the customer leave nothing behind, not even the PDF.
        as_staff = access._is_read_only()
        filename, content = document._finance_portal_fetch_pdf(
            bucket=None if as_staff else "rendering", keep=not as_staff
        )
        Event._record("pdf", access=access, visit=visit, **visitor)
        return send_download(filename, content, "application/pdf")

    @http.route("/finance/d/<string:ref>/seen", **POST)
    def seen(self, ref, csrf_token=None, gesture=None, **_form):
        """Record that a person looks at the page, maybe with a hand on it."""
        self._check_form(csrf_token, ref)
        access = self._resolve(ref)
        request.env["finance.portal.event"]._record_view(
            access, grants.get_visit(ref), has_gesture=gesture == "1"
        )
        return request.make_response("", status=204)

    @http.route("/finance/d/<string:ref>/end", **POST)
    def end(self, ref, csrf_token=None, **_form):
        """Forget the document on this device."""
        self._check_form(csrf_token, ref)
        access = self._resolve(ref)
        request.env["finance.portal.event"]._record(
            "ended", access=access, visit=grants.get_visit(ref)
        )
        grants.forget(ref)
        page = request.env["finance.portal.page"]
        response = page._respond(
            "finance_portal.visit_ended",
            page._get_way_on(),
            company=access.company_id,
            lang=access._get_lang(),
        )
        page._forget_look(response)
        return response

    @http.route("/finance/d/<string:ref>/account", **POST)
    def account(self, ref, csrf_token=None, **_form):
        """Mail the recipient of a link the link to set up an account."""
        request.env["finance.portal.throttle"]._hit("recovery")
        self._check_form(csrf_token, ref)
        access = self._resolve(ref)
        address = request.env["finance.portal.account"]._invite_by_link(access)
        return request.env["finance.portal.page"]._respond_invited(
            access, address, document_path=f"/finance/d/{ref}"
        )

    @http.route(
        [
            "/finance/i/<string:key>/request-access",
            "/q/<string:key>/request-access",
            "/finance/d/<string:key>/request-access",
        ],
        **POST,
    )
    def request_access(self, key, lang=None, everything=None, **_form):
        """Write down that somebody asked for a fresh link, or for links to everything still open.

        The answer is the same for any link, and whether anything is open or not.

        No proof that our page sent the form is needed: all that comes of it is an email to the
        address on file, and a browser that blocks cookies has none.
        """
        request.env["finance.portal.throttle"]._hit("recovery")
        request.env["finance.portal.access.request"]._submit(key, bool(everything))
        page = request.env["finance.portal.page"]
        last_lang, company = page._get_last_look()
        return page._respond(
            "finance_portal.access_requested",
            {"everything": bool(everything), **page._get_way_on(self._find_open(key))},
            company=company,
            lang=last_lang or lang,
        )

    def _find_open(self, ref):
        """Return a public reference if its document is open for this visitor, else ``None``."""
        try:
            request.env["finance.portal.access"]._resolve(ref, grants.get(ref))
        except PortalFailure:
            return None
        return ref

    def _check_form(self, csrf_token, ref=None, *, is_visitors=False):
        """Raise unless our own page sent this form.

        :param str ref: the reference of the document that the form belongs to, if any
        :param bool is_visitors: whether it is for people who aren't signed in yet
        :raise CookiesBlocked: the browser sent no cookie, which any page of ours sets
        :raise StaleForm: it wasn't our page
        """
        # Odoo's own check breaks on an uploaded file or on letters it never hands out.
        well_formed = isinstance(csrf_token, str) and csrf_token.isascii()
        if well_formed and any(
            consteq(csrf_token, own) for own in self._get_form_tokens(ref, is_visitors)
        ):
            return
        if not well_formed or not request.validate_csrf(csrf_token):
            if not grants.has_cookies():
                raise CookiesBlocked("form from a browser that keeps no cookies")
            raise StaleForm("form without a valid CSRF token")

    def _get_form_tokens(self, ref, is_visitors):
        """Return our own CSRF tokens that this browser may send, see :meth:`_check_form`."""
        page = request.env["finance.portal.page"]
        keys = [
            *(grants.get_form_keys() if is_visitors else []),
            *(grants.get_link_form_keys(ref) if ref else []),
        ]
        session_token = page._get_form_token()
        return [*map(page._make_form_token, keys), *([session_token] if session_token else [])]
