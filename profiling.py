"""Keep the secrets of mailed links out of Odoo's profiler.

Whoever may profile has Odoo store the whole address of each request of their browser. It does so
around everything that an addon could extend, so the one method that starts it is wrapped.
"""

import contextlib

from odoo.http import Request

from .tools.masking import holds_link, mask_links


def install():
    """Have this process profile no request with a secret in its address; twice is once."""
    start = Request._get_profiler_context_manager
    if getattr(start, "spares_finance_links", False):
        return

    def start_unless_secret(self):
        path, address = self.httprequest.path, self.httprequest.full_path
        is_secret = holds_link(path) or mask_links(address) != address
        return contextlib.nullcontext() if is_secret else start(self)

    start_unless_secret.spares_finance_links = True
    Request._get_profiler_context_manager = start_unless_secret
