"""A managed account reaches the portal and nothing else of Odoo."""

from urllib.parse import urlsplit

from odoo.exceptions import AccessDenied, AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .account_common import PASSWORD, AccountCase

PORTAL = "/finance/customer-portal"


@tagged("post_install", "-at_install")
class TestAccountGuard(AccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.account.user_id
        cls.draft = cls.make_invoice(post=False)
        cls.foreign = cls.make_invoice(partner=cls.eve)

    def call(self, model, method, *args, **kwargs):
        """Call a method over RPC as the browser's session does; return the whole answer."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post(f"/web/dataset/call_kw/{model}/{method}", params)

    def post(self, path, params):
        """Post a JSON-RPC request."""
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        self.env.flush_all()
        with mute_logger("odoo.http"):
            return self.url_open(path, json=body)

    def assertRefused(self, answer):
        """Assert that the server carried out nothing."""
        if answer.status_code != 403:
            self.assertIn("error", answer.json())
            self.assertNotIn("result", answer.json())

    def test_rpc_is_refused(self):
        """Neither reading nor writing, be it the customer's own invoice."""
        self.sign_in()
        invoice = self.invoice
        for model, method, *args in (
            ("account.move", "search_read", []),
            ("account.move", "read", invoice.ids, ["access_token"]),
            ("account.move", "write", invoice.ids, {"ref": "changed"}),
            ("account.move", "message_post", invoice.ids),
            ("res.partner", "search_read", []),
            ("res.partner", "write", self.ada.ids, {"name": "Changed"}),
            ("res.users", "write", self.user.ids, {"signature": "changed"}),
            ("mail.message", "create", {"body": "hello"}),
        ):
            with self.subTest(model=model, method=method):
                self.assertRefused(self.call(model, method, *args))
        self.env.invalidate_all()
        self.assertFalse(invoice.ref)
        self.assertEqual(self.ada.name, "Ada")

    def test_posting_is_refused(self):
        """Odoo's public addresses know the customer no better than any stranger."""
        self.sign_in()
        before = self.env["mail.message"].search_count([])
        post = {
            "thread_model": "account.move",
            "thread_id": self.invoice.id,
            "post_data": {"body": "hello", "message_type": "comment"},
        }
        self.assertRefused(self.post("/mail/message/post", post))
        self.assertRefused(self.post("/my/address/archive", {"partner_id": self.ben.id}))
        self.env.invalidate_all()
        self.assertEqual(self.env["mail.message"].search_count([]), before)
        self.assertTrue(self.ben.active)

    def test_pages_of_odoo_lead_to_the_portal(self):
        self.sign_in()
        for path in ("/my", "/my/home", "/my/account", "/my/security", "/my/invoices"):
            with self.subTest(path=path):
                answer = self.visit(path)
                self.assertEqual(answer.status_code, 303)
                self.assertTrue(answer.headers["Location"].endswith(PORTAL))
        for path in ("/my", "/web", "/odoo", f"/my/invoices/{self.invoice.id}"):
            with self.subTest(path=path):
                url = self.visit(path, follow=True).url
                self.assertEqual(urlsplit(url).path, PORTAL)

    def test_writing_pages_of_odoo_are_closed(self):
        self.sign_in()
        with mute_logger("odoo.http"):
            for path in ("/my/security", "/my/deactivate_account", "/my/address/submit"):
                with self.subTest(path=path):
                    answer = self.visit(path, "POST", data={"name": "Changed"})
                    self.assertIn(answer.status_code, (400, 403))
        self.env.invalidate_all()
        self.assertEqual(self.ada.name, "Ada")
        self.assertTrue(self.user.active)

    def test_files_of_odoo_are_those_of_a_stranger(self):
        """An attachment that nobody ticked for the customer stays staff's."""
        attachment = self.env["ir.attachment"].create(
            {
                "name": "calculation.txt",
                "raw": b"margin: 80 %",
                "res_model": "account.move",
                "res_id": self.invoice.id,
            }
        )
        self.sign_in()
        answer = self.visit(f"/web/content/{attachment.id}")
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn(b"margin", answer.content)

    def test_programs_cannot_sign_in(self):
        """A right password is of no use outside of a browser."""
        with self.assertRaises(AccessDenied):
            self.env["res.users"]._login(
                {"type": "password", "login": self.user.login, "password": PASSWORD},
                {"interactive": False},
            )
        self.assertTrue(
            self.env["res.users"]._login(
                {"type": "password", "login": self.user.login, "password": PASSWORD},
                {"interactive": True},
            )
        )

    def test_rules_derive_from_the_scope(self):
        """Whatever runs as such a user sees the scope, and nothing else."""
        Move = self.env["account.move"].with_user(self.user)
        self.assertEqual(Move.search([]), self.invoice.with_user(self.user))
        lines = self.env["account.move.line"].with_user(self.user).search([])
        self.assertEqual(lines.move_id, self.invoice.with_user(self.user))
        quote, draft = self.make_quote(), self.make_quote(sent=False)
        Order = self.env["sale.order"].with_user(self.user)
        self.assertEqual(Order.search([]), quote.with_user(self.user))
        for record in (self.draft, self.foreign, draft):
            with self.subTest(record=record), self.assertRaises(AccessError):
                record.with_user(self.user).check_access("read")
        for operation in ("write", "create", "unlink"):
            with self.subTest(operation=operation), self.assertRaises(AccessError):
                self.invoice.with_user(self.user).check_access(operation)

    def test_rules_follow_the_account(self):
        """Limited to own documents, and closed: at once, whatever was kept in a cache."""
        Move = self.env["account.move"].with_user(self.user)
        bens = self.make_invoice(partner=self.ben)
        self.assertEqual(len(Move.search([])), 2)
        self.account.own_documents = True
        self.assertEqual(Move.search([]), self.invoice.with_user(self.user))
        self.assertNotIn(bens, Move.search([]))
        self.account.disabled_at = "2026-01-01 00:00:00"
        self.assertFalse(Move.search([]))

    def test_native_portal_users_keep_theirs(self):
        user = self.make_user("native", "base.group_portal", partner_id=self.ben.id)
        user.password = PASSWORD
        self.env.flush_all()
        self.authenticate(user.login, PASSWORD)
        self.assertEqual(self.visit("/my/home").status_code, 200)
        self.assertTrue(self.invoice.with_user(user).has_access("read"))

    def test_the_sign_in_page_of_odoo_leads_who_is_signed_in_to_the_portal(self):
        """Otherwise they would end up in a redirect loop."""
        self.sign_in()
        for path in (
            "", "?redirect=/my", "?redirect=/web/login", "?redirect=//evil.example/",
            "/", "/?redirect=/my", "?redirect=/web/login/",
        ):  # fmt: skip
            with self.subTest(path=path):
                answer = self.visit(f"/web/login{path}")
                self.assertEqual(answer.status_code, 303)
                self.assertEqual(urlsplit(answer.headers["Location"]).path, PORTAL)
                self.assertNotIn("evil", answer.headers["Location"])
        answer = self.visit(f"/web/login?redirect={PORTAL}/invoices")
        self.assertEqual(urlsplit(answer.headers["Location"]).path, f"{PORTAL}/invoices")

    def test_public_apps_know_the_customer_where_the_company_says_so(self):
        self.sign_in()
        public = self.env.ref("base.public_user").sudo()
        for reach, user in (("documents", public), ("website", self.user)):
            public.company_id.finance_portal_account_reach = reach
            with self.subTest(reach=reach):
                self.assertEqual(self.whoami("/terms"), user)
            for path in ("/mail/chatter_fetch", "/web/content/1", "/my/orders/1"):
                with self.subTest(reach=reach, path=path):
                    self.assertIn(self.whoami(path) or public, public)

    def test_another_session_version_ends_sessions(self):
        self.sign_in()
        self.assertEqual(self.visit(PORTAL).status_code, 200)
        self.account.session_version += 1
        answer = self.visit(PORTAL)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/finance/customer-portal/login", answer.headers["Location"])


@tagged("post_install", "-at_install")
class TestAccountGuardWithApps(TestAccountGuard):
    """With website apps included, all of the above still holds."""

    allow_inherited_tests_method = True

    def setUp(self):
        super().setUp()
        self.env.ref("base.public_user").sudo().company_id.finance_portal_account_reach = "website"
