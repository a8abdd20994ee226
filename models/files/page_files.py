from babel.units import format_unit

from odoo import api, models
from odoo.http import content_disposition, request
from odoo.tools.misc import babel_locale_parse, get_lang

from ...failures import FileGone
from ...tools.file_names import safe_name, served_type

UNITS = ("kilobyte", "megabyte", "gigabyte")


class FinancePortalPage(models.AbstractModel):
    """Hand out files so that nothing in them runs in the visitor's browser on our address."""

    _inherit = "finance.portal.page"

    @api.model
    def _respond_file(self, access, ref, visit):
        """Return a file of the document behind an access, as a download.

        :param str ref: the file's public reference
        :param str visit: the visitor's visit, for the activity
        :raise FileGone: customers of the document may not see such a file
        """
        # sudo: the resolver let the visitor in to this one document
        document = access._get_document().sudo().with_company(access.company_id)
        attachment = dict(document._finance_portal_get_files()).get(ref)
        if attachment is None:
            raise FileGone("no such file for customers", access=access)
        response = self._send_file(attachment, access)
        if request.httprequest.method != "HEAD" and not access._is_read_only():
            self.env["finance.portal.event"]._record(
                "file", access=access, visit=visit, file_name=safe_name(attachment.name)
            )
        return response

    @api.model
    def _send_file(self, attachment, access=None):
        """Return an attachment (sudo) as a download in which nothing can run.

        :raise FileGone: it is lost
        """
        name = safe_name(attachment.name)
        try:
            stream = self.env["ir.binary"]._get_stream_from(
                attachment, filename=name, mimetype=served_type(attachment.mimetype)
            )
        except FileNotFoundError:  # lost on the disk of the server
            raise FileGone("file missing in the store", access=access) from None
        # Whole or not at all: no part of a file is kept by anybody on the way.
        stream.conditional, stream.etag = False, False
        response = self._secure(stream.get_response(as_attachment=True))
        response.headers.remove("Last-Modified")
        response.headers.update(
            {
                "Content-Disposition": content_disposition(name),
                "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
                "Cross-Origin-Resource-Policy": "same-origin",
            }
        )
        return response

    @api.model
    def _format_size(self, size):
        """Return a number of bytes as people write it in the context's language."""
        locale = babel_locale_parse(get_lang(self.env).code)
        power, number = 0, (size or 0) / 1024
        while number >= 1000 and power < len(UNITS) - 1:
            number, power = number / 1024, power + 1
        digits = "#,##0" if number >= 10 else "#,##0.#"
        return format_unit(number, f"digital-{UNITS[power]}", "short", digits, locale=locale)
