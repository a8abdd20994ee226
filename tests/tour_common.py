"""The back office in a real browser, for tests."""

import json
from unittest.mock import patch

from odoo.tests.common import CHECK_BROWSER_SLEEP, ChromeBrowser
from odoo.tools import file_path

from .http_common import PATIENCE, FinancePortalHttpCase

CALL_LIBRARY = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
# How many times slower than Odoo expects a machine may be that runs other tests, too.
SLOWNESS = 4
# Each step of a tour may take as long as Odoo allows, by default a sixth of that.
PATIENT_TOUR = """{{
    const name = {name};
    const {{ registry }} = odoo.loader.modules.get("@web/core/registry");
    const tour = registry.category("web_tour.tours").get(name);
    const steps = tour.steps;
    tour.steps = () => steps().map((step) => ({{ timeout: 60000, ...step }}));
    odoo.startTour(name, {{ startUrl: {url} }});
}}"""


class TourCase(FinancePortalHttpCase):
    """``FinancePortalHttpCase`` whose browser can run the back office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A browser that takes longer to start would count as none: the test would be skipped.
        tries = int(PATIENCE / CHECK_BROWSER_SLEEP)
        cls.startClassPatcher(patch("odoo.tests.common.CHECK_BROWSER_ITERATIONS", tries))
        # Odoo multiplies all its limits by this, for a browser that it slows down itself.
        slowness = property(lambda _browser: SLOWNESS, lambda _browser, _factor: None)
        cls.startClassPatcher(
            patch.object(ChromeBrowser, "throttling_factor", slowness, create=True)
        )
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

    def start_tour(self, url_path, tour_name, **options):
        """Run a tour, each step of which may take its time."""
        code = PATIENT_TOUR.format(name=json.dumps(tour_name), url=json.dumps(url_path))
        return super().start_tour(url_path, tour_name, code=code, **options)
