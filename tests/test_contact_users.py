"""L9: the customer's contacts get their link, also those who are users of Odoo themselves."""

from odoo import Command
from odoo.tests import tagged

from .send_common import SendDocumentsCase


@tagged("post_install", "-at_install")
class TestContactsWhoAreUsers(SendDocumentsCase):
    """Three contacts of the customer sign in to the back office; one of them sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = (
            "account.group_account_invoice",
            "sales_team.group_sale_manager",
            "base.group_partner_manager",
        )
        cls.users = cls.env["res.users"].union(
            cls.make_user("mailed", *groups, notification_type="email"),
            cls.make_user("inbox", *groups, notification_type="inbox"),
            cls.make_user("myself", *groups, notification_type="inbox"),
        )
        cls.contacts = cls.users.partner_id
        cls.contacts.parent_id = cls.customer
        cls.clerk = cls.make_user("clerk", *groups, notification_type="email").partner_id
        cls.everybody = cls.contacts + cls.clerk

    def ways_of(self, document):
        """Yield ``(name, function)`` for each way to address people about a document."""
        me = document.with_user(self.users[-1])
        context = {"active_model": document._name, "active_id": document.id}
        if document._name == "account.move":
            wizard = self.env["account.move.send.wizard"].with_user(self.users[-1])
            wizard = wizard.with_context(**context, active_ids=document.ids)
            yield (
                "dialog",
                lambda: wizard.create(
                    {"sending_methods": ["email"], "mail_partner_ids": self.everybody.ids}
                ).action_send_and_print(),
            )
        else:
            yield (
                "dialog",
                lambda: self.open_composer(me, partner_ids=self.everybody.ids).action_send_mail(),
            )
        yield (
            "message",
            lambda: me.message_post(
                body="x", subtype_xmlid="mail.mt_comment", partner_ids=self.everybody.ids
            ),
        )
        if "access_token" in document._fields:
            share = self.env["portal.share"].with_user(self.users[-1]).with_context(**context)
            yield (
                "share",
                lambda: share.create(
                    {"partner_ids": [Command.set(self.everybody.ids)]}
                ).action_send_mail(),
            )
        yield (
            "fresh link",
            lambda: [me._finance_portal_mail_link(one, one.email) for one in self.contacts],
        )

    def test_l9_every_way_to_every_contact(self):
        self.order.action_quotation_sent()
        for document in (self.invoice, self.order, self.payment, self.statement):
            for way, send in self.ways_of(document):
                with self.subTest(document=document._name, way=way):
                    with self.mock_mail_gateway():
                        send()
                    for contact in self.contacts:
                        token = self.token_of(contact.email)
                        link = self.link_of(token, document._finance_portal_get_prefix())
                        self.assertEqual((link.partner_id, link.is_external), (contact, False))
                        sent = self.Event.search([("link_id", "=", link.id), ("kind", "=", "sent")])
                        self.assertEqual(len(sent), 1)
                    clerks = self.sent.get(self.clerk.email, "")
                    self.assertFalse(self.tokens_in(clerks))
                    if way == "message":
                        self.assertIn("/mail/view", clerks)

    def test_l9_notes_between_colleagues_stay_in_the_inbox(self):
        with self.mock_mail_gateway():
            self.invoice.message_post(
                body="x", subtype_xmlid="mail.mt_note", partner_ids=self.contacts.ids
            )
        self.assertEqual(set(self.sent), {self.contacts[0].email})

    def test_l9_file_too_large_for_their_email_is_on_the_page(self):
        self.env["ir.config_parameter"].set_param("base.default_max_email_size", "0.01")
        file = self.env["ir.attachment"].create(
            {
                "name": "plan.bin",
                "raw": b"x" * 20000,
                "res_model": self.invoice._name,
                "res_id": self.invoice.id,
            }
        )
        with self.mock_mail_gateway():
            self.invoice.message_post(
                body="x",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.contacts.ids,
                attachment_ids=file.ids,
            )
        shown = self.env["finance.portal.file"].sudo().search([("res_id", "=", self.invoice.id)])
        self.assertEqual(shown.mapped("attachment_id.name"), ["plan.bin"])
