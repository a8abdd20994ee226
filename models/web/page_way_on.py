import re

from odoo import api, models
from odoo.http import request

from ...const import PORTAL
from ...tools.secure_token import is_ref

# A form or file of a document: the document's own page can't lead back to itself.
BELOW_DOCUMENT = re.compile(r"/finance/d/([^/]+)/.")


class FinancePortalPage(models.AbstractModel):
    """Where the page of a failure or of an answer leads: nobody is left without a way on."""

    _inherit = "finance.portal.page"

    @api.model
    def _get_way_on(self, ref=None):
        """Return what the template ``way_on`` shows.

        :param str ref: the public reference of the document to go back to, if any
        """
        return {
            "document_path": f"/finance/d/{ref}" if ref else None,
            "overview_path": PORTAL,
            "is_signed_in": self._is_signed_in(),
        }

    @api.model
    def _get_asked_ref(self):
        """Return the reference in the address of a form or file of a document, real or not."""
        found = BELOW_DOCUMENT.match(request.httprequest.path)
        return found[1] if found and is_ref(found[1]) else None

    @api.model
    def _is_signed_in(self):
        """Tell whether a customer, or staff who look as one, are signed in."""
        return False
