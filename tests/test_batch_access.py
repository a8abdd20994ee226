"""Who may see, send and stop many documents at once."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .batch_common import BatchCase


@tagged("post_install", "-at_install")
class TestBatchAccess(BatchCase):
    def refused(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        muted = mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
        with muted, self.assertRaises(AccessError):
            action()

    def test_batches_are_for_the_group_only_and_written_by_nobody(self):
        batch = self.make_batch()
        outsiders = (
            self.make_user("nobody", "base.group_user"),
            self.make_user("auditor", "account.group_account_readonly"),
            self.make_user("portal", "base.group_portal"),
            self.env.ref("base.public_user"),
        )
        for user in outsiders:
            for records in (batch, batch.sudo().line_ids):
                own = records.with_user(user)
                with self.subTest(user=user.sudo().login, model=records._name):
                    self.refused(lambda own=own: own.read(["create_date"]))
                    self.refused(lambda own=own: own.search([]))
            for name in ("action_cancel", "action_try_failed_again"):
                self.refused(lambda user=user, name=name: getattr(batch.with_user(user), name)())
        for records in (batch, batch.line_ids):
            own = records.with_user(self.billing)
            self.refused(lambda own=own: own.write({"user_id": self.billing.id}))
            self.refused(lambda own=own: own.unlink())
            self.refused(lambda own=own: own.create({}))

    def test_what_colleagues_send_is_for_managers_to_see(self):
        batch = self.make_batch()
        colleague = self.make_user("colleague", "account.group_account_invoice")
        manager = self.make_user("manager", "account.group_account_manager")
        for user, may in ((self.billing, True), (manager, True), (colleague, False)):
            for records in (batch, batch.sudo().line_ids):
                own = records.with_user(user)
                self.assertEqual(own.has_access("read"), may, user.login)
                self.assertEqual(own.search_count([("id", "in", own.ids)]) > 0, may)
        self.refused(lambda: batch.with_user(colleague).action_try_failed_again())

    def test_other_companies_see_nothing_of_it(self):
        batch = self.make_batch()
        company = self.env["res.company"].create({"name": "Other Ltd"})
        foreigner = self.make_user("foreigner", "account.group_account_manager")
        foreigner.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        self.assertFalse(self.Batch.with_user(foreigner).search([("id", "=", batch.id)]))
        self.refused(lambda: batch.with_user(foreigner).action_cancel())
        self.refused(lambda: batch.sudo().line_ids[0].with_user(foreigner).read(["reason"]))

    def test_each_company_gets_a_batch_of_its_own(self):
        other = self.setup_other_company()["company"]
        self.billing.company_ids += other
        journal = self.env["account.journal"].search(
            [("company_id", "=", other.id), ("type", "=", "sale")], limit=1
        )
        foreign = self.make_invoice(
            post=False, company_id=other.id, journal_id=journal.id,
            partner_id=self.eve.id,
        )  # fmt: skip
        foreign.action_post()
        documents = (self.moves + foreign).with_context(
            allowed_company_ids=(self.company + other).ids
        )
        batches = (
            self.Batch.with_user(self.billing)._create_for(documents.with_user(self.billing)).sudo()
        )
        self.assertEqual(batches.company_id, self.company + other)
        self.run_job()
        self.assertEqual(set(batches.line_ids.mapped("state")), {"sent"})
        for batch in batches:
            self.assertEqual(set(batch.line_ids.mapped("company_id")), {batch.company_id})

    def test_nobody_sends_what_they_may_not_read(self):
        outsider = self.make_user("sharer", "finance_portal.group_finance_portal_user")
        self.refused(lambda: self.make_batch(user=outsider))
        dialog = self.env["finance.portal.send"].with_user(outsider)
        self.refused(
            lambda: dialog.create({"res_model": "account.move", "res_ids": self.moves.ids}).outcome
        )

    def test_nobody_sends_what_they_may_not_write(self):
        reader = self.make_user(
            "reader", "account.group_account_readonly", "finance_portal.group_finance_portal_user"
        )
        batch = self.send_all(user=reader)
        self.assertEqual(set(self.states(batch).values()), {"failed"})
        self.assertIn("have permission to send", batch.line_ids[0].reason)
        self.assertFalse(self.mails(self.moves))

    def test_rights_lost_while_it_waits_are_lost(self):
        batch = self.make_batch()
        self.billing.group_ids = self.env.ref("base.group_user")
        self.run_job()
        self.assertEqual(set(self.states(batch.sudo()).values()), {"failed"})
        self.assertFalse(self.mails(self.moves))

    def test_other_models_are_refused(self):
        for model in ("res.partner", "res.users", "no.such.model"):
            wizard = self.env["finance.portal.send"].with_user(self.billing)
            with self.subTest(model=model), self.assertRaisesRegex(UserError, "be sent to"):
                wizard.create({"res_model": model, "res_ids": [1]}).action_send()
