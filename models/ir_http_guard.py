import werkzeug.exceptions
from werkzeug.urls import url_parse

from odoo import models
from odoo.http import request

from .finance_portal_page_portal import PORTAL

# Where the web client and other programs talk to the server on behalf of the session's user,
# also through addresses that are open to everybody.
LIVE_CHANNELS = ("/websocket", "/bus/", "/longpolling/")

# The first parts of addresses that are no public app's although they are the website's routes:
# documents and their files, chatter, the web client and its sign-in, editors, other programs.
CLOSED_PARTS = frozenset(
    {
        "my", "report", "mail", "portal", "website_mail", "discuss", "web", "odoo", "web_editor",
        "html_editor", "mail_plugin", "mail_client_extension", "digest",
    }
)  # fmt: skip
# Behind these, what takes a user is for who builds the website.
EDITOR_PARTS = frozenset({"website"})
# And the first parts of those that are no website's routes, but what its pages talk to: the
# forms to pay with, and where the app for it asks again after a while who is there.
ALSO_OPEN_PARTS = frozenset({"payment", "auth-timeout"})

SIGN_IN = "/web/login"


class IrHttp(models.AbstractModel):
    """Keep customers with a managed account away from everything of Odoo's own.

    Their session counts on our addresses, and on the website's public apps where the company
    says so: there they act as themselves, like any portal user. Elsewhere they are a visitor
    like any other, and whatever takes a user is closed to them. So it does not matter what
    Odoo, or any other addon, lets its portal users do.
    """

    _inherit = "ir.http"

    @classmethod
    def _authenticate(cls, endpoint):
        result = super()._authenticate(endpoint)
        if not endpoint.routing.get("finance_portal"):
            cls._finance_portal_confine(endpoint.routing)
        return result

    @classmethod
    def _finance_portal_confine(cls, routing):
        """Make a managed customer a stranger to an address of Odoo's, or refuse them.

        :param dict routing: of the address, see ``odoo.http.route``
        """
        path = request.httprequest.path
        if path == SIGN_IN:
            return cls._finance_portal_leave_sign_in()
        user = request.env.user
        if routing["auth"] == "none" or not user or not user._finance_portal_is_managed():
            return None
        if cls._finance_portal_is_app(routing, path) and cls._finance_portal_opens_apps(user):
            return request.env["finance.portal.account"]._note_presence()
        is_live = path.startswith(LIVE_CHANNELS)
        is_refused = routing["auth"] != "public" or is_live
        request.update_env(user=cls._finance_portal_get_visitor().id)
        return cls._finance_portal_refuse(routing) if is_refused else None

    @classmethod
    def _finance_portal_refuse(cls, routing):
        """Lead a customer who follows an address of Odoo's to the portal; refuse the rest."""
        if routing["type"] == "http" and request.httprequest.method in ("GET", "HEAD"):
            werkzeug.exceptions.abort(request.redirect(PORTAL, code=303))
        raise werkzeug.exceptions.Forbidden("closed to customer portal accounts")

    # === THE WEBSITE'S APPS === #

    @classmethod
    def _finance_portal_is_app(cls, routing, path):
        """Return whether a route belongs to what a website offers everybody, such as a shop."""
        part = path.split("/")[1]
        if part in cls._finance_portal_get_closed_parts() or path.startswith(LIVE_CHANNELS):
            return False
        if routing["auth"] != "public" and part in EDITOR_PARTS:
            return False
        return bool(routing.get("website")) or part in ALSO_OPEN_PARTS

    @classmethod
    def _finance_portal_get_closed_parts(cls):
        """Return the first parts of addresses that are no public app's, see above."""
        return CLOSED_PARTS

    @classmethod
    def _finance_portal_opens_apps(cls, user):
        """Return whether a customer acts as themselves in the apps of the visited website."""
        company = cls._finance_portal_get_visitor().company_id
        account = user._finance_portal_get_account()
        return company._finance_portal_opens_apps() and bool(account) and account._is_open()

    @classmethod
    def _finance_portal_get_visitor(cls):
        """Return who a browser without a session would be here (sudo).

        Each website has a user of its own for that, of its company, which Odoo names last.
        """
        # sudo: only who that is, and of which company
        return request.env["res.users"].sudo().browse(cls._get_public_users()[-1])

    @classmethod
    def _serve_fallback(cls):
        """Guard also the website's pages, which have no route; Odoo checks no session there."""
        user = request.env.user
        if request.session.uid and user._finance_portal_is_managed():
            cls._authenticate_explicit("public")
            if request.session.uid and cls._finance_portal_opens_apps(user):
                request.env["finance.portal.account"]._note_presence()
            elif request.session.uid:
                request.update_env(user=cls._finance_portal_get_visitor().id)
        return super()._serve_fallback()

    # === SIGN-IN === #

    @classmethod
    def _finance_portal_leave_sign_in(cls):
        """Lead who is signed in away from Odoo's sign-in page.

        It sends them back to where they came from, which may know them no better than before.
        """
        uid = request.session.uid
        user = uid and request.env(user=uid)["res.users"].browse(uid)
        if request.httprequest.method not in ("GET", "HEAD") or not user:
            return
        if not user._finance_portal_is_managed():
            return
        target = request.httprequest.args.get("redirect")
        if not target or not cls._finance_portal_may_go_to(user, target):
            werkzeug.exceptions.abort(request.redirect(PORTAL, code=303))

    @classmethod
    def _finance_portal_may_go_to(cls, user, target):
        """Return whether a customer acts as themselves at an address of this server."""
        address = url_parse(target)
        if address.scheme or address.netloc:
            return False
        path = address.path
        router = request.env["ir.http"].routing_map().bind_to_environ(request.httprequest.environ)
        try:
            rule, _args = router.match(path_info=path, method="GET", return_rule=True)
        except werkzeug.exceptions.HTTPException:
            return cls._finance_portal_opens_apps(user)  # a page without a route
        routing = rule.endpoint.routing
        if routing.get("finance_portal"):
            return True
        return cls._finance_portal_is_app(routing, path) and cls._finance_portal_opens_apps(user)
