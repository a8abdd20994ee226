from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.finance_portal_timesheet.tests.common import TimeCase


@tagged("post_install", "-at_install")
class TestInvoiceApproved(TimeCase):
    """What is invoiced of hours, with and without the customer's approval."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls.env["product.product"].create(
            {
                "name": "Carpentry",
                "type": "service",
                "service_policy": "delivered_timesheet",
                "service_tracking": "no",
                "uom_id": cls.env.ref("uom.product_uom_hour").id,
                "list_price": 100.0,
                "taxes_id": [Command.clear()],
            }
        )
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 10})],
            }
        )
        cls.order.action_confirm()
        cls.line = cls.order.order_line
        cls.job = cls.make_project(
            "Job", cls.customer, allow_billable=True, sale_line_id=cls.line.id
        )
        cls.first = cls.make_entry(3, project=cls.job, date="2026-08-03")
        cls.second = cls.make_entry(2, project=cls.job, date="2026-08-04")
        cls.entries = cls.first | cls.second
        cls.request = cls.make_request(cls.ada, cls.entries)

    def delivered(self):
        self.env.flush_all()
        return self.line.qty_delivered, self.line.qty_to_invoice

    def bill(self):
        """Invoice what is to be invoiced; return quantity and timesheets of the invoice."""
        invoice = self.order._create_invoices()
        return invoice, sum(invoice.invoice_line_ids.mapped("quantity")), invoice.timesheet_ids

    def approve(self, *rejected):
        kind = "answer" if rejected else "accept"
        return self.answer(self.open_request()[1], kind, **self.reject(*rejected))

    def test_without_the_setting_all_time_counts(self):
        self.assertEqual(self.entries.so_line, self.line)
        self.assertEqual(self.delivered(), (5, 5))
        self.approve(self.second)
        self.assertEqual(self.delivered(), (5, 5))
        _invoice, quantity, timesheets = self.bill()
        self.assertEqual((quantity, timesheets), (5, self.entries))

    def test_with_the_setting_approved_time_counts(self):
        self.company.finance_portal_invoice_approved = True
        self.assertEqual(self.delivered(), (0, 0))
        self.approve(self.second)
        self.assertEqual(self.delivered(), (3, 3))
        invoice, quantity, timesheets = self.bill()
        self.assertEqual((quantity, timesheets), (3, self.first))
        invoice.action_post()
        self.assertEqual(self.delivered(), (3, 0))
        # The rejected entry is corrected, asked about again and approved.
        self.second.unit_amount = 1
        self.request = self.make_request(self.ada, self.second)
        self.assertEqual(self.delivered(), (3, 0))
        self.approve()
        self.assertEqual(self.delivered(), (4, 1))
        _invoice, quantity, timesheets = self.bill()
        self.assertEqual((quantity, timesheets), (1, self.second))

    def test_switching_the_setting_counts_anew(self):
        self.approve(self.second)
        for on, delivered in ((True, 3), (False, 5), (True, 3)):
            settings = self.env["res.config.settings"].sudo().create({})
            settings.finance_portal_invoice_approved = on
            settings.execute()
            self.assertEqual(self.delivered(), (delivered, delivered))

    def test_what_was_invoiced_before_the_setting_stays_delivered(self):
        invoice, _quantity, _timesheets = self.bill()
        invoice.action_post()
        more = self.make_entry(4, project=self.job)
        self.company.finance_portal_invoice_approved = True
        self.assertEqual(self.delivered(), (5, 0), "nothing to give back")
        self.request = self.make_request(self.ada, more)
        self.approve()
        self.assertEqual(self.delivered(), (9, 4))

    def test_a_draft_invoice_that_is_deleted_frees_its_time(self):
        invoice, _quantity, _timesheets = self.bill()
        self.company.finance_portal_invoice_approved = True
        self.assertEqual(self.delivered(), (5, 0))
        invoice.unlink()
        self.assertEqual(self.delivered(), (0, 0))

    def test_nobody_says_by_themselves_that_time_was_invoiced(self):
        """Such time counts as delivered, so it would be invoiced without an approval."""
        self.company.finance_portal_invoice_approved = True
        user = self.make_user("worker", "hr_timesheet.group_hr_timesheet_user")
        worker = self.env["hr.employee"].create(
            {"name": "Worker", "company_id": self.company.id, "user_id": user.id}
        )
        entry = self.make_entry(8, worker, self.job).with_user(user)
        marked = {"timesheet_invoice_id": self.invoice.id}
        values = {"name": "x", "project_id": self.job.id, "unit_amount": 8}
        for name, way in (
            ("write", lambda: entry.write(marked)),
            ("create", lambda: entry.create({**values, **marked})),
            (
                "context",
                lambda: entry.with_context(default_timesheet_invoice_id=self.invoice.id).create(
                    values
                ),
            ),
            ("copy", lambda: entry.copy(marked)),
        ):
            with self.subTest(way=name), self.assertRaisesRegex(AccessError, "counts as invoiced"):
                way()

    def test_other_companies_are_left_alone(self):
        self.env["res.company"].create({"name": "Strict", "finance_portal_invoice_approved": True})
        self.assertEqual(self.delivered(), (5, 5))

    def test_period_invoices_approved_time(self):
        self.company.finance_portal_invoice_approved = True
        self.approve(self.second)
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=self.order.ids)
            .create(
                {
                    "advance_payment_method": "delivered",
                    "date_start_invoice_timesheet": "2026-08-01",
                    "date_end_invoice_timesheet": "2026-08-31",
                }
            )
        )
        wizard.create_invoices()
        invoice = self.order.invoice_ids
        self.assertEqual(sum(invoice.invoice_line_ids.mapped("quantity")), 3)
        self.assertEqual(invoice.timesheet_ids, self.first)

    def test_invoiced_approvals_are_not_reset(self):
        self.company.finance_portal_invoice_approved = True
        self.approve()
        invoice, _quantity, _timesheets = self.bill()
        invoice.action_post()
        with self.assertRaisesRegex(UserError, f"already on {invoice.name}"):
            self.request._reset("Entered twice")
        self.assertEqual(self.request.state, "approved")
        credit = invoice._reverse_moves(cancel=True)
        self.assertEqual(credit.state, "posted")
        self.request._reset("Entered twice")
        self.assertEqual((self.request.state, self.delivered()[0]), ("sent", 0))

    def test_approved_time_stays_on_its_order_line(self):
        self.approve()
        other = self.line.copy({"order_id": self.order.id})
        with self.assertRaisesRegex(UserError, "approved this entry"):
            self.first.so_line = other
        self.job.sale_line_id = other
        self.assertEqual(self.first.so_line, self.line, "nor does it follow its project")
        loose = self.make_entry(1, so_line=False, is_so_line_edited=True, project=self.job)
        self.request = self.make_request(self.ada, loose)
        self.approve()
        loose.so_line = self.line
        self.assertEqual(loose.so_line, self.line)
