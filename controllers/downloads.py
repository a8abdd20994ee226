"""Answer a request with a file, so that nothing in it runs in the visitor's browser."""

from werkzeug.http import quote_etag

from odoo.http import Response, content_disposition, request

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


def keep_private(response):
    """Return the answer that sends staff a file, so that nothing stores it or guesses its type.

    Answers to customers have these headers already, like all our pages.
    """
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def send_archive(archive):
    """Return the answer that sends an :class:`Archive`, and whether it begins at the beginning.

    A browser whose download broke off asks for the rest, and names the tag of what it has: the
    same files give the same bytes, and others another tag, for which it gets all of it anew.
    """
    http, whole = request.httprequest, range(archive.length)
    part, status = whole, 200
    same = not http.if_range.etag or http.if_range.etag == archive.etag
    if http.range and len(http.range.ranges) == 1 and same and not http.if_range.date:
        found = http.range.range_for_length(archive.length)
        part, status = (range(*found), 206) if found else (range(0), 416)
    headers = [
        ("Content-Type", "application/zip"),
        ("Content-Length", len(part)),
        ("Content-Disposition", content_disposition(archive.filename)),
        ("Accept-Ranges", "bytes"),
        ("ETag", quote_etag(archive.etag)),
    ]
    if status != 200:
        extent = f"{part.start}-{part.stop - 1}" if part else "*"
        headers.append(("Content-Range", f"bytes {extent}/{archive.length}"))
    chunks = archive.stream(part.start, part.stop) if part else ()
    response = Response(chunks, status=status, headers=headers, direct_passthrough=True)
    return response, bool(part) and part.start == 0


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
