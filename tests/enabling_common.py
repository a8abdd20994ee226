"""Contacts who get portal access together, and the job that does it."""

from .portal_access_common import PortalAccessCase

JOB = "finance_portal.ir_cron_enable"
QUEUE = "mail.ir_cron_mail_scheduler_action"


class EnablingCase(PortalAccessCase):
    """``PortalAccessCase`` with ``many`` contacts of one customer, none of whom has an account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.many = cls.env["res.partner"].concat(
            *(cls.make_contact(f"Many{number}") for number in range(3))
        )

    def dialog(self, contacts, user=None, **values):
        dialogs = self.env["finance.portal.enable.many"].with_user(user or self.boss)
        return dialogs.create({"res_ids": contacts.ids, **values})

    def start(self, contacts, user=None, **values):
        """Press Enable for contacts; return the runs (sudo)."""
        action = self.dialog(contacts, user, **values).action_enable()
        return self.runs_of(action)

    def runs_of(self, action):
        Run = self.env["finance.portal.enabling"].sudo()
        if action.get("res_id"):
            return Run.browse(action["res_id"])
        return Run.search(action["domain"])

    def run_job(self, xmlid=JOB):
        with self.enter_registry_test_mode():
            self.env.ref(xmlid).method_direct_trigger()
        self.env.invalidate_all()

    def work_off(self):
        """Run the job and then Odoo's mail queue; what left stands in ``sent``."""
        with self.mock_mail_gateway():
            self.run_job()
            self.run_job(QUEUE)

    def states(self, runs):
        return {line.partner_id: line.state for line in runs.line_ids}

    def reasons(self, runs):
        return {line.partner_id: line.reason for line in runs.line_ids if line.reason}

    def accounts_of(self, contacts):
        return contacts._finance_portal_get_account()

    def assertEnabledOnce(self, contacts):
        """Assert that each contact has one account and got one setup email for it."""
        accounts = self.accounts_of(contacts)
        self.assertEqual(accounts.partner_id, contacts)
        for account in accounts:
            self.assertEqual(account.mailed_link_ids.mapped("purpose"), ["setup"])
            mails = self.env["mail.mail"].search(
                [("mail_message_id", "=", account.mailed_link_ids.mail_message_id)]
            )
            self.assertLessEqual(len(mails), 1)
