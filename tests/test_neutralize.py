"""A staging copy opens no document of the original."""

from odoo import fields
from odoo.tests import tagged
from odoo.tools import file_open

from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestNeutralize(FinancePortalCase):
    def neutralize(self):
        self.env.flush_all()
        with file_open("finance_portal/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()

    def test_neutralize_closes_all_live_links(self):
        (one, ada), (two, ben) = self.issue(), self.issue(partner=self.ben)
        closed, gone = self.issue()
        closed._revoke("staff")
        when = closed.revoked_at
        self.neutralize()
        for token in (ada, ben, gone):
            self.assertDead(token)
        self.assertEqual((one + two).mapped("revoke_reason"), ["copy", "copy"])
        self.assertFalse(one._may_be_renewed(), "Request access revives nothing in a copy")
        self.assertEqual((closed.revoke_reason, closed.revoked_at), ("staff", when))
        self.assertLessEqual(abs((one.revoked_at - fields.Datetime.now()).total_seconds()), 600)

    def test_neutralize_ends_setup_and_reset_links(self):
        with self.mock_mail_gateway():
            account = self.env["finance.portal.account"]._enable(self.ada)
        waiting = self.env["finance.portal.account.request"].sudo()
        waiting.create({"email": "ada@bakery.example.com"})
        self.assertTrue(account.mailed_link_ids._is_live())
        self.neutralize()
        self.assertFalse(account.mailed_link_ids._is_live())
        self.assertFalse(waiting.search([]))

    def test_neutralize_drops_waiting_requests(self):
        link, _token = self.issue()
        requests = self.env["finance.portal.access.request"].sudo()
        requests.create({"link_id": link.id})
        self.neutralize()
        self.assertFalse(requests.search([]))
