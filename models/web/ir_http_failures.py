import re

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from odoo import models
from odoo.http import request
from odoo.tools.misc import get_lang

from ...failures import PortalFailure, WrongMethod
from ...tools.secure_token import mend_path
from .page import DOUBLED, OWN_TREES
from .page_language import LANG_COOKIE

# One of our addresses after a language prefix, as in ``/de/finance/...``.
AFTER_LANGUAGE = re.compile(rf"/[^/]+({OWN_TREES.pattern}.*)")


class IrHttp(models.AbstractModel):
    """Handle our own routes, and leave all other routes and pages alone."""

    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Note whether the route is ours, and handle what Odoo has no error page for.

        These are wrong methods, redirects that would put the token in the new address (doubled
        slashes, another language), and addresses that a mail program or a chat has changed.
        """
        page = request.env["finance.portal.page"]
        if (mended := mend_path(path_info)) != path_info:
            request.reroute(mended)
            path_info = mended
        request.finance_portal_asked = cls._finance_portal_get_asked()
        if page._is_own_tree(path_info):
            path_info = DOUBLED.sub("/", path_info)
        try:
            rule, args = super()._match(path_info)
        except HTTPException as error:
            if error.code is None and page._holds_token(path_info):
                return cls._match(cls._finance_portal_go_on(path_info))
            is_ours = isinstance(error, MethodNotAllowed | RequestRedirect)
            if is_ours and page._is_own_failure(path_info):
                request.params = {}  # not read yet; cookies of campaigns look into them
                redirected = isinstance(error, RequestRedirect)
                error.error_response = cls._handle_error(NotFound() if redirected else error)
            raise
        routing = rule.endpoint.routing
        request.finance_portal_is_own = bool(routing.get("finance_portal"))
        request.finance_portal_is_file = bool(routing.get("finance_portal_file"))
        if request.finance_portal_is_own:
            # Odoo says on the request which website that is for routes of a website only.
            request.is_frontend = bool(routing.get("website"))
            request.is_frontend_multilang = False
            if lang := page._get_address_lang():
                # Our pages link to addresses without a language.
                request.future_response.set_cookie(LANG_COOKIE, lang)
        return rule, args

    @classmethod
    def _finance_portal_go_on(cls, path):
        """Strip the language from an address and route the rest internally, without a redirect.

        Odoo's redirects to another language, or to the page without one, would put the token in
        the new address.

        :return: the path without the language
        """
        own = AFTER_LANGUAGE.fullmatch(path)
        path = own[1] if own else path
        request.reroute(path)
        # Tells Odoo that the language has been dealt with.
        request.is_frontend = request.is_frontend_multilang = True
        return path

    @classmethod
    def _finance_portal_get_asked(cls):
        """Return the path the browser asked for, before Odoo removed the language."""
        return getattr(request, "finance_portal_asked", request.httprequest.path)

    @classmethod
    def _finance_portal_is_own(cls):
        """Return whether the address of this request is a route of ours.

        :return: ``True``, ``False``, or ``None`` where no route has it
        """
        return getattr(request, "finance_portal_is_own", None)

    @classmethod
    def _serve_fallback(cls):
        """Serve no website page and no website redirect at an address with a token."""
        is_unknown = cls._finance_portal_is_own() is None
        page, path = request.env["finance.portal.page"], request.httprequest.path
        # PostgreSQL can't store this character, so no page can have it.
        is_nonsense = "\0" in path and page._is_own_tree(path)
        if is_unknown and (is_nonsense or page._holds_token(path)):
            raise NotFound
        return super()._serve_fallback()

    @classmethod
    def _handle_error(cls, exception):
        """Answer customers with a page in plain words, whatever went wrong."""
        page = request.env["finance.portal.page"]
        is_own = cls._finance_portal_is_own()
        if is_own is None:
            is_own = page._is_own_failure(request.httprequest.path)
        if not is_own and not isinstance(exception, PortalFailure):
            return super()._handle_error(exception)
        if isinstance(exception, HTTPException) and exception.code is None:
            return super()._handle_error(exception)
        # Where what was sent could not be read, Odoo has none; cookies of campaigns look into them.
        request.params = getattr(request, "params", {})
        access = getattr(exception, "access", None)
        # Nothing of a failed request stays: from here on, this is a new transaction.
        request.env.cr.rollback()
        if access:
            exception.access = access._restore(exception.kept)
        if not request.env.uid:
            cls._auth_method_public()
        # Until an address is matched, the language is the browser's, installed or not.
        request.update_context(lang=get_lang(request.env).code)
        page = request.env["finance.portal.page"].sudo()  # sudo: nothing of the visitor's is read
        failure = page._as_failure(exception)
        cls._finance_portal_record(failure)
        response = page._respond_failure(failure)
        request.env.cr.commit()  # the refusal above; the request itself ended in an exception
        cls._post_dispatch(response)
        return response

    @classmethod
    def _finance_portal_record(cls, failure):
        """Record a failure that staff are to know of."""
        Event = request.env["finance.portal.event"]
        if failure.recorded and failure.access:
            Event._record_refusal(failure)
        if failure.counter and request.env["finance.portal.throttle"]._is_first_refusal(
            failure.counter
        ):
            company = failure.company or request.env.company
            Event._record_throttled(company, bucket=failure.counter[0])

    @classmethod
    def _dispatch(cls, endpoint):
        """Reject methods and drop fields that our own pages never send.

        Odoo runs a route for OPTIONS requests, too. None of our forms takes files: one that comes
        in place of a text counts as not filled in.
        """
        if not endpoint.routing.get("finance_portal"):
            return super()._dispatch(endpoint)
        http = request.httprequest
        if http.method == "OPTIONS":
            methods = endpoint.routing["methods"]
            raise WrongMethod("OPTIONS", allow=[*methods, *(["HEAD"] if "GET" in methods else [])])
        # A form field named self must not become a method argument.
        request.params.pop("self", None)
        for name in http.files:
            if isinstance(request.params.get(name), FileStorage):
                request.params.pop(name)
        return super()._dispatch(endpoint)

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        page = request.env["finance.portal.page"]
        is_own = cls._finance_portal_is_own() or page._holds_token(request.httprequest.path)
        if is_own and "Content-Security-Policy" not in response.headers:
            page._secure(response)
        return result
