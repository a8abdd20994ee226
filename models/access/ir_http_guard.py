import werkzeug.exceptions
from werkzeug.urls import url_parse

from odoo import models
from odoo.http import request

from ...const import PORTAL

# Where the web client and other programs talk to the server on behalf of the session's user,
# also through addresses that are open to everybody.
LIVE_CHANNELS = ("/websocket", "/bus/", "/longpolling/")

# First path segments of website routes that don't belong to a public app: documents and their
# files, chatter, the web client and its sign-in, editors, external programs.
CLOSED_PARTS = frozenset(
    {
        "my", "report", "mail", "portal", "website_mail", "discuss", "web", "odoo", "web_editor",
        "html_editor", "mail_plugin", "mail_client_extension", "digest",
    }
)  # fmt: skip
# Below these, routes that need a user are for website editors.
EDITOR_PARTS = frozenset({"website"})
# First path segments of routes that aren't website routes but are called by its pages: the
# identity check of the inactivity timeout, where that app is installed.
ALSO_OPEN_PARTS = frozenset({"auth-timeout"})

SIGN_IN = "/web/login"


class IrHttp(models.AbstractModel):
    """Keep customers with a managed account away from the rest of Odoo.

    Their session is valid on our routes and, if the company allows it, in the website's public
    apps: there they count as an ordinary portal user. Elsewhere they are an ordinary visitor,
    and routes that need a user are closed to them. So it doesn't matter what Odoo, or any other
    addon, allows portal users to do.
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
        """Treat a managed customer as a visitor on a route of Odoo's, or refuse them.

        :param dict routing: the route's parameters, see ``odoo.http.route``
        """
        if SIGN_IN in routing["routes"]:
            cls._finance_portal_leave_sign_in()
            return
        user = request.env.user
        if routing["auth"] == "none" or not user or not user._finance_portal_is_managed():
            return
        if cls._finance_portal_is_app(routing) and cls._finance_portal_opens_apps(user):
            request.env["finance.portal.account"]._note_presence()
            return
        request.update_env(user=cls._finance_portal_get_visitor().id)
        if routing["auth"] != "public" or cls._finance_portal_is_live(routing):
            cls._finance_portal_refuse(routing)

    @classmethod
    def _finance_portal_refuse(cls, routing):
        """Redirect a customer who opens an Odoo page to the portal; refuse other requests."""
        if routing["type"] == "http" and request.httprequest.method in ("GET", "HEAD"):
            werkzeug.exceptions.abort(request.redirect(PORTAL, code=303))
        raise werkzeug.exceptions.Forbidden("closed to customer portal accounts")

    # === THE WEBSITE'S APPS === #

    @classmethod
    def _finance_portal_is_app(cls, routing):
        """Return whether a route belongs to a public website app, such as the shop.

        The route's own addresses decide, not the request's path: a website may rewrite that.
        """
        parts = {address.strip("/").partition("/")[0] for address in routing["routes"]}
        closed = cls._finance_portal_get_closed_parts()
        if routing["auth"] != "public":
            closed = closed | EDITOR_PARTS
        if parts & closed or cls._finance_portal_is_live(routing):
            return False
        return bool(routing.get("website")) or parts <= cls._finance_portal_get_open_parts()

    @classmethod
    def _finance_portal_is_live(cls, routing):
        """Return whether a route is one of the channels that know the session's user."""
        return any(address.startswith(LIVE_CHANNELS) for address in routing["routes"])

    @classmethod
    def _finance_portal_get_closed_parts(cls):
        """Return first path segments that don't belong to a public app."""
        return CLOSED_PARTS

    @classmethod
    def _finance_portal_get_open_parts(cls):
        """Return first path segments of routes that a public app's pages call."""
        return ALSO_OPEN_PARTS

    @classmethod
    def _finance_portal_opens_apps(cls, user):
        """Return whether a customer stays signed in in the visited website's apps."""
        company = cls._finance_portal_get_visitor().company_id
        return company._finance_portal_opens_apps() and bool(
            user._finance_portal_get_own_account()
        )

    @classmethod
    def _finance_portal_get_visitor(cls):
        """Return the public user of the visited website (sudo).

        Each website has its own, in the website's company; Odoo returns it last.
        """
        # sudo: only the user's id and company are read
        return request.env["res.users"].sudo().browse(cls._get_public_users()[-1])

    @classmethod
    def _serve_fallback(cls):
        """Also guard website pages, which have no route and where Odoo checks no session."""
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
    def _post_dispatch(cls, response):
        """Redirect to the portal whom a page of Odoo's asks to sign in though they are.

        It takes them for a visitor, or for somebody who may not see it: the sign-in page would
        send them back there, again and again.
        """
        uid, target = request.session.uid, url_parse(response.location or "").path
        user = uid and target == SIGN_IN and request.env(user=uid)["res.users"].browse(uid)
        if user and user._finance_portal_is_managed():
            response.location = PORTAL
        return super()._post_dispatch(response)

    @classmethod
    def _finance_portal_leave_sign_in(cls):
        """Redirect signed-in customers away from Odoo's sign-in page.

        It would send them back to a page that may treat them as a visitor again: a loop.
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
        """Return whether a local address is one where a customer stays signed in."""
        address = url_parse(target)
        if address.scheme or address.netloc:
            return False
        router = request.env["ir.http"].routing_map().bind_to_environ(request.httprequest.environ)
        try:
            rule, _args = router.match(path_info=address.path, method="GET", return_rule=True)
        except werkzeug.exceptions.HTTPException:
            return cls._finance_portal_opens_apps(user)  # a page without a route
        routing = rule.endpoint.routing
        if routing.get("finance_portal"):
            return True
        return cls._finance_portal_is_app(routing) and cls._finance_portal_opens_apps(user)
