"""What waits to be mailed about an order is about that order, whatever its users chose."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from .send_common import SendDocumentsCase

SECRET = "Only for accounting"


@tagged("post_install", "-at_install")
class TestPendingEmails(SendDocumentsCase):
    """Jobs mail them with all rights, in the name of the system."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")
        cls.order = cls.make_order(user_id=cls.seller.id)
        model = cls.env["ir.model"]._get_id("account.move")
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Invoice",
                "model_id": model,
                "subject": "{{ object.ref }}",
                "body_html": "<p>Look</p>",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )

    def ways(self):
        """Yield how Odoo's job and ours mail what waits, and what apps do on confirmation."""
        order = self.order.with_user(self.env.ref("base.user_root"))
        yield "ours", order._finance_portal_mail_pending
        yield (
            "Odoo's",
            lambda: order._send_order_notification_mail(
                order.pending_email_template_id, allow_deferred_sending=False
            ),
        )
        yield "apps", lambda: order.message_post_with_source(order.pending_email_template_id)

    def test_nobody_reads_what_has_the_same_id(self):
        invoice = self.invoice_with_id(self.order.id)
        mine = self.order.with_user(self.seller)
        self.assertFalse(invoice.with_user(self.seller).has_access("read"))
        for name, job in self.ways():
            mine.pending_email_template_id = self.template
            before = mine.message_ids
            with self.subTest(name), self.mock_mail_gateway():
                with mute_logger("odoo.addons.finance_portal.models.sending.document_sending"):
                    job()
                self.assertFalse(mine.message_ids - before)
                self.assertFalse(self._new_mails)

    def invoice_with_id(self, number):
        """Return an invoice with the id of an order, as there often is one."""
        Move = self.env["account.move"]
        if not (invoice := Move.browse(number).exists()):
            draft = Move.create({"move_type": "out_invoice", "partner_id": self.eve.id})
            self.env.flush_all()
            self.env.cr.execute("UPDATE account_move SET id = %s WHERE id = %s", [number, draft.id])
            self.env.invalidate_all()
            invoice = Move.browse(number)
        self.env.cr.execute("UPDATE account_move SET ref = %s WHERE id = %s", [SECRET, number])
        self.env.invalidate_all()
        return invoice
