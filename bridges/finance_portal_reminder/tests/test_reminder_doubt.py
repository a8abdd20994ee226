"""A contact whose address waits for a manager gets no reminder until it is confirmed."""

from odoo.tests import tagged

from odoo.addons.finance_portal.tests.account_common import AccountCase

from .common import QuoteReminderCase

NEW = "thief@elsewhere.example.com"


@tagged("post_install", "-at_install")
class TestReminderDoubt(QuoteReminderCase):
    def test_nothing_is_sent_while_an_address_is_in_doubt(self):
        """Of each kind of document, also where it was planned for the address before."""
        creator = self.make_user("creator", "base.group_user", "base.group_partner_manager")
        boss = self.make_user("boss", "account.group_account_manager", "base.group_partner_manager")
        AccountCase.make_account.__func__(type(self), self.ada)
        documents = [self.bill(7, self.ada), self.offer(partner=self.ada)]
        kinds = {document._name for document in documents}
        self.assertEqual(kinds, {*documents[0]._finance_reminder_get_models()})
        rows = self.plan_for_ada()
        self.assertEqual(set(rows.mapped("state")), {"planned"})
        self.ada.with_user(creator).email = NEW
        self.remind(rows)
        self.assertNotIn(NEW, [*self.sent])
        rows = self.plan_for_ada()
        self.assertEqual(set(rows.mapped("state")), {"held"})
        [reason] = set(rows.mapped("reason"))
        self.assertIn("The email address of Ada was changed.", reason)
        self.ada.with_user(boss).action_finance_portal_confirm()
        self.remind()
        self.assertIn(NEW, [*self.sent])

    def plan_for_ada(self):
        rows = self.plan().filtered(lambda row: row.partner_id == self.ada)
        self.assertEqual(len(rows), 2)
        return rows

    def test_nothing_is_sent_to_an_address_of_a_customer_that_nobody_checked(self):
        """What a colleague sends there by hand is the check."""
        shopper = self.make_user("shopper", "base.group_portal")
        values = {"name": "Billing", "email": NEW, "parent_id": self.customer.id, "type": "invoice"}
        contact = self.env["res.partner"].with_user(shopper).sudo().create(values)
        contact = contact.with_env(self.env)
        invoice = self.bill(7, contact)
        row = self.plan().filtered(lambda row: row.partner_id == contact)
        self.assertEqual(row.state, "held")
        self.assertIn("no colleague has sent anything there yet", row.reason)
        self.remind(row)
        self.assertNotIn(NEW, [*self.sent])
        clerk = self.make_user(
            "sender", "account.group_account_invoice", "finance_portal.group_finance_portal_user"
        )
        dialog = self.open_send_dialog(invoice).with_user(clerk)
        with self.mock_mail_gateway():
            dialog.action_send_and_print()
        self.assertIn(NEW, [*self.sent])
        row = self.plan().filtered(lambda row: row.partner_id == contact)
        self.assertEqual(row.state, "planned")

    def test_whoever_left_the_customer_is_reminded_of_nothing(self):
        """Of each kind of document, also where it was planned for them before."""
        documents = [self.bill(7, self.ada), self.offer(partner=self.ada)]
        rows = self.plan_for_ada()
        self.ada.parent_id = self.rival
        self.remind(rows)
        self.assertNotIn(self.ada.email, [*self.sent])
        for document in documents:
            self.assertEqual(self.plan_of(document).partner_id, self.customer)
        self.remind()
        self.assertEqual([*self.sent], [self.customer.email])
