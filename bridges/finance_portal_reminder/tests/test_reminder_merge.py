"""Contacts that are merged while reminders of both are planned, or were sent."""

from odoo.tests import tagged

from odoo.addons.finance_portal.tests.contact_common import ContactCase

from .common import JOB, ReminderCase

# What has one row of each contact, and who sees to it that a merge leaves one.
ONE_OF_EACH = {
    "finance_portal_account": "two accounts aren't merged, see test_contact_merge",
    "finance_portal_enabling_line": "one keeps waiting, see test_enabling",
    "finance_portal_reminder": "one stays planned, see below",
}


@tagged("post_install", "-at_install")
class TestReminderMerge(ReminderCase):
    merge = ContactCase.merge

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "office@bakery.example.com"
        cls.double = cls.make_contact(
            "Double", parent=False, is_company=True, email="double@bakery.example.com"
        )

    def test_every_unique_index_over_a_contact_is_seen_to(self):
        """Odoo re-points contacts by SQL, and gives up where a unique index refuses that."""
        self.env.cr.execute(
            """
            SELECT DISTINCT owner.relname
              FROM pg_index one
              JOIN pg_class owner ON owner.oid = one.indrelid
              JOIN pg_constraint points ON points.conrelid = one.indrelid
               AND points.contype = 'f' AND points.confrelid = 'res_partner'::regclass
               AND points.conkey[1] = ANY(one.indkey)
             WHERE one.indisunique AND owner.relname LIKE 'finance\\_portal\\_%'
               AND owner.relkind = 'r'
            """
        )
        found = {table for (table,) in self.env.cr.fetchall()}
        tables = {model._table for model in self.env.values() if model._auto}
        self.assertEqual(found & tables, {*ONE_OF_EACH})

    def test_two_customers_with_planned_reminders_become_one(self):
        own, other = self.bill(8, self.customer), self.bill(9, self.double)
        held = self.bill(8, self.customer, finance_no_reminders=True)
        self.assertEqual(self.plan().mapped("state"), ["planned"] * 2)
        self.merge(self.double, self.customer)
        self.run_job(JOB)
        row = self.Reminder.sudo().search(self.Reminder._get_next_domain(self.company))
        self.assertEqual((row.customer_id, row.partner_id), (self.customer, self.customer))
        self.assertEqual(self.documents_of(row, "planned"), own | other)
        self.assertEqual(self.documents_of(row, "held"), held)

    def test_what_was_sent_stays(self):
        """It is what keeps a step from being sent twice."""
        moves = self.bill(8, self.customer) | self.bill(8, self.double)
        sent = self.remind()
        self.assertEqual(sent.mapped("state"), ["sent"] * 2)
        self.merge(self.double, self.customer)
        self.assertEqual(sent.exists().customer_id, self.customer)
        self.assertEqual(len(sent.exists()), 2)
        self.assertFalse(self.plan().filtered(lambda row: moves & self.documents_of(row)))

    def test_two_contacts_of_one_customer_become_one(self):
        double = self.make_contact("Ada again", email="ada2@bakery.example.com")
        own, other = self.bill(8, self.ada), self.bill(9, double)
        self.assertEqual(len(self.plan()), 2)
        self.merge(double, self.ada)
        row = self.plan()
        self.assertEqual((row.customer_id, row.partner_id), (self.customer, self.ada))
        self.assertEqual(self.documents_of(row), own | other)
