"""What waits to be mailed about an order is about that order, whatever its users chose."""

from odoo.exceptions import AccessError
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

    def make_worker(self):
        """Return a user who may change all orders but send none, as who packs what is ordered."""
        group = self.env["res.groups"].create({"name": "Workers"})
        self.env["ir.model.access"].create(
            {
                "name": "Workers",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "group_id": group.id,
                **dict.fromkeys(("perm_read", "perm_write", "perm_create"), True),
            }
        )
        worker = self.make_user("worker", "base.group_user")
        worker.group_ids += group
        return worker

    def test_l9_who_may_not_send_an_order_has_no_job_mail_it(self):
        template = self.env.ref("sale.email_template_edi_sale")
        worker = self.make_worker()
        order = self.order.with_user(worker)
        with self.assertRaisesRegex(AccessError, "permission to send"):
            order.pending_email_template_id = template
        with self.assertRaisesRegex(AccessError, "permission to send"):
            order.with_context(default_pending_email_template_id=template.id).create(
                {"partner_id": self.ada.id}
            )
        order.pending_email_template_id = False
        self.assertFalse(self.order.pending_email_template_id)

    def test_l9_who_may_not_send_an_order_mails_its_confirmation_themselves(self):
        """As without jobs: at once, in their own name, and without a link."""
        self.order.action_confirm()
        order = self.order.with_user(self.make_worker())
        template = self.env.ref("sale.mail_template_sale_confirmation")
        with self.mock_mail_gateway():
            order.with_context(finance_portal_mail_later=True)._send_order_notification_mail(
                template.with_env(order.env)
            )
            self.assertFalse(self.order.pending_email_template_id)
            self.assertEqual(self._new_mails.create_uid, order.env.user)
            self.assertFalse([body for body in self.sent.values() if self.tokens_in(body)])

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
