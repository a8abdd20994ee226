"""What staff can look at, change and skip."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ReminderCase


@tagged("post_install", "-at_install")
class TestReminderStaff(ReminderCase):
    def open(self, user=None):
        Reminder = self.Reminder.with_user(user or self.billing)
        action = Reminder.with_context(allowed_company_ids=self.company.ids).action_open()
        self.assertEqual(action["res_model"], "finance.portal.reminder")
        return Reminder.search(Reminder._get_next_domain(self.company))

    def test_opening_it_shows_who_gets_what_and_sends_nothing(self):
        move = self.bill(7)
        row = self.open()
        self.assertEqual(
            (row.customer_id, row.documents, row.step_name, row.email, row.state),
            (self.customer, move.name, "7 days after the due date", self.ada.email, "planned"),
        )
        self.assertIn(move.name, row.subject)
        self.assertIn("Hello Ada", row.body)
        self.assertFalse(self.notes(move))

    def test_a_message_can_be_changed_for_one_customer(self):
        self.bill(7)
        self.bill(7, partner=self.eve)
        row = self.open().filtered(lambda one: one.partner_id == self.ada)
        row.write({"body": "<p>Dear Ada, a word about June.</p>"})
        self.assertTrue(row.is_edited)
        self.assertIn("Hello Eve", (self.open() - row).body)
        self.assertIn("about June", row.body, "planning anew keeps it")
        row.write({"subject": "About June"})
        self.remind(self.plan())
        self.assertIn("about June", self.sent[self.ada.email])
        self.assertIn("Hello Eve", self.sent[self.eve.email])
        subjects = {mail["subject"] for mail in self._mails}
        self.assertIn("About June", subjects)

    def test_the_templates_text_again(self):
        self.bill(7)
        row = self.open()
        row.write({"subject": "x", "body": "<p>y</p>"})
        row.action_use_template()
        self.assertIn("Hello Ada", row.body)
        self.assertFalse(row.is_edited)

    def test_skipping_leaves_out_this_step_only(self):
        move = self.bill(7)
        row = self.open()
        row.action_skip()
        self.assertEqual(row.state, "skipped")
        self.assertIn(f"Skipped by {self.billing.name}", row.reason)
        self.assertFalse(self.plan_of(move))
        self.run_job()
        self.assertFalse(self.notes(move))
        with self.next_round(14):
            self.assertEqual(self.plan_of(move).step_id.kind, "firm")

    def test_skipping_can_be_undone(self):
        move = self.bill(7)
        row = self.open()
        row.action_skip()
        row.action_unskip()
        self.assertEqual(self.plan_of(move).state, "planned")

    def test_what_was_sent_stays(self):
        self.bill(7)
        row = self.remind().with_user(self.billing)
        for change in (
            lambda: row.write({"body": "<p>Other</p>"}),
            row.action_skip,
            row.action_use_template,
        ):
            with self.assertRaises(UserError):
                change()
        row.action_unskip()
        self.assertTrue(row.exists())

    def test_the_rest_is_the_systems(self):
        self.bill(7)
        row = self.open()
        for values in ({"state": "sent"}, {"partner_id": self.eve.id}, {"send_at": False}):
            with self.assertRaises(AccessError):
                row.write(values)
        with self.assertRaises(AccessError):
            row.unlink()
        with self.assertRaises(AccessError):
            row.line_ids.write({"state": "sent"})
        looker = self.make_user("looker", "account.group_account_readonly")
        self.assertTrue(self.open(looker))
        for action in ("action_skip", "action_use_template", "action_unskip"):
            with self.assertRaises(AccessError):
                getattr(row.with_user(looker), action)()
        with self.assertRaises(AccessError):
            self.open(self.make_user("nobody", "base.group_user"))
        with self.assertRaises(AccessError):
            self.step("friendly").with_user(self.billing).days = 8

    def test_a_template_of_other_records_is_refused(self):
        """By a program, too: the form's list is not the only way to choose."""
        other = self.env.ref("account.email_template_edi_invoice")
        with self.assertRaises(ValidationError):
            self.step("friendly").template_id = other

    def test_the_overview_counts_who_is_not_reminded(self):
        def count(user):
            cards = self.env["finance.portal.overview"].with_user(user).get_cards()
            found = {card["key"]: card["rows"] for card in cards}.get("held_reminders")
            return [row["count"] for row in found or []]

        self.bill(7).finance_no_reminders = True
        self.bill(7, partner=self.eve)
        self.plan()
        self.assertEqual(count(self.billing), ["1"])
        self.assertEqual(count(self.make_user("seller", "sales_team.group_sale_salesman")), [])
        self.company.finance_reminders = False
        self.assertEqual(count(self.billing), [], "nobody is reminded anyway")

    def test_the_forms_cost_no_query_more(self):
        """No Reminders is read with the rest of the document and the contact."""
        for record in (self.bill(7), self.make_quote(), self.customer):
            names = [name for name in record._fields if name.startswith("finance_no_reminders")]
            self.assertEqual(len(names), 3)
            specs = [{"name": {}}, {"name": {}, **{name: {} for name in names}}]
            costs = []
            for spec in (*specs, *specs):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                record.with_user(self.billing).web_read(spec)
                costs.append(self.env.cr.sql_log_count - before)
            self.assertEqual(costs[2], costs[3])
