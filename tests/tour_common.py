"""The back office in a real browser, for tests."""

from odoo.tools import file_path

from .http_common import FinancePortalHttpCase

CALL_LIBRARY = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


class TourCase(FinancePortalHttpCase):
    """``FinancePortalHttpCase`` whose browser can run the back office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            file_path(CALL_LIBRARY)
        except FileNotFoundError:
            # Debian's package leaves it out, and its absence stops every tour.
            cls.env["ir.asset"].create(
                {
                    "name": "Missing library",
                    "bundle": "web.assets_backend",
                    "directive": "remove",
                    "path": CALL_LIBRARY,
                }
            )
