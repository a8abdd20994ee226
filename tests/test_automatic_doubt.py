"""What the system mails by itself waits while a contact's address is in doubt: only staff write."""

from odoo.tests import tagged

from . import test_every_email
from .account_common import AccountCase
from .every_email_common import TEMPLATES, EveryEmailCase
from .test_receipts import ReceiptCase
from .test_statement_schedule import ScheduleCase

NEW = "thief@elsewhere.example.com"
WHY = (
    "The email address of %s was changed. A Finance Portal manager has to confirm it first, on the"
    " contact's Portal Access tab."
)


class DoubtMixin:
    """Somebody who may only change contacts gives an account's contact another address."""

    def put_in_doubt(self, contact):
        AccountCase.make_account.__func__(type(self), contact)
        self.change_address(contact)

    def change_address(self, contact):
        creator = self.make_user("creator", "base.group_user", "base.group_partner_manager")
        contact.with_user(creator).email = NEW

    def confirm(self, contact):
        groups = ("account.group_account_manager", "base.group_partner_manager")
        contact.with_user(self.make_user("boss", *groups)).action_finance_portal_confirm()


@tagged("post_install", "-at_install")
class TestReceiptDoubt(DoubtMixin, ReceiptCase):
    def test_no_receipt_is_mailed(self):
        self.put_in_doubt(self.ada)
        payment = self.make_payment()
        self.assertNotMailed(payment, "failed")
        self.assertIn(WHY % "Ada", self.notes(payment)[0])
        self.confirm(self.ada)
        self.make_payment()
        self.run_job()
        self.assertEqual(list(self.sent), [NEW])


@tagged("post_install", "-at_install")
class TestStatementDoubt(DoubtMixin, ScheduleCase):
    def test_no_statement_is_scheduled(self):
        self.put_in_doubt(self.late)
        self.plan(every="monthly", day=30, when="overdue")
        self.start("2026-06-30 10:00:00")
        self.assertEqual(self.started(), ["Small"])
        self.assertEqual(self.skipped()["Late"], WHY % "Late")

    def test_none_leaves_that_waits_to_be_sent(self):
        AccountCase.make_account.__func__(type(self), self.late)
        self.plan(every="monthly", day=30, when="overdue")
        self.start("2026-06-30 10:00:00")
        self.change_address(self.late)
        self.run_job()
        self.run_queue()
        self.assertNotIn(NEW, [*self.sent])
        failed = self.batches().line_ids.filtered(lambda line: line.state == "failed")
        self.assertEqual(failed.mapped("reason"), [WHY % "Late"])
        self.assertIn(self.small.email, [*self.sent])


