"""Answer a request with a file."""

from odoo.http import content_disposition, request


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
