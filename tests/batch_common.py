"""Invoices to send together, and the job that sends them."""

from .common import FinancePortalCase


class BatchCase(FinancePortalCase):
    """Invoices to send together, and the job that does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Batch = cls.env["finance.portal.batch"]
        cls.billing = cls.make_user(
            "billing", "account.group_account_invoice", "sales_team.group_sale_salesman_all_leads"
        )
        cls.contacts = [cls.make_contact(f"Contact{number}") for number in range(3)]
        cls.moves = cls.env["account.move"].union(
            *(cls.make_invoice(partner=contact) for contact in cls.contacts)
        )

    def make_batch(self, documents=None, user=None, **options):
        documents = self.moves if documents is None else documents
        documents = documents.with_user(user or self.billing)
        return self.Batch.with_user(user or self.billing)._create_for(documents, **options)

    def run_job(self, xmlid="finance_portal.ir_cron_send_batch"):
        with self.enter_registry_test_mode():
            self.env.ref(xmlid).method_direct_trigger()

    def run_queue(self):
        """Have Odoo's mail queue hand over what the job queued; it is in ``sent``."""
        with self.mock_mail_gateway():
            self.run_job("mail.ir_cron_mail_scheduler_action")

    def send_all(self, documents=None, **options):
        batch = self.make_batch(documents, **options)
        self.run_job()
        return batch.sudo()

    def states(self, batch):
        return {line.res_id: line.state for line in batch.line_ids}

    def mails(self, documents):
        """Return the emails to customers about these documents, sent or not."""
        return self.env["mail.mail"].search(
            [
                ("model", "=", documents._name),
                ("res_id", "in", documents.ids),
                ("recipient_ids.partner_share", "=", True),
            ]
        )

    def assertAllSent(self, batch, documents):
        """Assert that every document is sent, and exactly once."""
        self.assertEqual(self.states(batch), dict.fromkeys(documents.ids, "sent"))
        self.assertEqual(sorted(self.mails(documents).mapped("res_id")), sorted(documents.ids))
