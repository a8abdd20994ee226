import re

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from odoo import models
from odoo.http import request
from odoo.tools.misc import get_lang

from ..failures import PortalFailure, WrongMethod

DOUBLED = re.compile("//+")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Answer what the ERP asks no error page for: wrong methods, and doubled slashes.

        The latter it would redirect, with the token in the new address.
        """
        page = request.env["finance.portal.page"]
        if page._is_own_path(path_info):
            path_info = DOUBLED.sub("/", path_info)
        try:
            return super()._match(path_info)
        except (MethodNotAllowed, RequestRedirect) as error:
            if page._is_own_path(path_info):
                request.params = {}  # not read yet; cookies of campaigns look into them
                redirected = isinstance(error, RequestRedirect)
                error.error_response = cls._handle_error(NotFound() if redirected else error)
            raise

    @classmethod
    def _handle_error(cls, exception):
        """Answer customers with a page in plain words, whatever went wrong."""
        page = request.env["finance.portal.page"]
        if not isinstance(exception, PortalFailure) and not page._is_own_path(
            request.httprequest.path
        ):
            return super()._handle_error(exception)
        if isinstance(exception, HTTPException) and exception.code is None:
            return super()._handle_error(exception)
        entry = getattr(exception, "entry", None)
        # Nothing of a failed request stays: from here on, this is a new transaction.
        request.env.cr.rollback()
        if entry:
            exception.entry = entry._restore(exception.kept)
        if not request.env.uid:
            cls._auth_method_public()
        # Until an address is matched, the language is the browser's, installed or not.
        request.update_context(lang=get_lang(request.env).code)
        page = request.env["finance.portal.page"].sudo()  # sudo: nothing of the visitor's is read
        failure = page._as_failure(exception)
        if failure.recorded and failure.entry:
            request.env["finance.portal.activity"]._record(
                "refused", entry=failure.entry, reason=failure.reason
            )
        response = page._respond_failure(failure)
        request.env.cr.commit()  # the refusal above; the request itself ended in an exception
        cls._post_dispatch(response)
        return response

    @classmethod
    def _dispatch(cls, endpoint):
        """Have no request do what its method or its fields would never do by our own pages.

        The ERP carries out an address also for OPTIONS.
        """
        http = request.httprequest
        if http.method == "OPTIONS" and request.env["finance.portal.page"]._is_own_path(http.path):
            methods = endpoint.routing["methods"]
            raise WrongMethod("OPTIONS", allow=[*methods, *(["HEAD"] if "GET" in methods else [])])
        if request.env["finance.portal.page"]._is_own_path(http.path):
            # A field of that name is no argument of a method.
            request.params.pop("self", None)
            if http.method in ("GET", "HEAD"):
                # Nor is a file that comes with a question, though the ERP reads it.
                for name in http.files:
                    if isinstance(request.params.get(name), FileStorage):
                        request.params.pop(name)
        return super()._dispatch(endpoint)

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        page = request.env["finance.portal.page"]
        if (
            page._is_own_path(request.httprequest.path)
            and "Content-Security-Policy" not in response.headers
        ):
            page._secure(response)
        return result
