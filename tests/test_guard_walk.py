"""Whatever address a managed account asks for: every route, page, file and fallback of Odoo."""

import re
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.http import Request, Response, request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .account_common import AccountCase

PORTAL = "/finance/customer-portal"
LOGGERS = (
    "odoo.http",
    "odoo.addons.base.models.ir_qweb",
    "odoo.addons.http_routing.models.ir_http",
    "odoo.addons.web.controllers.binary",
    "werkzeug",
)
ARGUMENT = re.compile(r"<(?:([^<>]*):)?\w+>")
# They end the session, manage databases, or keep the connection.
LEFT_OUT = re.compile(r"/web/session/(logout|destroy)|/web/database/|/odoo/logout|/websocket")
MAX_REDIRECTS = 8
# First segments of Odoo's routes that show documents or speak for the session's user.
NEVER_KNOWN = {"my", "report", "mail", "portal", "discuss", "web", "odoo", "websocket", "bus"}


def fill(address):
    """Return a path that a route's address matches."""

    def example(match):
        kind = match[1] or "string"
        if kind.startswith("any("):
            return kind[4:].partition(",")[0].rstrip(")").strip("'\" ")
        if length := re.search(r"minlength=(\d+)", kind):
            return "x" * int(length[1])
        return "1" if kind.startswith(("int", "model", "float")) else "x"

    return ARGUMENT.sub(example, address)


