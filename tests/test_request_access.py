"""Request access: one answer for everybody, and a new link to the address on file only."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.secure_token import new_ref, new_token
from .http_common import FinancePortalHttpCase


@tagged("post_install", "-at_install")
class TestRequestAccess(FinancePortalHttpCase):
    def test_request_access_answers_everybody_alike(self):
        link, token = self.issue()
        dead, _token = self.issue(partner=self.ben)
        dead._revoke("staff")
        self.open_link(token)
        self.become_stranger()  # a page leaves its look, for its own address
        page = self.visit(f"/finance/d/{new_ref()}")
        texts = set()
        for key in (link.ref, dead.ref, new_ref(), token, new_token(), "nonsense"):
            with self.subTest(key=key):
                answer = self.submit(page, f"/finance/d/{key}/request-access")
                self.assertEqual(answer.status_code, 200)
                texts.add(self.plain(answer))
        self.assertEqual(len(texts), 1)

    def test_request_access_mails_to_the_address_on_file_only(self):
        link, token = self.issue()
        page = self.open_link(token)
        self.company.finance_portal_email_change = "keep"
        self.ada.email = "ada.new@bakery.example.com"
        self.visit(
            f"/finance/d/{link.ref}/request-access", "POST",
            data={"csrf_token": self.csrf_of(page), "email": "eve@rival.example.com"},
        )  # fmt: skip
        self.answer_requests()
        self.assertEqual(list(self.sent), ["ada.new@bakery.example.com"])
        (fresh,) = self.tokens_in(self.sent["ada.new@bakery.example.com"])
        self.assertEqual(self.open_link(fresh).status_code, 200)
        self.assertEqual(len(self.invoice_events("access_requested", "access_mailed")), 2)

    def test_request_access_mails_nothing_when_it_must_not(self):
        link, _token = self.issue()
        link._revoke("staff")
        page = self.visit(f"/finance/d/{new_ref()}")
        for key in (link.ref, new_ref(), new_token(), "x"):
            self.submit(page, f"/finance/d/{key}/request-access")
        self.answer_requests()
        self.assertFalse(self.sent)
        self.assertEqual(len(self.invoice_events("access_requested")), 1)

    def test_request_access_is_limited_in_time_and_number(self):
        link, _token = self.issue()
        page = self.visit(f"/finance/d/{new_ref()}")
        start, mailed = fields.Datetime.now(), []
        for minutes in (0, 4, 6, 12, 18, 24, 30, 36):
            now = start + timedelta(minutes=minutes)
            with patch.object(fields.Datetime, "now", lambda now=now: now):
                self.submit(page, f"/finance/d/{link.ref}/request-access")
                self.answer_requests()
            mailed.append(len(self.sent))
        self.assertEqual(mailed, [1, 0, 1, 1, 1, 1, 0, 0], "5 minutes apart, 5 a day")

    def test_request_access_of_a_broken_request_drops_it(self):
        link, _token = self.issue()
        page = self.visit(f"/finance/d/{new_ref()}")
        self.submit(page, f"/finance/d/{link.ref}/request-access")

        def broken(*_args, **_kwargs):
            raise ValueError("broken")

        with (
            patch.object(type(self.invoice), "_finance_portal_mail_link", broken),
            mute_logger("odoo.addons.finance_portal.models.links.mail_request"),
        ):
            self.answer_requests()
        Request = self.env["finance.portal.access.request"].sudo()
        self.assertFalse(Request.search([("link_id", "=", link.id)]), "tried once, not forever")
        self.assertFalse(
            self.Event.search([("link_id", "=", link.id), ("kind", "=", "access_mailed")])
        )
        self.submit(page, f"/finance/d/{link.ref}/request-access")
        self.answer_requests()
        self.assertEqual(list(self.sent), [self.ada.email], "the visitor can ask again")
