"""L11: every email Odoo can send about a shared document, and what it carries."""

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import Command, fields, modules
from odoo.tests import tagged

from .common import LINK
from .every_email_common import (
    CALLERS,
    CRONS,
    LAYOUTS,
    LEFT_TEMPLATES,
    MODELS,
    MODULES,
    OTHER_CRONS,
    SENDING,
    TEMPLATES,
    EveryEmailCase,
)
from .send_common import SendDocumentsCase


@tagged("post_install", "-at_install")
class TestListsAreComplete(SendDocumentsCase):
    """A new way of sending emails about documents shall not go unseen."""

    def test_l11_templates_layouts_and_jobs_are_all_known(self):
        templates = self.env["mail.template"].search([("model", "in", MODELS)])
        known = {self.env.ref(xmlid).id for xmlid in TEMPLATES}
        left = [self.env.ref(xmlid, raise_if_not_found=False) for xmlid in LEFT_TEMPLATES]
        known |= {template.id for template in left if template}
        self.assertFalse(templates.filtered(lambda one: one.id not in known).mapped("name"))
        layouts = self.env["ir.ui.view"].search(
            [("key", "=like", "mail.mail\\_notification\\_l%"), ("type", "=", "qweb")]
        )
        self.assertEqual(set(layouts.mapped("key")), LAYOUTS)
        jobs = self.env["ir.cron"].with_context(active_test=False).search([])._get_external_ids()
        names = {name for found in jobs.values() for name in found}
        ours = {name for name in names if name.split(".")[0] in (*MODULES, "mail")}
        self.assertEqual(ours, CRONS | OTHER_CRONS)

    def test_l11_callers_in_odoos_code_are_all_known(self):
        found = {}
        for module in MODULES:
            if module not in self.env.registry._init_modules:
                continue
            root = Path(modules.get_module_path(module))
            for path in root.rglob("*.py"):
                if "tests" in path.parts or "populate" in path.parts:
                    continue
                if calls := set(SENDING.findall(path.read_text())):
                    found[f"{module}/{path.relative_to(root)}"] = calls
        for path, calls in found.items():
            with self.subTest(path=path):
                self.assertLessEqual(calls, CALLERS.get(path, set()))
        self.assertTrue(found)


