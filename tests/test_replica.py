"""Customers' pages ask the primary database, so a replica that lags changes nothing."""

from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ..models.web.page import OWN_TREES
from .account_common import AccountCase

CONFIG = "odoo.addons.finance_portal.models.access.res_users.config"
# Files that are the same for everybody.
FROM_THE_REPLICA = {"/finance_portal/asset/<string:version>/<string:name>"}


@tagged("post_install", "-at_install")
class TestOwnRoutesAskThePrimary(TransactionCase):
    def test_no_route_of_ours_reads_from_the_replica(self):
        """A link that was revoked, or a payment that came in, may be missing there."""
        rules = [
            rule
            for rule in self.env["ir.http"].routing_map().iter_rules()
            if rule.endpoint.routing.get("finance_portal")
            or OWN_TREES.match(rule.rule)
            or rule.rule.startswith("/finance_portal/")
        ]
        self.assertGreater(len(rules), 50)
        read_only = {rule.rule for rule in rules if rule.endpoint.routing["readonly"]}
        self.assertEqual(read_only, FROM_THE_REPLICA)


@tagged("post_install", "-at_install")
class TestSessionsAskThePrimary(AccountCase):
    def test_the_end_of_a_session_needs_no_word_of_it(self):
        """Another worker ended it, and only the replica would tell."""
        user, sid = self.account.user_id, "s" * 84
        self.env.flush_all()
        with patch(CONFIG, {"db_replica_host": "replica.example.com"}):
            before = user._compute_session_token(sid)
            self.assertEqual(user._compute_session_token(sid), before)
            self.env.cr.execute(
                "UPDATE finance_portal_login SET session_version = session_version + 1"
                " WHERE id = %s", [self.account.login_id.id]
            )  # fmt: skip
            self.assertNotEqual(user._compute_session_token(sid), before)
