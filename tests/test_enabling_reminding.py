"""Contacts who never set up their account: found in the list, and reminded by the same job."""

from odoo.tests import tagged

from .enabling_common import EnablingCase


@tagged("post_install", "-at_install")
class TestReminding(EnablingCase):
    """Who never set up is found in the list of accounts, and reminded within the caps."""

    def setUp(self):
        super().setUp()
        self.start(self.many)
        self.work_off()
        self.account = self.accounts_of(self.many[0])

    def remind(self, accounts, user=None):
        return self.runs_of(accounts.sudo(False).with_user(user or self.boss).action_remind())

    def age(self, accounts):
        """Have what was mailed for these accounts be an hour old."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE finance_portal_account_link SET requested_at = requested_at - interval '1 hour'"
            " WHERE account_id = ANY(%s)", [accounts.ids],
        )  # fmt: skip
        self.env.invalidate_all()

    def test_a_run_leads_to_who_never_set_up(self):
        run = self.env["finance.portal.enabling"].sudo().search([], limit=1)
        action = run.with_user(self.boss).action_open_accounts()
        self.assertEqual(action["context"], {"search_default_invited": True})
        found = self.Account.with_user(self.boss).search(action["domain"])
        self.assertEqual(found.partner_id, self.many)

    def test_each_gets_a_new_link_within_the_caps(self):
        accounts = self.accounts_of(self.many)
        active = self.account_with_password(self.ben)
        self.assertEqual(set(self.states(self.remind(accounts)).values()), {"skipped"})
        self.age(accounts)
        runs = self.remind(accounts + active)
        self.assertIn("hasn't signed in yet", self.reasons(runs)[self.ben])
        self.work_off()
        self.assertEqual(set(self.sent), set(self.many.mapped("email")))
        self.assertEqual(runs.done_count, 3)
        for _number in range(3):
            self.age(accounts)
            self.remind(accounts)
            self.work_off()
        self.age(accounts)
        runs = self.remind(accounts)
        self.assertEqual(set(self.states(runs).values()), {"skipped"}, "five in a day")
        self.assertIn("too many were sent today", " ".join(self.reasons(runs).values()))
        self.assertEqual({len(one.mailed_link_ids) for one in accounts}, {5})

    def test_the_job_checks_again(self):
        self.age(self.account)
        runs = self.remind(self.account)
        self.account.sudo()._disable("staff")
        self.work_off()
        self.assertEqual([*self.states(runs).values()], ["skipped"])
        self.assertIn("Disabled on", runs.line_ids.reason)
        self.assertFalse(self._mails)
