"""Every route under a link in every state it can be in (L4, L5)."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..tools.secure_token import PLACEHOLDER, new_ref, new_token
from .http_common import FinancePortalHttpCase


@tagged("post_install", "-at_install")
class TestLinkStatesHttp(FinancePortalHttpCase):
    def _end_by(self, cause, link):
        """Bring ``link`` into a state."""
        move, partner = self.invoice, self.ada
        if cause == "revoked":
            link._revoke("staff")
        elif cause == "drafted":
            move.button_draft()
        elif cause == "cancelled":
            move.button_draft()
            move.button_cancel()
        elif cause == "reassigned":
            move.with_context(skip_readonly_check=True).partner_id = self.eve
        elif cause == "given back":
            move.with_context(skip_readonly_check=True).partner_id = self.eve
            move.with_context(skip_readonly_check=True).partner_id = self.ada
        elif cause == "deleted":
            move.button_draft()
            move.with_context(force_delete=True).unlink()
        elif cause == "archived":
            partner.active = False
        elif cause == "new address":
            partner.email = "ada.new@bakery.example.com"

    def _statuses(self, cause):
        link, token = self.issue()
        page = self.open_link(token)
        self._end_by(cause, link)
        now = link.expires_at if cause == "expired" else fields.Datetime.now()
        base = f"/finance/d/{link.ref}"
        with patch.object(fields.Datetime, "now", lambda: now):
            return {
                "exchange": self.visit(f"/finance/i/{token}").status_code,
                "exchange HEAD": self.visit(f"/finance/i/{token}", "HEAD").status_code,
                "quote prefix": self.visit(f"/q/{token}").status_code,
                "page": self.visit(base).status_code,
                "page HEAD": self.visit(base, "HEAD").status_code,
                "pdf": self.visit(f"{base}/pdf").status_code,
                "seen": self.submit(page, f"{base}/seen").status_code,
                "end": self.submit(page, f"{base}/end").status_code,
            }

    def test_l5_live(self):
        self.assertEqual(
            self._statuses("live"),
            {
                "exchange": 303, "exchange HEAD": 303, "quote prefix": 404, "page": 200,
                "page HEAD": 200, "pdf": 200, "seen": 204, "end": 200,
            },
        )  # fmt: skip

    def assertGone(self, cause):
        statuses = self._statuses(cause)
        self.assertEqual(statuses.pop("quote prefix"), 404)
        self.assertEqual(set(statuses.values()), {410}, statuses)

    def test_l5_expired(self):
        self.assertGone("expired")

    def test_l5_revoked(self):
        self.assertGone("revoked")

    def test_l5_document_drafted(self):
        self.assertGone("drafted")

    def test_l5_document_cancelled(self):
        self.assertGone("cancelled")

    def test_l5_document_reassigned(self):
        self.assertGone("reassigned")

    def test_l5_document_given_back(self):
        self.assertGone("given back")

    def test_l5_document_deleted(self):
        self.assertGone("deleted")

    def test_l5_recipient_archived(self):
        self.assertGone("archived")

    def test_l5_recipient_has_a_new_address(self):
        self.assertGone("new address")

    def test_l5_unknown(self):
        for path in (
            f"/finance/i/{new_token()}", f"/finance/i/{PLACEHOLDER}", "/finance/i/x",
            f"/q/{new_token()}", f"/finance/d/{new_ref()}", f"/finance/d/{new_ref()}/pdf",
            "/finance/d/1", "/finance/i/x/nowhere", f"/finance/i/{'A' * 3000}",
            "/finance/i/%00%ff", "/finance/i/%F0%9F%92%A3", "/finance/i/..%2F..",
        ):  # fmt: skip
            with self.subTest(path=path):
                answer = self.visit(path)
                self.assertEqual(answer.status_code, 404)
                self.assertStrictHeaders(answer)
                is_ref = path.startswith("/finance/d/") and len(path) > len("/finance/d/1")
                words = "Open the link in your email" if is_ref else "no longer active"
                self.assertIn(words, answer.text)

    def test_l5_refusals_are_recorded_with_their_cause(self):
        link, token = self.issue()
        link._revoke("staff")
        self.visit(f"/finance/i/{token}")
        row = self.invoice_events("refused")
        self.assertEqual(len(row), 1)
        self.assertIn("staff", row.reason)
        self.assertNotIn(token, row.reason)

    def test_dead_and_unknown_look_the_same(self):
        link, token = self.issue()
        link._revoke("staff")
        dead, unknown = self.visit(f"/finance/i/{token}"), self.visit(f"/finance/i/{new_token()}")
        for page in (dead, unknown):
            self.assertIn("This link is no longer active", page.text)
            self.assertNotIn("revoked", page.text.lower())
            self.assertNotIn("expired", page.text.lower())
