"""No Reminders that is ticked or unticked: the plan follows, and nobody else's is made anew."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import JOB, QuoteReminderCase


@tagged("post_install", "-at_install")
class TestReminderPause(QuoteReminderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pia = cls.make_contact("Pia", parent=False, email="pia@mill.example.com")
        cls.cal = cls.make_contact("Cal", parent=False, email="cal@farm.example.com")

    def wakings(self):
        job = self.env.ref(JOB)
        return self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", job.id)])

    def test_the_plan_follows_at_the_jobs_next_run(self):
        """Whatever the pause is on; the whole plan is not old, and is not made anew."""
        quote, invoice = self.offer(), self.bill(7, self.eve)
        cases = {self.pia: self.bill(7, self.pia), invoice: invoice, quote: quote}
        models = {record._name for record in cases}
        self.assertEqual(models, {"res.partner", *quote._finance_reminder_get_models()})
        calm = self.plan_of(self.bill(7, self.cal))
        rows = {record: self.plan_of(document) for record, document in cases.items()}
        calm.reason = "as it was"
        for record, row in rows.items():
            for paused, state in ((True, "held"), (False, "planned")):
                with self.subTest(record=record._name, state=state):
                    self.wakings().unlink()
                    record.finance_no_reminders = paused
                    self.assertTrue(self.wakings(), "now, not in a quarter of an hour")
                    self.run_job()
                    self.assertEqual((row.state, row.is_outdated), (state, False), row.reason)
        self.assertEqual(calm.reason, "as it was")

    def test_a_pause_in_another_company_changes_no_plan(self):
        other = self.setup_other_company(name="Second")["company"]
        row = self.plan_of(self.bill(7, self.pia))
        self.pia.with_company(other).finance_no_reminders = True
        self.assertFalse(row.is_outdated)
        self.pia.finance_no_reminders = True
        self.assertTrue(row.is_outdated)

    def test_only_who_looks_after_what_is_owed_pauses_a_customer(self):
        """Also without the right to change plans, which follow."""
        contacts = "base.group_partner_manager"
        clerk = self.make_user("clerk", "account.group_account_invoice", contacts)
        others = {
            "creator": self.make_user("creator", "base.group_user", contacts),
            "seller": self.make_user("seller", "sales_team.group_sale_salesman", contacts),
            "auditor": self.make_user("auditor", "account.group_account_readonly", contacts),
        }
        row = self.plan_of(self.bill(7, self.pia))
        for name, user in others.items():
            with self.subTest(name), self.assertRaises(AccessError):
                self.pia.with_user(user).finance_no_reminders = True
        self.assertFalse(row.is_outdated)
        self.pia.with_user(clerk).finance_no_reminders = True
        self.assertTrue(row.is_outdated)

    def test_no_default_pauses_a_document(self):
        """Such as one of a salesperson, of whose orders Odoo makes invoices with all rights."""
        seller = self.make_user("seller", "sales_team.group_sale_salesman")
        order = self.offer(user_id=seller.id)
        order.action_confirm()
        order.order_line.qty_delivered = 1
        for name in order._finance_reminder_get_models():
            field = self.env["ir.model.fields"]._get(name, "finance_no_reminders")
            values = {"field_id": field.id, "json_value": "true", "user_id": seller.id}
            self.env["ir.default"].create(values)
        context = {"default_finance_no_reminders": True}
        mine = order.with_user(seller).sudo().with_context(**context)
        made = [mine._create_invoices(), mine.create({"partner_id": self.ada.id})]
        self.assertEqual({*order._finance_reminder_get_models()}, {one._name for one in made})
        for document in made:
            self.assertFalse(document.sudo().finance_no_reminders, document._name)

    def test_the_form_lets_only_those_change_a_pause_who_may(self):
        Partner = self.env["res.partner"]
        view, readonly = self.env.ref("base.view_partner_form"), {}
        for group in ("account.group_account_invoice", "account.group_account_readonly"):
            user = self.make_user(group, group, "base.group_partner_manager")
            form = etree.fromstring(Partner.with_user(user).get_view(view.id, "form")["arch"])
            found = form.xpath("//field[@name='finance_no_reminders']")
            readonly[group] = [field.get("readonly") for field in found]
        self.assertEqual(
            readonly,
            {"account.group_account_invoice": [None], "account.group_account_readonly": ["1"]},
        )
