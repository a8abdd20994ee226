"""A document is printed by reports for documents of its kind, whatever its users chose."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .pdf_common import PdfCase

SECRET = "Only for the boss"
SEND = "odoo.addons.finance_portal.models.invoices.account_move_send"
TEMPLATE = "odoo.addons.finance_portal.models.pdf.mail_template"
# Where data say which report is printed, in the apps that this addon needs; and what sees to it.
CHOSEN = {
    "account.journal.invoice_template_pdf_report_id": "whoever keeps the books; see below",
    "account.move.send.wizard.pdf_report_id": "Odoo checks it, and prints with its user's rights",
    "mail.template.report_template_ids": "see below",
    "res.partner.invoice_template_pdf_report_id": "see below",
}
APPS = {"account", "account_payment", "base", "mail", "payment", "portal", "sale"}


@tagged("post_install", "-at_install")
class TestForeignReports(PdfCase):
    """Customers' downloads, and what jobs mail, are printed with all rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", "base.group_user", "base.group_partner_manager")
        cls.orders = cls.env.ref("sale.action_report_saleorder")
        cls.invoices = cls.env.ref("account.account_invoices")

    def order_with_id(self, number):
        """Return a quote for somebody else with the id of an invoice, as there often is one."""
        Order = self.env["sale.order"]
        if not (order := Order.browse(number).exists()):
            made = Order.create({"partner_id": self.eve.id})
            self.env.flush_all()
            self.env.cr.execute("UPDATE sale_order SET id = %s WHERE id = %s", [number, made.id])
            self.env.invalidate_all()
            order = Order.browse(number)
        order.client_order_ref = SECRET
        return order

    def invoice_with_id(self, number):
        """Return an invoice for somebody else with the id of a quote."""
        Move = self.env["account.move"]
        if not (move := Move.browse(number).exists()):
            made = Move.create({"move_type": "out_invoice", "partner_id": self.eve.id})
            self.env.flush_all()
            self.env.cr.execute("UPDATE account_move SET id = %s WHERE id = %s", [number, made.id])
            self.env.invalidate_all()
            move = Move.browse(number)
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET ref = %s WHERE id = %s", [SECRET, number])
        self.env.invalidate_all()
        return move

    def assertKept(self):
        self.assertTrue(self.printed, "something was printed")
        self.assertNotIn(SECRET, "".join(self.printed))

    def test_every_place_that_chooses_a_report_is_known(self):
        found = {
            f"{model._name}.{field.name}"
            for model in self.env.values()
            for field in model._fields.values()
            if field.comodel_name == "ir.actions.report" and field.type in ("many2one", "many2many")
            if {*field._modules} & APPS and not field.related and not field.inherited
        }
        self.assertEqual(found, {*CHOSEN})

    def test_who_changes_contacts_chooses_reports_of_invoices(self):
        mine = self.customer.with_user(self.seller)
        mine.invoice_template_pdf_report_id = self.invoices
        with self.assertRaisesRegex(ValidationError, "made for invoices"):
            mine.invoice_template_pdf_report_id = self.orders

    def test_an_invoice_prints_no_quote_that_has_its_id(self):
        places = {
            "customer": ("res_partner", self.customer),
            "journal": ("account_journal", self.company_data["default_journal_sale"]),
        }
        for place, (table, record) in places.items():
            for keep in (True, False):
                move = self.make_invoice()
                self.order_with_id(move.id)
                # Past the check: it may have been chosen before this addon was there.
                self.env.flush_all()
                self.env.cr.execute(
                    f"UPDATE {table} SET invoice_template_pdf_report_id = %s WHERE id = %s",
                    [self.orders.id, record.id],
                )
                self.env.invalidate_all()
                self.printed.clear()
                with self.subTest(place, keep=keep), mute_logger(SEND):
                    content = move.sudo()._finance_portal_get_pdf(keep=keep)[1]
                    self.assertTrue(content.startswith(b"%PDF"))
                    self.assertKept()

    def test_an_email_has_no_report_of_what_has_the_same_id(self):
        """Whoever may change an order has a job mail it with a template of their own."""
        self.invoice_with_id(self.order.id)
        template = self.env["mail.template"].create(
            {
                "name": "Mine",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "subject": "Order",
                "body_html": "<p>Look</p>",
                "partner_to": "{{ object.partner_id.id }}",
                "report_template_ids": [Command.set((self.orders + self.invoices).ids)],
            }
        )
        self.order.pending_email_template_id = template
        with self.mock_mail_gateway(), mute_logger(TEMPLATE):
            self.order.with_user(self.env.ref("base.user_root"))._finance_portal_mail_pending()
        self.assertKept()
        self.assertEqual(len(self.order.message_ids[0].attachment_ids), 1)
        self.assertEqual(template.report_template_ids, self.orders + self.invoices)
