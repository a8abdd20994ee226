"""L9, L10: who may not send documents mails no link, by whatever way."""

from datetime import timedelta

from markupsafe import Markup

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .send_common import SendDocumentsCase

SENDERS = "finance_portal.group_finance_portal_user"


@tagged("post_install", "-at_install")
class TestWhoMaySend(SendDocumentsCase):
    """Each way an email can be caused, by a reader, by a sender and by the system."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls.make_user("reader", "account.group_account_readonly")
        cls.sender = cls.make_user("sender", "account.group_account_readonly", SENDERS)
        cls.guest = cls.make_user("guest", "base.group_portal")
        cls.clerk = cls.make_user("clerk", "account.group_account_invoice")
        cls.guest.partner_id.parent_id = cls.customer
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Own",
                "model_id": cls.env["ir.model"]._get_id("account.move"),
                "subject": "Own",
                "body_html": '<a t-att-href="object.get_portal_url()">Look</a>',
            }
        )

    def ways(self, document):
        """Yield ``(name, function)`` for each way a user can have Odoo mail people about it."""
        people = self.ada + self.stranger
        # Odoo's own link becomes the recipient's secure one as the email leaves.
        body = Markup('<a href="%s">Look</a>') % document.access_url
        text = {"body": body, "subject": "Look", "partner_ids": people.ids}
        later = fields.Datetime.now() + timedelta(days=1)
        model = {"model": document._name, "res_id": document.id}
        env = document.env

        yield "message_post", lambda: document.message_post(**text)
        yield (
            "message_post, as a comment",
            lambda: document.message_post(
                message_type="comment", subtype_xmlid="mail.mt_comment", **text
            ),
        )
        yield (
            "message_post to addresses",
            lambda: document.message_post(
                body="Look", subtype_xmlid="mail.mt_comment", outgoing_email_to="x@example.com"
            ),
        )
        yield "message_notify", lambda: document.message_notify(**text)
        yield "message_notify of any model", lambda: env["mail.thread"].message_notify(
            **text, **model
        )
        yield "followers", lambda: self.follow(document, people)
        yield "message_post, mailed later", lambda: self.post_later(document, text, later)
        yield "a scheduled message", lambda: self.schedule(env, {**model, "body": "Look"}, people)
        for mode in ("comment", "mass_mail"):
            yield f"composer, {mode}", lambda mode=mode: self.write_to(document, people, mode)
        template = self.template
        yield "template", lambda: template.with_env(env).send_mail(
            document.id, force_send=True, email_values={"recipient_ids": [Command.set(people.ids)]}
        )
        yield "a message with a template", lambda: document.message_post_with_source(
            template, partner_ids=people.ids, subtype_xmlid="mail.mt_comment"
        )
        yield "an activity", lambda: document.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.guest.id
        )
        yield "share dialog", lambda: self.share(document, people)
        yield "send again", lambda: document._finance_portal_mail_link(self.ada)
        yield "send again to an address", lambda: document._finance_portal_mail_link(
            self.env["res.partner"], email="x@example.com"
        )

    def follow(self, document, people):
        # sudo: they follow already, whoever saw to that
        document.sudo().message_subscribe(partner_ids=people.ids)
        document.message_post(body="Look", subtype_xmlid="mail.mt_comment")

    def post_later(self, document, text, later):
        document.message_post(**text, scheduled_date=later)
        schedules = self.env["mail.message.schedule"].sudo().search([])
        self.assertTrue(schedules)
        # The job runs as the system, whoever wrote the message.
        schedules.with_user(self.env.ref("base.user_root"))._send_notifications()

    def schedule(self, env, values, people):
        later = fields.Datetime.now() + timedelta(days=1)
        message = env["mail.scheduled.message"].create(
            {
                **values,
                "partner_ids": [Command.set(people.ids)],
                "scheduled_date": later,
                "author_id": env.user.partner_id.id,
            }
        )
        message.with_user(self.env.ref("base.user_root"))._post_message()

    def write_to(self, document, people, mode):
        Composer = document.env["mail.compose.message"].with_context(
            default_model=document._name, default_res_ids=document.ids
        )
        wizard = Composer.create(
            {
                "composition_mode": mode,
                "body": f'<a href="{document.access_url}">Look</a>',
                "subject": "Look",
                "partner_ids": [Command.set(people.ids)],
                "subtype_id": self.env.ref("mail.mt_comment").id,
            }
        )
        wizard._action_send_mail()

    def share(self, document, people):
        context = {"active_model": document._name, "active_id": document.id}
        Share = document.env["portal.share"].sudo().with_context(**context)
        Share.create({"partner_ids": [Command.set(people.ids)]}).action_send_mail()

    def links_of(self, document, way):
        """Return how many links the emails of a way brought, and how many emails there were."""
        self.env.flush_all()
        before = self.Link.search_count([("res_id", "=", document.id)])
        with self.mock_mail_gateway():
            try:
                way()
            except (AccessError, UserError):
                self.env.invalidate_all()
            self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()
            tokens = [self.tokens_in(body) for body in self.sent.values()]
        made = self.Link.search_count([("res_id", "=", document.id)]) - before
        self.assertEqual(made, sum(map(len, tokens)), "a link for each token that leaves")
        return made, len(self._mails)

    def count(self, user):
        """Return ``{way: (links, emails)}`` of what a user causes."""
        document = self.invoice.with_user(user)
        return {name: self.links_of(self.invoice, way) for name, way in self.ways(document)}

    def test_l9_l10_a_reader_mails_no_link_by_any_way(self):
        found = self.count(self.reader)
        self.assertEqual({name: links for name, (links, _mails) in found.items() if links}, {})
        self.assertGreater(sum(mails for _links, mails in found.values()), 10, "emails do leave")

    def test_l9_l10_a_customer_mails_no_link_by_any_way(self):
        found = self.count(self.guest)
        self.assertEqual({name: links for name, (links, _mails) in found.items() if links}, {})

    def test_l9_who_was_archived_meanwhile_mails_no_link_by_any_way(self):
        """Such as by messages that were to leave weeks later, to an address of their own."""
        self.sender.active = False
        found = self.count(self.sender)
        self.assertEqual({name: links for name, (links, _mails) in found.items() if links}, {})

    def test_l9_who_may_send_mails_links_by_every_way(self):
        for user in (self.sender, self.clerk):
            found = self.count(user)
            without = {name for name, (links, _mails) in found.items() if not links}
            with self.subTest(user=user.login):
                self.assertEqual(without, set())

    def test_l9_the_systems_own_emails_go_on(self):
        found = self.count(self.env.ref("base.user_root"))
        self.assertEqual({name for name, (links, _mails) in found.items() if not links}, set())

    def test_l9_what_the_system_sends_for_customers_goes_on(self):
        """Confirmations after an answer or a payment: Odoo makes them with sudo, for a visitor."""
        public = self.env.ref("base.public_user")
        order = self.make_order()
        order.action_confirm()
        for name in ("_send_order_confirmation_mail", "_send_payment_succeeded_for_order_mail"):
            way = getattr(order.with_user(public).sudo(), name)
            with self.subTest(way=name):
                self.assertGreater(self.links_of(order, way)[0], 0)
        move = self.make_invoice()
        way = move.with_user(public).sudo()._generate_and_send
        self.assertGreater(self.links_of(move, way)[0], 0)

    def test_l9_who_may_not_send_is_told_so(self):
        document = self.invoice.with_user(self.reader)
        self.assertIn("have permission to send", document._finance_portal_get_right_obstacle())
        with self.assertRaisesRegex(UserError, "have permission to send"):
            self.share(document, self.ada)
        Composer = document.env["mail.compose.message"].with_context(
            default_model=document._name, default_res_ids=document.ids
        )
        self.assertFalse(Composer.new({"composition_mode": "comment"}).finance_secure)

    def test_l9_a_reader_shows_no_files_on_the_page(self):
        """Files too large for an email go to the page only with a link to it."""
        document = self.invoice.with_user(self.reader)
        with self.mock_mail_gateway():
            message = document.message_post(body="Look", partner_ids=self.ada.ids)
        # sudo: as Odoo queues every email
        Mail = self.env["mail.mail"].with_user(self.reader).sudo()
        values = {"mail_message_id": message.id, "recipient_ids": [Command.set(self.ada.ids)]}
        file = self.env["ir.attachment"].create({"name": "x.txt", "raw": b"x"})
        Mail.create(values)._finance_portal_show_large_files(file)
        shown = [("res_id", "=", self.invoice.id), ("res_model", "=", "account.move")]
        self.assertFalse(self.env["finance.portal.file"].sudo().search(shown))
