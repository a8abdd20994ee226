"""A customer's browser for tests: opens mailed links and submits the forms of our pages."""

import json
import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase

from .common import FinancePortalCase

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
GATEWAY = "Mozilla/5.0 (compatible; Proofpoint-URLDefense/1.0)"
CSRF = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
# Seconds. An answer ends the wait, so a generous limit costs nothing; Odoo's own is too short for
# a page or PDF of a busy machine.
PATIENCE = 90


class PatientHttpCase(HttpCase):
    """``HttpCase`` for machines that are busy with other tests, too."""

    test_cursor_lock_timeout = PATIENCE

    def url_open(self, *args, timeout=PATIENCE, **options):
        return super().url_open(*args, timeout=timeout, **options)

    def make_jsonrpc_request(self, *args, timeout=PATIENCE, **options):
        return super().make_jsonrpc_request(*args, timeout=timeout, **options)


class FinancePortalHttpCase(FinancePortalCase, PatientHttpCase):
    """``FinancePortalCase`` with a browser; each test starts as a stranger without cookies."""

    def setUp(self):
        super().setUp()
        self.become_stranger()

    @classmethod
    def issue(cls, *args, ago=timedelta(hours=1), **options):
        """Issue a link that was mailed some time ago: what comes within seconds is no person."""
        moment = fields.Datetime.now() - ago
        with patch.object(fields.Datetime, "now", lambda: moment):
            return super().issue(*args, **options)

    def become_stranger(self):
        """Forget all cookies, as another browser would have none."""
        self.authenticate(None, None)

    def go_on_with(self, session):
        """Hold another session, by its number, as somebody who knows it can."""
        self.opener.cookies.clear()
        self.opener.cookies["session_id"] = session

    def visit(self, path, method="GET", agent=PHONE, data=None, follow=False):
        """Make one request and return the answer; redirects are followed only when asked."""
        self.env.flush_all()
        answer = self.url_open(
            path, data=data, headers={"User-Agent": agent}, allow_redirects=follow, method=method
        )
        self.env.invalidate_all()
        return answer

    def open_link(self, token, **options):
        """Click the mailed link; return the page at the end of it."""
        return self.visit(f"/finance/i/{token}", follow=True, **options)

    def invoice_events(self, *kinds):
        """Return what happened to ``invoice``, of these kinds."""
        return self.Event.search([("res_id", "=", self.invoice.id), ("kind", "in", kinds)])

    def answer_requests(self):
        """Run the job that answers Request access; what it mailed is in ``sent``."""
        with (
            self.mock_mail_gateway(),
            patch.object(self.env.cr, "commit"),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
        ):
            self.env["finance.portal.access.request"].sudo()._cron_answer()
        self.assertFalse(self.env["finance.portal.access.request"].sudo().search([]))

    def csrf_of(self, page):
        """Return the token that a page's forms carry."""
        return CSRF.search(page.text).group(1)

    def submit(self, page, path, **options):
        """Post the form of ``page`` whose address is ``path``, as a browser would."""
        return self.visit(path, "POST", data={"csrf_token": self.csrf_of(page)}, **options)

    def press_signed_in(self, records, method):
        """Press a button in the back office, as whoever is signed in; return the answer's JSON."""
        self.env.flush_all()
        params = {"model": records._name, "method": method, "args": [records.ids], "kwargs": {}}
        answer = self.url_open(
            f"/web/dataset/call_kw/{records._name}/{method}",
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        )
        self.env.invalidate_all()
        return answer.json()

    def plain(self, page):
        """Return a page's text without what differs between any two pages."""
        text = CSRF.sub("", page.text)
        text = re.sub(r"nonce(=\"|-)[\w-]+", "", text)
        return re.sub(r"/finance/d/[\w.-]+/", "", text)

    def assertStrictHeaders(self, answer):
        """Assert that an answer carries what every answer under a link must (L12)."""
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(answer.headers["X-Robots-Tag"], "noindex, nofollow")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        policy = answer.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertNotIn("unsafe", policy)
