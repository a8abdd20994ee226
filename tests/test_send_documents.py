"""Send to Customer on quotes, orders and payments: Odoo's own composer, with our line."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .send_common import SendDocumentsCase


@tagged("post_install", "-at_install")
class TestSendDocuments(SendDocumentsCase):
    # === THE BUTTON === #

    def buttons(self, model):
        """Return the attributes of all header buttons of a kind's form that send."""
        arch = self.env[model]._get_view(view_type="form")[0]
        return [
            button
            for button in arch.findall("./header/button")
            if button.get("name") in ("action_quotation_send", "action_finance_portal_send")
        ]

    def test_every_kind_has_one_button_for_each_state(self):
        for model, states in (
            ("sale.order", {"draft": 1, "sent": 1, "sale": 1, "cancel": 0}),
            ("account.payment", {"draft": 0, "in_process": 1, "paid": 1, "canceled": 0}),
            ("finance.portal.issued.statement", {"draft": 1, "sent": 1, "cancelled": 0}),
        ):
            words = "Send to Customer"
            buttons = [one for one in self.buttons(model) if one.get("string") == words]
            for state, count in states.items():
                names = {"state": state, "finance_is_kind": True}
                shown = [
                    button for button in buttons if not safe_eval(button.get("invisible"), names)
                ]
                with self.subTest(model=model, state=state):
                    self.assertEqual(len(shown), count)
                    self.assertTrue(all("o_finance_send" in one.get("class") for one in shown))

    def test_no_second_way_of_sending_a_receipt_in_the_gear_menu(self):
        action = self.env.ref("account.account_send_payment_receipt_by_email_action")
        bound = self.env["ir.actions.actions"].get_bindings("account.payment")
        ids = [one["id"] for actions in bound.values() for one in actions]
        self.assertNotIn(action.id, ids)
        many = self.env.ref("account.account_send_payment_receipt_by_email_action_multi")
        self.assertIn(many.id, ids, "the list keeps its way of sending many")
        self.assertEqual(action.binding_model_id.model, "account.payment", "only hidden")

    def test_payment_to_a_vendor_keeps_odoos_way(self):
        paid = self.make_payment(self.eve, payment_type="outbound", partner_type="supplier")
        wizard = self.open_composer(paid)
        self.assertFalse(wizard.finance_secure)
        with self.mock_mail_gateway():
            wizard.action_send_mail()
        self.assertFalse(self.tokens_in(self.sent[self.eve.email]))
        self.assertNotIn("secure link", self.sent[self.eve.email])

    # === THE DIALOG === #

    def test_dialog_names_the_addresses_and_what_the_customer_gets(self):
        for document in (self.order, self.payment, self.statement):
            wizard = self.open_composer(document)
            with self.subTest(document=document):
                self.assertTrue(wizard.finance_secure)
                self.assertEqual(wizard.partner_ids, self.ada)
                self.assertEqual(wizard.finance_recipients, self.ada.email)
                self.assertTrue(wizard.subject)
                self.assertEqual(len(wizard.attachment_ids), 1, "the official PDF")
        arch = self.env["mail.compose.message"].get_views([(False, "form")])["views"]["form"]
        self.assertIn("valid for 24 hours after sending", arch["arch"])

    def test_dialog_about_anything_else_is_as_it_was(self):
        invoices = self.invoice + self.make_invoice()
        for model, ids, values in (
            ("res.partner", self.ada.ids, {}),
            (False, [], {}),
            ("account.move", invoices.ids, {"composition_mode": "mass_mail"}),
            ("account.move", self.make_invoice(post=False).ids, {}),
            ("account.move", self.invoice.ids, {"subtype_id": self.env.ref("mail.mt_note").id}),
        ):
            Composer = self.env["mail.compose.message"]
            wizard = Composer.new({"model": model, "res_ids": ids, **values})
            with self.subTest(model=model, values=values):
                self.assertFalse(wizard.finance_secure)
                self.assertFalse(wizard.finance_recipients)
                self.assertFalse(wizard.finance_unreachable)

    def test_dialog_about_anything_else_asks_the_database_nothing(self):
        wizard = self.env["mail.compose.message"].new(
            {"model": "res.partner", "res_ids": self.ada.ids, "partner_ids": self.ben.ids}
        )
        self.assertFalse(wizard.subtype_is_log)
        with self.assertQueryCount(0):
            self.assertFalse(wizard.finance_secure)
            self.assertFalse(wizard.finance_recipients)

    def test_setting_off_makes_no_promise(self):
        self.company.finance_portal_close_native = False
        self.assertFalse(self.open_composer(self.order).finance_secure)

    def test_form_opens_and_recipients_can_be_edited(self):
        action = self.order.action_quotation_send()
        Composer = self.env["mail.compose.message"].with_context(**action["context"])
        with Form(Composer) as form:
            self.assertEqual(form.finance_recipients, self.ada.email)
            form.partner_ids.add(self.ben)
            form.partner_ids.add(self.stranger)
        with self.mock_mail_gateway():
            form.record.action_send_mail()
        self.assertEqual(set(self.sent), {self.ada.email, self.ben.email, self.stranger.email})
        tokens = {self.token_of(address) for address in self.sent}
        self.assertEqual(len(tokens), 3, "each has their own")
        self.assertTrue(self.link_of(self.token_of(self.stranger.email), "q").is_external)

    # === WHAT SENDING LEAVES === #

    def facts(self, order):
        message = order.message_ids.filtered(lambda message: message.message_type == "comment")[:1]
        return {
            "state": order.state,
            "subtype": message.subtype_id,
            "recipients": message.notified_partner_ids,
            "author": message.author_id,
            "subject": message.subject.replace(order.name, "N"),
            "attachments": [
                one.name.replace(order.name, "N") for one in message.attachment_ids
            ],
            "attached to": message.attachment_ids.mapped("res_model"),
            "followers": order.message_partner_ids,
        }  # fmt: skip

    def test_order_is_left_as_odoos_send_leaves_it(self):
        theirs = self.make_order()
        self.compose(self.order)
        self.company.finance_portal_close_native = False
        self.compose(theirs)
        self.assertEqual(self.facts(self.order), self.facts(theirs))
        self.assertEqual(self.order.state, "sent")

    def test_each_kind_carries_its_link_under_its_own_address(self):
        self.compose(self.order)
        self.assertEqual(self.link_of(self.token_of(self.ada.email), "q").res_id, self.order.id)
        self.order.action_confirm()
        self.compose(self.order)
        self.assertEqual(self.link_of(self.token_of(self.ada.email), "i").res_id, self.order.id)
        self.compose(self.payment)
        link = self.link_of(self.token_of(self.ada.email), "i")
        self.assertEqual((link.res_model, link.res_id), ("account.payment", self.payment.id))

    def test_button_says_what_odoo_says_to_its_customer(self):
        signed = self.make_order(require_signature=False)
        confirmed = self.make_order()
        confirmed.action_confirm()
        for document, words in (
            (self.order, "Accept &amp; Sign Quotation"),
            (signed, "View Quotation"),
            (confirmed, "View Sales Order"),
            (self.payment, "View Payment Receipt"),
        ):
            self.compose(document, partner_ids=[Command.set((self.ada + self.stranger).ids)])
            with self.subTest(words=words):
                self.assertIn(words, self.sent[self.ada.email])
                self.assertRegex(self.sent[self.stranger.email], r">\s*View ")
                self.assertNotIn("Sign", self.sent[self.stranger.email], "they may only look")

    def test_proforma_carries_the_link_to_its_quote(self):
        """Section 4: any email about the document; the customer finds the quote behind it."""
        wizard = self.open_composer(self.order.with_context(proforma=True))
        with self.mock_mail_gateway():
            wizard.action_send_mail()
        self.assertEqual(self.link_of(self.token_of(self.ada.email), "q").res_id, self.order.id)
        self.assertIn("View Quotation", self.sent[self.ada.email])
        self.assertEqual(self.order.state, "sent")

    def test_earlier_links_live_on_unless_told_otherwise(self):
        """L9."""
        self.compose(self.order)
        first = self.token_of(self.ada.email)
        self.assertEqual(self.open_composer(self.order).finance_live_link_count, 1)
        self.compose(self.order)
        second = self.token_of(self.ada.email)
        self.assertTrue(self.link_of(first, "q"))
        self.compose(self.order, finance_revoke_earlier=True)
        links = self.order.finance_link_ids
        self.assertEqual(sorted(links.mapped("state")), ["closed", "closed", "live"])
        self.assertEqual(links.filtered("revoked_at").mapped("revoke_reason"), ["replaced"] * 2)
        self.assertNotIn(second, self.sent[self.ada.email])

    def test_scheduled_email_brings_a_link_when_it_leaves(self):
        later = fields.Datetime.now() + timedelta(days=2)
        wizard = self.open_composer(self.order, scheduled_date=fields.Datetime.to_string(later))
        wizard.action_schedule_message()
        self.assertFalse(self.order.finance_link_ids)
        self.assertEqual(self.order.state, "draft")
        scheduled = self.env["mail.scheduled.message"].search([("res_id", "=", self.order.id)])
        with self.mock_mail_gateway():
            scheduled.post_message()
        self.assertEqual(self.order.state, "sent")
        self.assertEqual(self.link_of(self.token_of(self.ada.email), "q").res_id, self.order.id)

    def test_scheduled_email_about_what_was_cancelled_meanwhile_is_not_sent(self):
        later = fields.Datetime.now() + timedelta(days=2)
        wizard = self.open_composer(self.order, scheduled_date=fields.Datetime.to_string(later))
        wizard.action_schedule_message()
        scheduled = self.env["mail.scheduled.message"].search([("res_id", "=", self.order.id)])
        self.order._action_cancel()
        with self.mock_mail_gateway(), self.assertRaisesRegex(UserError, "is cancelled"):
            scheduled.post_message()
        self.assertFalse(self.sent)

    # === CLEAR MESSAGES === #

    def test_cancelled_or_draft_names_the_remedy_and_opens_no_dialog(self):
        self.order._action_cancel()
        draft, cancelled = self.make_payment(post=False), self.make_payment(post=False)
        cancelled.action_cancel()
        for document, remedy in (
            (self.order, "Press Set to Quotation"),
            (draft, "Confirm it first"),
            (cancelled, "Reset it to draft"),
        ):
            with self.subTest(document=document), self.assertRaisesRegex(UserError, remedy):
                self.open_composer(document)

    def test_cancelled_while_the_dialog_is_open_sends_nothing(self):
        wizard = self.open_composer(self.order)
        self.order._action_cancel()
        with self.mock_mail_gateway(), self.assertRaisesRegex(UserError, "is cancelled"):
            wizard.action_send_mail()
        self.assertFalse(self.sent)

    def test_missing_address_names_the_contact_and_the_remedy(self):
        (self.ada + self.customer).email = False
        # A statement goes to the customer where its contact has no address.
        names = {self.order: "Ada", self.payment: "Ada", self.statement: "Bakery"}
        for document, name in names.items():
            wizard = self.open_composer(document)
            with self.subTest(document=document):
                self.assertIn(name, wizard.finance_unreachable)
                with (
                    self.mock_mail_gateway(),
                    self.assertRaisesRegex(UserError, f"{name}.*Open the contact and enter one"),
                ):
                    wizard.action_send_mail()
                self.assertFalse(self.sent)
                with self.assertRaisesRegex(UserError, name):
                    wizard.action_schedule_message()
        self.assertEqual(self.order.state, "draft")

    def test_staff_may_still_write_about_a_cancelled_quote(self):
        self.order._action_cancel()
        with self.mock_mail_gateway():
            self.order.message_post(
                body="Sorry.", partner_ids=self.ada.ids, subtype_xmlid="mail.mt_comment"
            )
        self.assertFalse(self.tokens_in(self.sent[self.ada.email]))
        self.assertNoNativeTrace(self.sent[self.ada.email])

    # === NOT DELIVERED YET === #

    def test_undelivered_email_waits_and_every_kind_says_so(self):
        for document in (self.order, self.payment, self.statement):
            wizard = self.open_composer(document)
            with self.no_mail_server():
                wizard.action_send_mail()
            document.invalidate_recordset()
            with self.subTest(document=document):
                self.assertIn(self.ada.email, document.finance_undelivered)
                with self.mock_mail_gateway():
                    document.action_finance_portal_retry()
                document.invalidate_recordset()
                self.assertFalse(document.finance_undelivered)
                self.assertTrue(self.token_of(self.ada.email))

    def test_sharing_tab_and_warning_are_on_every_kinds_form(self):
        models = ("account.move", "sale.order", "account.payment", self.statement._name)
        for model in models:
            arch = self.env[model].get_views([(False, "form")])["views"]["form"]["arch"]
            with self.subTest(model=model):
                self.assertEqual(arch.count('name="finance_sharing"'), 1)
                self.assertEqual(arch.count('name="action_finance_portal_retry"'), 1)
        for document in (self.order, self.payment, self.statement):
            self.compose(document)
            with self.subTest(document=document), Form(document) as form:
                self.assertEqual(len(form.finance_link_ids), 1)