@tagged("post_install", "-at_install")
class TestEveryEmail(EveryEmailCase):
    # === TEMPLATES === #

    def ways_of_a_template(self, template, document):
        """Yield ``(name, links, function)`` for each way a template becomes emails."""
        composer = {"default_template_id": template.id, "default_model": document._name}
        Composer = document.env["mail.compose.message"].with_context(
            **composer, default_res_ids=document.ids
        )
        recipients = {"recipient_ids": [Command.set(self.everybody.ids)]}
        for layout in sorted(LAYOUTS):
            kept = {"email_layout_xmlid": layout}

            def compose(mode, layout=layout):
                values = {"composition_mode": mode, "email_layout_xmlid": layout}
                wizard = Composer.create(values)
                if mode == "comment":
                    wizard.partner_ids = self.everybody
                wizard._action_send_mail()

            yield f"composer, {layout}", 1, lambda compose=compose: compose("comment")
            yield f"mass mail, {layout}", 1, lambda compose=compose: compose("mass_mail")
            yield (
                f"message_post_with_source, {layout}",
                1,
                lambda kept=kept: document.message_post_with_source(
                    template,
                    partner_ids=self.everybody.ids,
                    subtype_xmlid="mail.mt_comment",
                    **kept,
                ),
            )
            yield (
                f"send_mail, {layout}",
                None,
                lambda kept=kept: template.send_mail(
                    document.id, force_send=True, email_values=recipients, **kept
                ),
            )
            yield (
                f"message_mail_with_source, {layout}",
                None,
                lambda kept=kept: document.message_mail_with_source(
                    template, force_send=True, **kept
                ),
            )
        yield (
            "send_mail",
            None,
            lambda: template.send_mail(document.id, force_send=True, email_values=recipients),
        )
        bare = {
            "email_to": f"{self.ada.email}, nobody@example.com",
            "email_cc": "copy@example.com",
            "recipient_ids": False,
        }
        yield (
            "send_mail to addresses",
            None,
            lambda: template.send_mail(document.id, force_send=True, email_values=bare),
        )

    def test_l11_every_template_every_way(self):
        for xmlid, name in TEMPLATES.items():
            if name == "bill":
                continue  # Odoo's own email to a vendor
            template, document = self.env.ref(xmlid), self.documents[name]
            for way, links, send in self.ways_of_a_template(template, document):
                with self.subTest(template=xmlid, way=way), self.mock_mail_gateway():
                    send()
                    count = self.assertClean(document, links)
                    addressed = template.use_default_to or "to addresses" in way
                    self.assertTrue(count or not addressed)
            for text in self.stored_texts(document):
                self.assertFalse(LINK.search(text or ""), "L2: what is stored opens nothing")

    def test_l11_template_with_a_link_written_by_hand_becomes_a_secure_link(self):
        for name, document in self.documents.items():
            if "access_token" not in document._fields:
                continue
            template = self.env["mail.template"].create(
                {
                    "name": "Own",
                    "model_id": self.env["ir.model"]._get_id(document._name),
                    "subject": "Own {{ object.get_portal_url() }}",
                    "partner_to": "{{ object.partner_id.id }}",
                    "body_html": f"""<a t-att-href="object.get_portal_url()">a</a>
                        <a href="{document.access_url}?access_token={document.access_token}">b</a>
                        <a t-att-href="object._get_share_url(redirect=True, pid=1)">c</a>""",
                }
            )
            with self.subTest(name=name), self.mock_mail_gateway():
                template.send_mail(document.id, force_send=True)
                (mail,) = self._mails
                self.assertEqual(mail["body"].count(f"/{self.token_of(self.ada.email)}"), 3)
                self.assertNotIn(document.access_token, str(mail))

    # === MESSAGES === #

    def ways_of_a_message(self, document):
        """Yield ``(name, links, function)`` for each way staff write about a document."""
        for layout in sorted(LAYOUTS):
            yield f"reply, {layout}", 1, lambda layout=layout: document.message_post(
                body="Hello", partner_ids=self.everybody.ids, message_type="comment",
                subtype_xmlid="mail.mt_comment", email_layout_xmlid=layout,
            )  # fmt: skip
            yield f"notify, {layout}", 1, lambda layout=layout: document.message_notify(
                body="Hello", subject="Hello", partner_ids=self.everybody.ids,
                email_layout_xmlid=layout,
            )  # fmt: skip
        yield (
            "note to people",
            1,
            lambda: document.message_post(
                body="Hello", partner_ids=self.everybody.ids, subtype_xmlid="mail.mt_note"
            ),
        )
        yield "a reply by email", 1, lambda: document.message_post(
            body="Hello", message_type="email", author_id=self.eve.id,
            subtype_xmlid="mail.mt_comment", incoming_email_to="else@example.com",
        )  # fmt: skip
        yield (
            "a view",
            None,
            lambda: document.message_post_with_source(
                "mail.message_origin_link",
                render_values={"self": document, "origin": document},
                partner_ids=self.everybody.ids,
                subtype_xmlid="mail.mt_comment",
            ),
        )
        yield "send again", 1, lambda: document._finance_portal_mail_link(self.ada)
        yield (
            "an activity",
            None,
            lambda: document.activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.staff.user_ids.id
            ),
        )
        yield "an address", 1, lambda: document.message_post(
            body="Hello", subtype_xmlid="mail.mt_comment",
            outgoing_email_to="one@example.com, two@example.com",
        )  # fmt: skip
        later = fields.Datetime.now() + timedelta(days=1)
        yield "scheduled", 1, lambda: (
            document.env["mail.scheduled.message"]
            .create({
                "model": document._name, "res_id": document.id, "body": "Hello",
                "partner_ids": self.everybody.ids, "scheduled_date": later,
                "author_id": document.env.user.partner_id.id,
            })
            .post_message()
        )  # fmt: skip

    def test_l11_every_message_every_way(self):
        for name, document in self.documents.items():
            for way, links, send in self.ways_of_a_message(document):
                with self.subTest(document=name, way=way), self.mock_mail_gateway():
                    send()
                    self.assertTrue(self.assertClean(document, links))
            for text in self.stored_texts(document):
                self.assertFalse(LINK.search(text or ""), "L2: what is stored opens nothing")

    # === THE KINDS' OWN WAYS === #

    def test_l11_invoices_the_dialog_the_batch_and_the_subscribers(self):
        for name in ("invoice", "refund"):
            document = self.documents[name]
            with self.subTest(way="dialog", name=name):
                self.send(document, partners=self.everybody)
                self.assertTrue(self.assertClean(document))
        other = self.make_invoice(partner=self.eve)
        moves = self.invoice + other
        moves.partner_id.invoice_sending_method = "email"
        Batch = self.env["account.move.send.batch.wizard"]
        Batch.create({"move_ids": moves.ids}).action_send_and_print()
        with (
            self.mock_mail_gateway(),
            patch.object(type(self.env["ir.cron"]), "_commit_progress"),
            patch.object(self.env.cr, "commit", lambda: None),
        ):
            self.env["account.move"]._cron_account_move_send(job_count=2)
            self._mails = [one for one in self._mails if self.eve.email not in one["email_to"][0]]
            self.assertTrue(self.assertClean(self.invoice))
        subscribers = "one@b.example, two@b.example"
        self.invoice.journal_id.incoming_einvoice_notification_email = subscribers
        with self.mock_mail_gateway():
            self.invoice.journal_id._notify_invoice_subscribers(self.invoice)
            self.assertEqual(self.assertClean(self.invoice), 2)

    def test_l11_orders_confirmation_and_payment_at_once_and_by_the_job(self):
        order = self.documents["order"]
        for name in ("_send_order_confirmation_mail", "_send_payment_succeeded_for_order_mail"):
            with self.subTest(way=name), self.mock_mail_gateway():
                getattr(order, name)()
                self.assertTrue(self.assertClean(order))
        self.env["ir.config_parameter"].set_param("sale.async_emails", "True")
        self.env.ref("sale.send_pending_emails_cron").active = True
        order._send_order_confirmation_mail()
        self.assertTrue(order.pending_email_template_id)
        with (
            self.mock_mail_gateway(),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 60),
        ):
            self.env["sale.order"]._cron_send_pending_emails()
            self.assertTrue(self.assertClean(order))

    def test_l11_quotes_that_are_confirmed_with_an_email_and_followed(self):
        quote = self.documents["quote"]
        subtypes = self.env.ref("sale.mt_order_confirmed") + self.env.ref("mail.mt_comment")
        quote.message_subscribe(partner_ids=self.contacts.ids, subtype_ids=subtypes.ids)
        with self.mock_mail_gateway():
            quote.with_context(send_email=True).action_confirm()
            self.env.flush_all()
            self.env.cr.precommit.run()  # changes that followers hear of
            self.assertGreater(self.assertClean(quote), 2)

    def test_l11_proforma_carries_the_link_to_its_quote(self):
        quote = self.documents["quote"]
        wizard = self.open_composer(quote.with_context(proforma=True))
        with self.mock_mail_gateway():
            wizard.action_send_mail()
            self.assertTrue(self.assertClean(quote))

    def test_l11_share_wizard_mails_secure_links_and_shows_none(self):
        for name in ("invoice", "quote", "order"):
            document = self.documents[name]
            context = {"active_model": document._name, "active_id": document.id}
            wizard = self.env["portal.share"].with_context(**context).create(
                {"partner_ids": [Command.set((self.ada + self.stranger).ids)], "note": "Look!"}
            )  # fmt: skip
            with self.subTest(name=name), self.mock_mail_gateway():
                self.assertTrue(wizard.finance_secure)
                self.assertFalse(wizard.share_link)
                wizard.action_send_mail()
                self.assertTrue(self.assertClean(document))
                self.assertLessEqual({self.ada.email, self.stranger.email}, set(self.sent))
                self.assertIn("Look!", self.sent[self.ada.email])
            for text in self.stored_texts(document):
                self.assertNotIn("access_token", text or "")

    def test_l11_everything_while_the_document_is_not_shared(self):
        self.documents["quote"]._action_cancel()
        self.documents["invoice"].button_draft()
        for name in ("quote", "invoice"):
            document = self.documents[name]
            for way, _links, send in self.ways_of_a_message(document):
                if way == "send again":
                    continue
                with self.subTest(document=name, way=way), self.mock_mail_gateway():
                    send()
                    self.assertTrue(self.assertClean(document, links=0))
                    self.assertFalse(any(map(self.tokens_in, self.sent.values())))