@tagged("post_install", "-at_install")
class TestEveryRoute(AccountCase):
    """``rules``: all of the installed apps' routes, but our own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.account.user_id
        cls.rules = [
            rule
            for rule in cls.env["ir.http"].routing_map().iter_rules()
            if not rule.endpoint.routing.get("finance_portal") and not LEFT_OUT.match(rule.rule)
        ]

    def setUp(self):
        super().setUp()
        self.sign_in()
        self.reach("documents")
        self.enterContext(mute_logger(*LOGGERS))

    def reach(self, value):
        """Set where customers stay signed in, whichever website is asked."""
        self.env["res.company"].search([]).finance_portal_account_reach = value

    def ask_all(self):
        """Yield ``(rule, user)`` for all routes: whom Odoo takes the browser for."""
        seen = []

        def note(cls, *_args):
            seen.append(request.env.uid)

        def dispatch(cls, endpoint):
            note(cls)
            return "ok" if request.dispatcher.routing_type == "jsonrpc" else Response("ok")

        IrHttp = type(self.env["ir.http"])
        with (
            patch.object(IrHttp, "_pre_dispatch", classmethod(note)),
            patch.object(IrHttp, "_dispatch", classmethod(dispatch)),
        ):
            for rule in self.rules:
                seen.clear()
                options = {"json": {}} if rule.endpoint.routing["type"] != "http" else {}
                if not options and rule.methods and "GET" not in rule.methods:
                    [options["method"]] = (rule.methods - {"OPTIONS", "HEAD"}) or ["POST"]
                self.url_open(fill(rule.rule), allow_redirects=False, **options)
                yield rule, set(seen)

    def test_no_route_knows_the_customer(self):
        reached = 0
        for rule, seen in self.ask_all():
            reached += bool(seen)
            with self.subTest(rule=rule.rule):
                self.assertNotIn(self.user.id, seen)
        self.assertGreater(reached, len(self.rules) / 4)

    def test_only_public_apps_know_the_customer_where_the_company_says_so(self):
        self.reach("website")
        opened = self.env["ir.http"]._finance_portal_get_open_parts()
        self.assertLessEqual(opened, {"auth-timeout", "payment"})
        for rule, seen in self.ask_all():
            first = rule.rule.split("/")[1]
            is_app = first in opened or rule.endpoint.routing.get("website")
            if first in NEVER_KNOWN or not is_app:
                with self.subTest(rule=rule.rule):
                    self.assertNotIn(self.user.id, seen)

    def follow(self, path):
        """Return the paths that a browser goes through from an address."""
        paths = []
        while path and len(paths) <= MAX_REDIRECTS:
            paths.append(path)
            answer = self.visit(path)
            target = answer.headers.get("Location") if answer.is_redirect else None
            if not target or not self.base_url().startswith(f"http://{urlsplit(target).netloc}"):
                break
            path = urlsplit(target)._replace(scheme="", netloc="").geturl()
        return paths

    def pages(self):
        """Return the addresses of all routes that a browser can open."""
        document = f"model=account.move&res_id={self.invoice.id}"
        message = self.invoice.message_post(body="for staff")
        return [
            *(
                fill(rule.rule)
                for rule in self.rules
                if rule.endpoint.routing["type"] == "http"
                and (not rule.methods or "GET" in rule.methods)
            ),
            "/mail/view", f"/mail/view?model=res.partner&res_id={self.ada.id}",
            f"/mail/view?model=res.partner&res_id={self.eve.id}", f"/mail/view?{document}",
            "/mail/view?model=no.such.model&res_id=1", f"/mail/message/{message.id}",
            "/mail/message/1", "/web/login?redirect=/mail/message/1",
        ]  # fmt: skip

    def test_no_address_turns_in_circles_or_asks_to_sign_in(self):
        for reach in ("documents", "website"):
            self.reach(reach)
            for path in self.pages():
                with self.subTest(reach=reach, path=path):
                    paths = self.follow(path)
                    self.assertLessEqual(len(paths), MAX_REDIRECTS, paths)
                    self.assertNotIn("/web/login", [urlsplit(one).path for one in paths[1:]])
            self.assertEqual(self.visit(PORTAL).status_code, 200)

    def test_no_controller_makes_a_visitor_the_customer(self):
        """Routes that need nobody look into the session themselves."""
        known, update_env = [], Request.update_env

        def note(self, user=None, **options):
            known.append(user)
            return update_env(self, user=user, **options)

        with patch.object(Request, "update_env", note):
            for path in self.pages():
                known.clear()
                self.visit(path)
                with self.subTest(path=path):
                    self.assertNotIn(self.user.id, known)


@tagged("post_install", "-at_install")
class TestEveryFallback(AccountCase):
    """Addresses without a route: attachments, website pages, error pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.account.user_id
        cls.paths = ["/no/such/page", "/web/login/no/such", "/my/no/such"]
        cls.env["ir.attachment"].create(
            {
                "name": "rules", "url": "/rules.txt", "type": "binary", "public": True,
                "raw": b"rules", "mimetype": "text/plain",
            }
        )  # fmt: skip
        cls.paths.append("/rules.txt")

    def setUp(self):
        super().setUp()
        self.sign_in()
        self.enterContext(mute_logger(*LOGGERS))

    def drawn_for(self, path, method="GET"):
        """Return the status, and the users for whom something was drawn at an address."""
        seen, IrQweb = set(), type(self.env["ir.qweb"])
        render = IrQweb._render

        def note(self, *args, **options):
            seen.add(self.env.uid)
            return render(self, *args, **options)

        with patch.object(IrQweb, "_render", note):
            answer = self.visit(path, method)
        return answer.status_code, seen

    def reach(self, value):
        self.env["res.company"].search([]).finance_portal_account_reach = value

    def test_fallbacks_and_errors_are_drawn_for_a_visitor(self):
        self.reach("documents")
        for path in self.paths:
            with self.subTest(path=path):
                self.assertNotIn(self.user.id, self.drawn_for(path)[1])
        for path in ("/web/signup", "/web/webclient/load_menus", "/my/address/submit", "/terms"):
            for method in ("GET", "POST", "PUT"):
                with self.subTest(path=path, method=method):
                    self.assertNotIn(self.user.id, self.drawn_for(path, method)[1])

    def test_website_pages_for_some_are_closed(self):
        """A page for signed-in people opens where customers stay signed in, others never do."""
        if "website.page" not in self.env:
            return  # there are no such pages without the Website app
        staff = self.env.ref("base.group_user").ids
        cases = {
            "connected": ({"visibility": "connected"}, 200),
            "staff": ({"visibility": "restricted_group", "group_ids": staff}, 403),
            "secret": ({"visibility": "password", "visibility_password_display": "x"}, 403),
        }
        for name, (values, _status) in cases.items():
            arch = "<t t-call='website.layout'><div>Only for some</div></t>"
            view = self.env["ir.ui.view"].create(
                {"name": name, "type": "qweb", "key": f"website.{name}", "arch": arch, **values}
            )
            self.env["website.page"].create(
                {"view_id": view.id, "url": f"/{name}", "is_published": True}
            )
        for name, (_values, status) in cases.items():
            self.reach("documents")
            with self.subTest(reach="documents", name=name):
                got, seen = self.drawn_for(f"/{name}")
                self.assertEqual(got, 403)
                self.assertNotIn(self.user.id, seen)
            self.reach("website")
            with self.subTest(reach="website", name=name):
                self.assertEqual(self.drawn_for(f"/{name}")[0], status)
            self.account.disabled_at = "2026-01-01 00:00:00"
            with self.subTest("closed account", name=name):
                self.assertEqual(self.drawn_for(f"/{name}")[0], 403)
            self.account.disabled_at = False
