"""Whose a document is, where it is stored: no contact that is deleted takes it along."""

from odoo.tests import TransactionCase, tagged

RESTRICT = "r"
# Goes with its contact, on purpose: it is about nothing but them.
GOES = {("finance_portal_account", "customer_id"), ("finance_portal_reminder", "customer_id")}
# Nobody's document: it says on its own who it was, or opens nothing any more.
MAY_GO = {
    ("finance_portal_decision", "customer_id"),  # keeps the customer's name
    ("finance_portal_enabling_line", "customer_id"),  # keeps the customer's name
    ("finance_portal_link", "customer_id"),  # opens for no customer but its own
}
DELETION = """
    SELECT con.confdeltype
      FROM pg_constraint con
      JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
     WHERE con.contype = 'f' AND con.conrelid = %s::regclass AND att.attname = %s
"""


@tagged("post_install", "-at_install")
class TestCustomerFields(TransactionCase):
    def find(self):
        """Return ``(table, column)`` of each customer that the portal stores."""
        return {
            (Model._table, name)
            for Model in self.env.registry.values()
            if Model._auto and not Model._abstract and not Model._transient
            for name, field in Model._fields.items()
            if (field.comodel_name, field.type) == ("res.partner", "many2one")
            and field.store
            and "customer" in name
            and any(module.startswith("finance_portal") for module in field._modules)
        }

    def test_deleting_a_contact_empties_no_customer_that_is_stored(self):
        """One that is computed isn't computed again: whose the document was would be lost."""
        found = self.find()
        known = {
            ("finance_portal_account", "customer_id"),
            ("finance_portal_issued_statement", "customer_id"),
            ("account_payment", "finance_customer_id"),
            *MAY_GO,
        }
        self.assertLessEqual(known, found)
        for table, column in sorted(found - MAY_GO - GOES):
            with self.subTest(table=table, column=column):
                self.env.cr.execute(DELETION, [table, column])
                [(kind,)] = self.env.cr.fetchall()
                self.assertEqual(kind, RESTRICT)
