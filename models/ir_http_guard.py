import werkzeug.exceptions

from odoo import models
from odoo.http import request

from .finance_portal_page_portal import PORTAL

# Where the web client and other programs talk to the server on behalf of the session's user,
# also through addresses that are open to everybody.
LIVE_CHANNELS = ("/websocket", "/bus/", "/longpolling/")


class IrHttp(models.AbstractModel):
    """Keep customers with a managed account away from everything of the ERP's own.

    Their session counts on our addresses only. On public ones, such as the company's website,
    they are a visitor like any other; whatever takes a user is closed to them. So it does not
    matter what the ERP, or any other addon, lets its portal users do.
    """

    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        result = super()._authenticate(endpoint)
        if not request.env["finance.portal.page"]._is_own_path(request.httprequest.path):
            cls._finance_portal_confine(endpoint.routing)
        return result

    @classmethod
    def _finance_portal_confine(cls, routing):
        """Make a managed customer a stranger to an address of the ERP's, or refuse them.

        :param dict routing: of the address, see ``odoo.http.route``
        """
        user = request.env.user
        if routing["auth"] == "none" or not user or not user._finance_portal_is_managed():
            return
        is_live = request.httprequest.path.startswith(LIVE_CHANNELS)
        if routing["auth"] != "public" or is_live:
            cls._finance_portal_refuse(routing)
        request.update_env(user=request.env.ref("base.public_user").id)

    @classmethod
    def _finance_portal_refuse(cls, routing):
        """Lead a customer who follows an address of the ERP's to the portal; refuse the rest."""
        if routing["type"] == "http" and request.httprequest.method in ("GET", "HEAD"):
            werkzeug.exceptions.abort(request.redirect(PORTAL, code=303))
        raise werkzeug.exceptions.Forbidden("closed to customer portal accounts")