@tagged("post_install", "-at_install")
class TestEveryAutomaticEmail(DoubtMixin, EveryEmailCase):
    """Every template and every message, see ``TestEveryEmail``, when the system sends it."""

    def setUp(self):
        super().setUp()
        self.root = self.env.ref("base.user_root")
        with self.mock_mail_gateway():
            self.put_in_doubt(self.ada)
        self.everybody = self.ada + self.eve
        # Who gets it doesn't depend on what it looks like.
        self.patch(test_every_email, "LAYOUTS", {"mail.mail_notification_layout"})

    def ways(self, user):
        """Yield ``(document, way, function)`` for all that a user can cause."""
        every = test_every_email.TestEveryEmail
        for xmlid, name in TEMPLATES.items():
            if name == "bill":
                continue  # Odoo's own email to a vendor
            document = self.documents[name].with_user(user)
            template = self.env.ref(xmlid).with_user(user)
            for way, _links, send in every.ways_of_a_template(self, template, document):
                yield document, f"{xmlid}, {way}", send
        for document in self.documents.values():
            for way, _links, send in every.ways_of_a_message(self, document.with_user(user)):
                yield document, way, send
        yield from self.own_ways()

    def own_ways(self):
        """Yield what Odoo sends once an order is confirmed or paid, at once and by a job."""
        order, invoice = self.documents["order"], self.documents["invoice"]
        visitor = self.env.ref("base.public_user")
        for name in ("_send_order_confirmation_mail", "_send_payment_succeeded_for_order_mail"):
            yield order, name, getattr(order.with_user(visitor).sudo(), name)

        def by_job():
            order.pending_email_template_id = order._get_confirmation_template()
            order.with_user(self.root)._finance_portal_mail_pending()
            self.assertFalse(order.pending_email_template_id, "not tried for ever")

        yield order, "pending", by_job
        yield invoice, "invoice", invoice.with_user(visitor).sudo()._generate_and_send

    def test_nothing_leaves_to_an_address_in_doubt(self):
        reached, Mail = 0, self.env["mail.mail"].sudo()
        for document, way, send in self.ways(self.root):
            with self.subTest(document=document._name, way=way), self.mock_mail_gateway():
                before = Mail.search([])
                send()
                Mail.process_email_queue()
                self.assertNotIn(NEW, [*self.sent])
                reached += self.eve.email in self.sent
                made = Mail.search([]) - before
                hers = made.filtered(lambda one: self.ada in one.recipient_ids)
                told = {(one.state, one.failure_reason) for one in hers}
                self.assertLessEqual(told, {("exception", WHY % "Ada")})
        self.assertGreater(reached, 10, "others get theirs")

    def test_a_failed_one_says_why_and_leaves_once_the_address_is_confirmed(self):
        order = self.documents["order"]
        order.message_partner_ids = False
        with self.mock_mail_gateway():
            order.with_user(self.root)._send_order_confirmation_mail()
        self.assertFalse(self.sent)
        Mail = self.env["mail.mail"].sudo()
        mail = Mail.search([("model", "=", "sale.order"), ("res_id", "=", order.id)], limit=1)
        self.assertEqual((mail.state, mail.failure_reason), ("exception", WHY % "Ada"))
        [told] = mail.mail_message_id.notification_ids
        told = told.notification_status, told.failure_reason
        self.assertEqual(told, ("exception", WHY % "Ada"))
        self.assertFalse(self.Link.search([("res_id", "=", order.id), ("email", "=", NEW)]))
        self.confirm(self.ada)
        with self.mock_mail_gateway():
            mail.mark_outgoing()
            mail.send()
        self.assertTrue(self.tokens_in(self.sent[NEW]))

    def test_bare_addresses_are_known_by_whose_they_are(self):
        """Also by a double of the contact, and in one email to several: with Odoo's own links."""
        order, Mail = self.documents["order"], self.env["mail.mail"].with_user(self.root)
        self.make_contact("Ada again", email=NEW)
        for closed, place in ((True, "email_to"), (False, "email_to"), (False, "email_cc")):
            order.company_id.finance_portal_close_native = closed
            to = {"email_to": "office@else.example.com", place: f"x@else.example.com, {NEW}"}
            mail = Mail.create(
                {"model": order._name, "res_id": order.id, "subject": "Hi", "body_html": "", **to}
            )
            with self.subTest(closed=closed, place=place), self.mock_mail_gateway():
                mail.send()
                self.assertNotIn(NEW, " ".join(", ".join(one["email_to"]) for one in self._mails))
                self.assertNotIn(NEW, [*self.sent])
                self.assertIs("x@else.example.com" in self.sent, closed)
                if not closed:
                    self.assertEqual((mail.state, mail.failure_reason), ("exception", WHY % "Ada"))

    def test_what_waited_in_the_queue_waits_on(self):
        """Queued for the address before, it would leave to the one that the contact has then."""
        self.confirm(self.ada)
        order = self.documents["order"]
        with self.no_mail_server():
            order.with_user(self.root)._send_order_confirmation_mail()
        third = "third@elsewhere.example.com"
        self.ada.with_user(self.env["res.users"].search([("login", "=", "creator")])).email = third
        with self.mock_mail_gateway():
            self.env["mail.mail"].sudo().process_email_queue()
        self.assertNotIn(third, [*self.sent])

    def test_dialogs_tell_staff_whose_address_waits(self):
        """They may send, but shouldn't do so without knowing."""
        invoice, quote = self.documents["invoice"], self.documents["quote"]
        wizard = self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        context = quote.action_quotation_send()["context"]
        for dialog, field in (
            (wizard.create({}), "mail_partner_ids"),
            (self.env["mail.compose.message"].with_context(**context).create({}), "partner_ids"),
        ):
            with self.subTest(dialog=dialog._name):
                self.assertEqual(dialog[field], self.ada)
                warning = dialog.finance_recipient_warning
                self.assertIn(f"{self.ada.display_name} <{NEW}>. Check", warning)
                view = dialog.get_view(view_type="form")
                self.assertIn('name="finance_recipient_warning"', view["arch"])
                dialog[field] = self.eve
                self.assertFalse(dialog.finance_recipient_warning)

    def test_staff_who_write_by_hand_choose_the_address_themselves(self):
        clerk = self.make_user("writing", "account.group_account_invoice")
        with self.mock_mail_gateway():
            self.invoice.with_user(clerk).message_post(
                body="Hello", partner_ids=self.ada.ids, subtype_xmlid="mail.mt_comment"
            )
        self.assertIn(NEW, [*self.sent])


@tagged("post_install", "-at_install")
class TestEveryEmailToWhoLeft(EveryEmailCase):
    """The same of a contact who is with another customer now: what names them isn't theirs."""

    ways, own_ways = TestEveryAutomaticEmail.ways, TestEveryAutomaticEmail.own_ways

    def test_nothing_leaves_to_whoever_left_the_customer(self):
        self.root = self.env.ref("base.user_root")
        self.patch(test_every_email, "LAYOUTS", {"mail.mail_notification_layout"})
        self.ada.parent_id = self.rival
        self.everybody, reached = self.ada + self.ben, 0
        for document, way, send in self.ways(self.root):
            with self.subTest(document=document._name, way=way), self.mock_mail_gateway():
                send()
                self.env["mail.mail"].sudo().process_email_queue()
                self.assertNotIn(self.ada.email, [*self.sent])
                reached += "ledger@bakery.example.com" in self.sent  # one of Ben's
        self.assertGreater(reached, 10, "others get theirs")
