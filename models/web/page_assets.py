import functools
import gzip
import hashlib
from pathlib import Path
from typing import NamedTuple

from odoo import api, models
from odoo.tools import file_path

# The one stylesheet of these pages, in the order of the cascade: what is general comes first.
STYLES = ("base", "document", "decision", "portal", "account")
# What customers' pages load, by name: its type, and the files that it is made of. Nothing else
# is handed out.
ASSETS = {
    "portal.css": (
        "text/css",
        *(f"finance_portal/static/src/css/{name}.css" for name in STYLES),
    ),
    "copy.js": ("text/javascript", "finance_portal/static/src/js/copy.js"),
    "total.js": ("text/javascript", "finance_portal/static/src/js/total.js"),
    "seen.js": ("text/javascript", "finance_portal/static/src/js/seen.js"),
    "decide.js": ("text/javascript", "finance_portal/static/src/js/decide.js"),
    "password.js": ("text/javascript", "finance_portal/static/src/js/password.js"),
    "passkey.js": ("text/javascript", "finance_portal/static/src/js/passkey.js"),
    "signature.js": ("text/javascript", "web/static/lib/signature_pad/signature_pad.umd.js"),
}


class Asset(NamedTuple):
    """What is sent under a name. ``version`` changes with its content."""

    mimetype: str
    content: bytes
    compressed: bytes
    version: str


@functools.cache
def load_asset(name):
    """Return the :class:`Asset` of a name, read once per process.

    :raise KeyError: customers' pages load no such file
    """
    mimetype, *paths = ASSETS[name]
    content = b"\n".join(Path(file_path(path)).read_bytes() for path in paths)
    return Asset(
        f"{mimetype}; charset=utf-8",
        content,
        gzip.compress(content, mtime=0),
        hashlib.sha256(content).hexdigest()[:12],
    )


class FinancePortalPage(models.AbstractModel):
    """Stylesheet and scripts of customers' pages: small over the wire, and asked for once.

    Odoo hands out static files as they are. A quarter of the bytes is enough for what a
    browser can unpack, and an address that changes with the content may be kept for ever.
    """

    _inherit = "finance.portal.page"

    @api.model
    def _get_asset_url(self, name):
        """Return the address of a file that customers' pages load."""
        return f"/finance_portal/asset/{load_asset(name).version}/{name}"
