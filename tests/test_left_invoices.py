"""What is made of an invoice whose contact has left is its customer's, not theirs (L4)."""

from odoo.tests import tagged

from .contact_common import ContactCase


@tagged("post_install", "-at_install")
class TestLeftInvoices(ContactCase):
    def reverse(self, invoice):
        return invoice._reverse_moves()

    def cancel(self, invoice):
        return invoice._reverse_moves(cancel=True)

    def correct(self, invoice):
        """Reverse it, and begin anew."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        wizard.modify_moves()
        return wizard.new_move_ids

    def duplicate(self, invoice):
        return invoice.copy()

    def repeat(self, invoice):
        """Make the invoice of the next month, as posting one does."""
        invoice.auto_post = "monthly"
        invoice._copy_recurring_entries()
        return self.env["account.move"].search([("auto_post_origin_id", "=", invoice.id)]) - invoice

    def test_it_is_the_customers(self):
        ways = (self.reverse, self.cancel, self.correct, self.duplicate, self.repeat)
        home = self.ada.parent_id
        for way in ways:
            invoice = self.make_invoice(self.ada)
            self.ada.parent_id = self.rival
            with self.subTest(way=way.__name__):
                made = way(invoice)
                self.assertTrue(made)
                made.filtered(lambda one: one.state == "draft").action_post()
                for one in made:
                    self.assertEqual(one._finance_portal_get_customer(), self.customer)
                    self.assertEqual(one.partner_id, self.customer)
                    self.assertEqual(one.partner_shipping_id, self.customer)
                    self.assertEqual(one.line_ids.partner_id, self.customer)
            self.ada.parent_id = home

    def test_whom_it_is_made_for_counts(self):
        invoice = self.make_invoice(self.ada)
        self.ada.parent_id = self.rival
        made = invoice.copy({"partner_id": self.ada.id})
        self.assertEqual(made._finance_portal_get_customer(), self.rival)
        self.assertNotEqual(made.partner_shipping_id.commercial_partner_id, self.customer)

    def test_nothing_changes_as_long_as_they_stay(self):
        invoice = self.make_invoice(self.ada, partner_shipping_id=self.ben.id)
        made = invoice._reverse_moves()
        self.assertEqual((made.partner_id, made.partner_shipping_id), (self.ada, self.ben))
