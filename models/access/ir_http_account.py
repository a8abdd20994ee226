import re

from odoo import models
from odoo.http import request

from ...const import ACCOUNT_PREFIX, PORTAL

ACCOUNT_PATH = re.compile(rf"{ACCOUNT_PREFIX}([A-Za-z0-9_-]{{22}})(/.*)?")


class IrHttp(models.AbstractModel):
    """Read from an address which of several accounts it is about.

    In the address, not in the session: so two tabs may show two customers, and a form that is
    sent from one of them can't act for the other.
    """

    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Route the rest of the address, as if it had named no account."""
        if found := ACCOUNT_PATH.fullmatch(path_info):
            request.finance_portal_account = found[1]
            path_info = PORTAL + (found[2] or "")
            request.reroute(path_info)
        return super()._match(path_info)
