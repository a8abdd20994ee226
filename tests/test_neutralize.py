"""A staging copy opens no document of the original."""

from odoo import fields
from odoo.tests import tagged
from odoo.tools import file_open

from ..failures import AccountLinkGone
from .account_link_common import AccountLinkCase
from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestCopiedDatabase(AccountLinkCase):
    """Odoo gives a copied database an identity of its own; nothing need be neutralized."""

    def become_copy(self):
        """Do what Odoo does to the copy of a database, and nothing more."""
        self.env.flush_all()
        self.env["ir.config_parameter"].init(force=True)
        self.env.flush_all()
        self.env.invalidate_all()

    def test_a_copy_opens_no_link_of_the_original(self):
        link, token = self.issue()
        self.assertLive(token)
        self.become_copy()
        self.assertDead(token)
        self.assertEqual(link._get_closed_reason(), "copy")
        self.assertFalse(link._may_be_renewed(), "Request access revives nothing in a copy")
        _own, own_token = self.issue()
        self.assertLive(own_token, "what the copy itself mails opens")

    def test_a_copy_uses_no_setup_or_reset_link_of_the_original(self):
        account, token = self.enable()
        self.assertTrue(self.AccountLink._resolve_token("setup", token))
        self.become_copy()
        with self.assertRaises(AccountLinkGone):
            self.AccountLink._resolve_token("setup", token)
        own_token = self.mail_account_link(account, "setup")
        self.assertTrue(self.AccountLink._resolve_token("setup", own_token))

    def test_a_setup_or_reset_link_is_not_revived_by_sql(self):
        table = "finance_portal_account_link"
        account, _token = self.enable()
        ended = account.mailed_link_ids
        self.mail_account_link(account, "setup")
        live = account.mailed_link_ids - ended
        used = self.mail_used(self.ben)
        self.env.flush_all()
        later, longer = "now() + interval '1 hour'", "expires_at = expires_at + interval '1 s'"
        for link, change in (
            (used, "used_at = NULL"), (used, "used_at = NULL, token_hash = 'x'"),
            (used, "token_hash = 'x'"), (used, f"used_at = {later}"), (used, "email = 'x@y.zz'"),
            (ended, "ended_at = NULL"), (ended, "token_hash = 'x'"), (ended, "used_at = now()"),
            (live, f"issued_at = {later}, expires_at = {later} + interval '60 minutes'"),
            (live, f"issued_at = issued_at + interval '1 s', {longer}"),
            (live, "database_uuid = 'x'"), (live, "purpose = 'reset'"), (live, "ref = 'x'"),
            (live, "account_id = account_id + 1"),
        ):  # fmt: skip
            with self.subTest(change=change), self.refused_by_database():
                self.env.cr.execute(f"UPDATE {table} SET {change} WHERE id = %s", [link.id])

    def mail_used(self, partner):
        """Return a setup link that was used."""
        account, _token = self.enable(partner)
        link = account.mailed_link_ids
        link._use("four quiet walruses", "setup", {"link": link})
        return link

    def test_a_setup_link_of_the_future_lives_for_an_hour(self):
        account, _token = self.enable()
        self.env.cr.execute(
            """
            INSERT INTO finance_portal_account_link (account_id, purpose, ref, email, requested_at,
                token_hash, issued_at, expires_at)
            VALUES (%s, 'reset', 'x', 'x@y.zz', now(), 'x', 'infinity', 'infinity')
         RETURNING expires_at < now() AT TIME ZONE 'UTC' + interval '61 minutes'
            """,
            [account.id],
        )
        self.assertEqual(self.env.cr.fetchall(), [(True,)])


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
