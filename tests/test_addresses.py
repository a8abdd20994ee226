"""L4: an email field may hold several addresses: one email, one token, one row for each."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from .http_common import FinancePortalHttpCase
from .send_common import SendDocumentsCase

FIRST, SECOND = "ada@bakery.example.com", "ledger@bakery.example.com"


@tagged("post_install", "-at_install")
class TestAddresses(SendDocumentsCase, FinancePortalHttpCase):
    """Ada's email field holds two addresses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada.email = f"{FIRST}, Ledger <{SECOND.upper()}>"

    def links(self, document=None):
        document = self.invoice if document is None else document
        return self.Link.sudo().search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )

    def only_link(self, address):
        return self.links().filtered(lambda link: link.email == address)[:1]

    def refuse(self, refused):
        """Have the mail server refuse one address."""
        Server = type(self.env["ir.mail_server"])
        send = Server.send_email

        def send_email(server, message, *args, **kwargs):
            if refused in message["To"]:
                raise MailDeliveryException("Refused", f"550 {refused}")
            return send(server, message, *args, **kwargs)

        return patch.object(Server, "send_email", send_email)

    def send_with_refusal(self, refused):
        wizard = self.open_send_dialog()
        with (
            self.mock_mail_gateway(),
            self.refuse(refused),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            wizard.action_send_and_print()

    # === ONE EMAIL, ONE TOKEN, ONE ROW FOR EACH === #

    def assertOneEach(self, document, contact=True):
        tokens = {address: self.token_of(address) for address in (FIRST, SECOND)}
        self.assertEqual(len(set(tokens.values())), 2)
        prefix = document._finance_portal_get_prefix()
        for address, token in tokens.items():
            link = self.link_of(token, prefix)
            self.assertEqual(link.email, address)
            self.assertEqual(link.partner_id, self.ada if contact else link.partner_id)
        for mail in self._mails:
            self.assertEqual(len(mail["email_to"]) + len(mail["email_cc"] or []), 1)
        return tokens

    def test_l4_one_for_each_address_every_kind_every_dialog(self):
        self.send()
        self.assertOneEach(self.invoice)
        for document in (self.order, self.payment):
            self.compose(document)
            self.assertOneEach(document)

    def test_l4_addresses_in_copy_and_bare_ones(self):
        fields_of = ("email_to", "email_cc")
        for values in (
            *({name: f"{FIRST}, {SECOND}", "recipient_ids": False} for name in fields_of),
            {"email_to": FIRST, "email_cc": SECOND, "recipient_ids": False},
            {"recipient_ids": [Command.set(self.ada.ids)], "email_cc": "x@y.example.com"},
        ):
            with self.subTest(**values), self.mock_mail_gateway():
                url = self.invoice._finance_portal_get_placeholder_url("contact")
                self.env["mail.mail"].sudo().create(
                    {
                        "model": "account.move",
                        "res_id": self.invoice.id,
                        "body_html": f'<a href="{url}">x</a>',
                        **values,
                    }
                ).send()
                self.assertOneEach(self.invoice)

    def test_l4_recipients_typed_in_the_dialog(self):
        typed = f"{FIRST}, {SECOND}"
        outside = self.env["res.partner"].create({"name": "Two", "email": typed})
        with self.subTest(way="a stranger with both"):
            self.send(partners=outside)
            self.assertOneEach(self.invoice, contact=False)
        with self.subTest(way="typed as text"), self.mock_mail_gateway():
            self.invoice.message_post(
                body="x",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                outgoing_email_to=typed,
                partner_ids=self.ben.ids,
            )
            self.assertOneEach(self.invoice)
            self.assertTrue(self.token_of(self.ben.email))

    def test_l4_text_that_was_not_split_brings_no_link(self):
        url = self.invoice._finance_portal_get_placeholder_url("contact")
        mail = self.env["mail.mail"].sudo().create(
            {
                "model": "account.move",
                "res_id": self.invoice.id,
                "body_html": f'<a href="{url}">x</a>',
                "recipient_ids": [Command.set(self.ada.ids)],
            }
        )  # fmt: skip
        (email,) = mail._prepare_outgoing_list()
        self.assertFalse(self.tokens_in(email["body"]))

    # === AN ADDRESS IS REMOVED === #

    def test_l4_removing_an_address_closes_its_links_alone(self):
        self.send()
        tokens = self.assertOneEach(self.invoice)
        self.ada.email = FIRST
        self.assertLive(tokens[FIRST])
        self.assertDead(tokens[SECOND])
        self.assertEqual(self.only_link(SECOND).revoke_reason, "address")

    def test_l4_removing_the_first_address_leaves_the_second(self):
        self.send()
        tokens = self.assertOneEach(self.invoice)
        self.ada.email = SECOND
        self.assertDead(tokens[FIRST])
        self.assertLive(tokens[SECOND])

    def test_l4_adding_an_address_closes_nothing(self):
        self.ada.email = FIRST
        self.send()
        token = self.token_of(FIRST)
        self.ada.email = f"{SECOND}, {FIRST}"
        self.assertLive(token)

    def test_l4_address_removed_while_its_email_waits_gets_nothing(self):
        self.send_without_server()
        self.ada.email = FIRST
        with self.mock_mail_gateway(), mute_logger("odoo.addons.mail.models.mail_mail"):
            self.invoice.action_finance_portal_retry()
            self.assertEqual(set(self.sent), {FIRST})

    # === WHAT STAFF AND VISITORS ASK FOR === #

    def test_l4_request_access_answers_at_the_address_of_the_link(self):
        self.send()
        self.assertOneEach(self.invoice)
        for address in (FIRST, SECOND):
            self.env["finance.portal.access.request"]._submit(self.only_link(address).ref)
            self.answer_requests()
            self.assertEqual(set(self.sent), {address})

    def test_l4_link_that_staff_closed_stays_closed_for_its_address_alone(self):
        self.send()
        self.assertOneEach(self.invoice)
        first, second = self.only_link(FIRST), self.only_link(SECOND)
        second._revoke("staff")
        self.assertTrue(first._may_be_renewed())
        self.assertFalse(second._may_be_renewed())

    def test_l4_send_again_goes_to_the_address_of_the_link(self):
        self.send()
        before = self.assertOneEach(self.invoice)
        wizard = self.env["finance.portal.resend"].create(
            {"link_id": self.only_link(SECOND).id, "revoke_earlier": True}
        )
        self.assertEqual(wizard.email, SECOND)
        with self.mock_mail_gateway():
            wizard.action_send()
            self.assertEqual(set(self.sent), {SECOND})
        self.assertLive(before[FIRST])
        self.assertDead(before[SECOND])

    # === DELIVERY === #

    def test_l4_one_refused_address_does_not_keep_the_other_from_its_email(self):
        for refused, reached in ((FIRST, SECOND), (SECOND, FIRST)):
            with self.subTest(refused=refused):
                self.invoice = self.make_invoice()
                self.send_with_refusal(refused)
                self.assertEqual(self.only_link(refused).delivery_state, "failed")
                self.assertEqual(self.only_link(reached).delivery_state, "sent")
                self.assertEqual(self.invoice.finance_undelivered, refused)
                with self.mock_mail_gateway():
                    self.invoice.action_finance_portal_retry()
                    self.assertEqual(set(self.sent), {refused})
                self.env.invalidate_all()
                self.assertEqual(self.only_link(refused).delivery_state, "sent")

    def test_l4_bounce_is_of_one_address(self):
        for bounced, other in ((FIRST, SECOND), (SECOND, FIRST)):
            with self.subTest(bounced=bounced):
                self.invoice = self.make_invoice()
                self.send()
                message = self.env["mail.message"].browse(self.only_link(bounced).mail_message_id)
                partner = self.env["res.partner"].search([("email_normalized", "=", bounced)])
                self.env["mail.thread"]._routing_handle_bounce(
                    None,
                    {
                        "bounced_email": bounced,
                        "bounced_partner": partner,
                        "bounced_msg_ids": [],
                        "bounced_message": message,
                        "body": "No such mailbox",
                        "email_from": "x",
                        "to": "y",
                        "message_id": "z",
                    },
                )
                self.env.invalidate_all()
                self.assertEqual(self.only_link(bounced).delivery_state, "bounced")
                self.assertEqual(self.only_link(other).delivery_state, "sent")

    def test_l4_link_closed_while_its_email_waits_is_not_mailed(self):
        self.send_without_server()
        self.issue(partner=self.ada)
        self.links()._revoke("staff")
        with self.mock_mail_gateway():
            self.invoice.action_finance_portal_retry()
            mailed = {
                address: [
                    token
                    for mail in self._mails
                    if address in mail["email_to"][0]
                    for token in self.tokens_in(mail["body"])
                ]
                for address in (FIRST, SECOND)
            }
            self.assertFalse(mailed[FIRST])
            self.assertEqual(len(mailed[SECOND]), 1)
