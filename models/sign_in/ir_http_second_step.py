from odoo import models
from odoo.http import request
from odoo.tools import consteq

from ...const import HALF_KEY


class IrHttp(models.AbstractModel):
    """End a sign-in that waits for its second step, as sessions end.

    Odoo keeps who gave the right password in the visitor's session until the code comes, and asks
    for nothing else then, on its own page as on ours.
    """

    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        cls._finance_portal_check_half_signed_in()
        return super()._authenticate(endpoint)

    @classmethod
    def _finance_portal_check_half_signed_in(cls):
        """Forget a sign-in whose password was changed, or whose account was closed, since."""
        session = request.session
        kept, uid = session.get(HALF_KEY), session.get("pre_uid")
        if not kept or not uid or session.uid:
            return
        user = request.env(user=uid)["res.users"].browse(uid)
        now = user._finance_portal_get_half_token(session.sid)
        if not now or not consteq(kept, now):
            for name in (HALF_KEY, "pre_login", "pre_uid"):
                session.pop(name, None)
