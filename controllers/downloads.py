"""Answer a request with a file, so that nothing in it runs in the visitor's browser."""

from odoo.http import content_disposition, request

from ..failures import FileGone
from ..tools.file_names import safe_name, served_type


def send_download(filename, content, content_type):
    """Return the answer that has the browser save ``content`` (bytes) under a name."""
    return request.make_response(
        content,
        [
            ("Content-Type", content_type),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(filename)),
        ],
    )


def send_attachment(attachment, access=None):
    """Return an attachment (sudo) as a download in which nothing can run.

    :param access: what the visitor was let in by, for the page of a failure
    :raise FileGone: it is lost
    """
    name = safe_name(attachment.name)
    try:
        stream = request.env["ir.binary"]._get_stream_from(
            attachment, filename=name, mimetype=served_type(attachment.mimetype)
        )
    except FileNotFoundError:  # lost on the disk of the server
        raise FileGone("file missing in the store", access=access) from None
    # Whole or not at all: no part of a file is kept by anybody on the way.
    stream.conditional, stream.etag = False, False
    response = stream.get_response(as_attachment=True)
    request.env["finance.portal.page"]._secure(response)
    response.headers.remove("Last-Modified")
    response.headers.update(
        {
            "Content-Disposition": content_disposition(name),
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
    )
    return response
