"""Customers who have to sign in: their links open for accounts of theirs, and for nobody else."""

from odoo.tests import tagged

from .portal_common import PORTAL, PortalCase


@tagged("post_install", "-at_install")
class TestSignInPolicy(PortalCase):
    def setUp(self):
        super().setUp()
        self.customer.finance_portal_sign_in = "required"

    def enter(self, document=None, **options):
        """Click a fresh link; return the link and the address that it leads to."""
        link, token = self.issue(document, **options)
        prefix = "q" if document and document._name == "sale.order" else "finance/i"
        answer = self.visit(f"/{prefix}/{token}")
        self.assertEqual(answer.status_code, 303)
        return link, f"/finance/d/{link.ref}"

    def assertLeadsToSignIn(self, path, method="GET", **options):
        answer = self.visit(path, method, **options)
        self.assertEqual(answer.status_code, 303, answer.text)
        base = path.removesuffix("/pdf").removesuffix("/seen").removesuffix("/accept")
        expected = f"{PORTAL}/login?next={base.replace('/', '%2F')}"
        self.assertTrue(answer.headers["Location"].endswith(expected), answer.headers["Location"])
        self.assertStrictHeaders(answer)

    def kinds(self, link):
        return self.Event.search([("link_id", "=", link.id)]).mapped("kind")

    # === NOBODY IS SIGNED IN === #

    def test_stranger_is_asked_to_sign_in(self):
        """The page leads to signing in and back, the PDF is refused; neither counts as a view."""
        link, path = self.enter()
        for method in ("GET", "HEAD"):
            self.assertLeadsToSignIn(path, method)
            self.assertEqual(self.visit(f"{path}/pdf", method).status_code, 401)
        self.assertFalse(link.viewed_at)
        self.assertEqual(set(self.kinds(link)), {"sent", "opened"})

    def test_forms_and_files_too(self):
        order = self.make_quote()
        attachment = self.env["ir.attachment"].create(
            {"name": "plan.txt", "raw": b"plan", "res_model": order._name, "res_id": order.id}
        )
        order.finance_file_ids = attachment
        ((file_ref, _file),) = order._finance_portal_get_files()
        _link, path = self.enter(order)
        answer = self.visit(f"{path}/file/{file_ref}")
        self.assertEqual(answer.status_code, 401)
        self.customer.finance_portal_sign_in = "not_required"
        page = self.visit(path)
        self.customer.finance_portal_sign_in = "required"
        for action in ("seen", "accept"):
            data = {"csrf_token": self.csrf_of(page), "name": "Ada"}
            self.assertLeadsToSignIn(f"{path}/{action}", "POST", data=data)
        self.assertEqual(order.state, "sent")

    def test_company_default_and_exceptions(self):
        """The company's default holds for customers of whom staff said nothing else."""
        for default, own, asked in (
            (False, False, False),
            (True, False, True),
            (True, "not_required", False),
            (False, "required", True),
        ):
            self.company.finance_portal_require_sign_in = default
            self.customer.finance_portal_sign_in = own
            _link, path = self.enter()
            status = self.visit(path).status_code
            self.assertEqual(status, 303 if asked else 200, (default, own))

    def test_extra_recipients_never(self):
        """An extra recipient has no account, so their link opens nothing (L10)."""
        _link, path = self.enter(email_to="adviser@tax.example.com")
        self.assertLeadsToSignIn(path)

    # === SOMEBODY IS SIGNED IN === #

    def test_customer(self):
        """The customer's account opens the link, inside the portal, and it counts for the link."""
        self.sign_in()
        link, path = self.enter()
        page = self.visit(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Sign out", page.text)
        self.assertNotIn("This secure link is personal", page.text)
        self.assertEqual(self.visit(f"{path}/pdf").status_code, 200)
        self.assertTrue(link.viewed_at)
        viewed = self.Event.search([("link_id", "=", link.id), ("kind", "=", "viewed")])
        self.assertEqual((viewed.account_id, viewed.verdict), (self.account, "person"))

    def test_nobody_who_planted_their_own_session_shares_what_a_link_opens(self):
        self.customer.finance_portal_sign_in = "not_required"
        self.sign_in(self.make_account(self.eve))
        planted = self.opener.cookies["session_id"]
        link, token = self.issue()
        self.assertEqual(self.open_link(token).status_code, 200)
        self.go_on_with(planted)
        self.assertNotEqual(self.visit(f"/finance/d/{link.ref}").status_code, 200)

    def test_colleague(self):
        """A colleague with an account opens it too, unless limited to their own documents."""
        bens = self.make_account(self.ben)
        self.sign_in(bens)
        _link, path = self.enter()
        self.assertEqual(self.visit(path).status_code, 200)
        bens.own_documents = True
        self.assertEqual(self.visit(path).status_code, 403)

    def test_who_is_limited_opens_what_was_mailed_to_them(self):
        """As without signing in: whoever may send a document says who gets it."""
        bens = self.make_account(self.ben)
        bens.own_documents = True
        self.sign_in(bens)
        _link, path = self.enter(partner=self.ben)
        self.assertEqual(self.visit(path).status_code, 200)
        self.assertEqual(self.visit(self.path_of(self.invoice)).status_code, 404)

    def test_wrong_customer(self):
        """Who is signed in as somebody else is told so, and can sign in as the right one."""
        self.sign_in(self.make_account(self.eve))
        link, path = self.enter()
        page = self.visit(path)
        self.assertEqual(page.status_code, 403)
        self.assertIn("This document isn't for your account", page.text)
        self.assertNotIn(self.invoice.name, page.text)
        self.assertIn(f'action="{PORTAL}/logout"', page.text)
        # What the session knows of the link ends with it: the way back needs none.
        self.assertIn(f'name="next" value="{self.path_of(self.invoice)}"', page.text)
        refused = self.Event.search([("link_id", "=", link.id), ("kind", "=", "refused")])
        self.assertEqual(refused.mapped("reason"), ["wrong_customer"])
        self.become_stranger()
        self.sign_in()
        self.assertEqual(self.visit(self.path_of(self.invoice)).status_code, 200)

    def test_link_still_ends(self):
        """Signing in revives no link, and the document stays open by the account."""
        self.sign_in()
        link, path = self.enter()
        link._revoke("staff")
        self.assertEqual(self.visit(path).status_code, 410)
        self.assertEqual(self.visit(self.path_of(self.invoice)).status_code, 200)

    def test_answer_names_the_account(self):
        """An answer by such a link is kept with account, contact and link."""
        order = self.make_quote()
        self.sign_in()
        link, path = self.enter(order)
        page = self.visit(path)
        seen = page.text.split('name="seen" value="')[1].split('"')[0]
        data = {"csrf_token": self.csrf_of(page), "seen": seen, "name": "Ada"}
        self.assertEqual(self.visit(f"{path}/accept", "POST", data=data).status_code, 303)
        decision = order.finance_decision_ids
        self.assertEqual((decision.kind, decision.partner_id), ("accepted", self.ada))
        row = self.Event.search([("link_id", "=", link.id), ("kind", "=", "accepted")])
        self.assertEqual((row.account_id, row.partner_id), (self.account, self.ada))
