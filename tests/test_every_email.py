"""L11: every email the ERP can send about a shared document, and what it carries.

The lists below are compared with the database and with the ERP's code: what an update or
another addon brings, and no test here sends, makes this file fail.
"""

import io
import re
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from pypdf import PdfReader

from odoo import Command, fields, modules
from odoo.tests import tagged

from .common import LINK, NATIVE_TRACES
from .test_send_documents import SendDocumentsCase

MODELS = ("account.move", "account.payment", "sale.order")

# The template, and the document it is sent about here.
TEMPLATES = {
    "account.email_template_edi_invoice": "invoice",
    "account.email_template_edi_credit_note": "refund",
    "account.email_template_edi_self_billing_invoice": "bill",
    "account.email_template_edi_self_billing_credit_note": "bill",
    "account.mail_template_invoice_subscriber": "invoice",
    "account.mail_template_data_payment_receipt": "payment",
    "sale.email_template_edi_sale": "quote",
    "sale.email_template_proforma": "quote",
    "sale.mail_template_sale_confirmation": "order",
    "sale.mail_template_sale_payment_executed": "order",
}
# Emails of other apps about documents that weren't sent, which are left alone.
LEFT_TEMPLATES = {"website_sale.mail_template_sale_cart_recovery"}
LAYOUTS = {
    "mail.mail_notification_layout",
    "mail.mail_notification_light",
    "mail.mail_notification_layout_with_responsible_signature",
}
# Jobs of these modules that send emails about documents, or the emails that wait.
CRONS = {
    "account.ir_cron_account_move_send",
    "sale.send_invoice_cron",
    "sale.send_pending_emails_cron",
    "mail.ir_cron_mail_scheduler_action",
    "mail.ir_cron_post_scheduled_message",
    "mail.ir_cron_send_scheduled_message",
}
OTHER_CRONS = {
    "account.ir_cron_auto_post_draft_entry",
    "mail.ir_cron_module_update_notification",
    "mail.ir_cron_delete_notification",
    "mail.ir_cron_mail_gateway_action",
    "mail.ir_cron_web_push_notification",
    "mail.ir_cron_discuss_channel_member_unmute",
}
# Where the code of these modules sends or posts. Notes in the chatter reach followers only
# when they ask for notes, and go through the same `message_post` as a reply does.
MODULES = ("account", "account_payment", "portal", "sale", "sale_management")
SENDING = re.compile(
    r"(?<!def )\b(message_post_with_source|message_mail_with_source|message_notify|message_post"
    r"|send_mail_batch|send_mail|_notify_thread|_action_send_mail)\("
)
CALLERS = {
    "account/models/account_document_import_mixin.py": {"message_post"},
    "account/models/account_journal.py": {"send_mail"},
    "account/models/account_journal_dashboard.py": {"message_post"},
    "account/models/account_lock_exception.py": {"message_post"},
    "account/models/account_move.py": {"message_post"},
    "account/models/account_move_send.py": {"message_post"},
    "account/wizard/account_automatic_entry_wizard.py": {"message_post"},
    "account/wizard/accrued_orders.py": {"message_post"},
    "account_payment/models/payment_transaction.py": {"message_post"},
    "portal/wizard/portal_share.py": {"message_post_with_source"},
    "portal/wizard/portal_wizard.py": {"send_mail"},
    "sale/controllers/portal.py": {"message_post"},
    "sale/models/account_move.py": {"message_post"},
    "sale/models/payment_transaction.py": {"message_post"},
    "sale/models/sale_order.py": {"message_post", "message_post_with_source"},
    "sale/models/sale_order_line.py": {"message_post"},
    "sale/wizard/sale_make_invoice_advance.py": {"message_post", "message_post_with_source"},
}
TRACES = re.compile(
    NATIVE_TRACES.pattern
    + r"|/my/orders/|auth_signup|/web/(?:content|image)/\d|/mail/view|\bpid=|\bhash="
)


class EveryEmailCase(SendDocumentsCase):
    """One document of each kind, with a native token each, and everybody who may get mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        cls.portal = cls.make_user("portal", "base.group_portal").partner_id
        cls.portal.write({"parent_id": cls.customer.id})
        cls.staff = cls.make_user("clerk", "account.group_account_invoice").partner_id
        cls.company.finance_portal_close_native = False
        refund = cls.make_invoice(move_type="out_refund")
        order = cls.make_order()
        order.action_confirm()
        quote = cls.make_order()
        quote.action_quotation_sent()
        cls.documents = {
            "invoice": cls.invoice,
            "refund": refund,
            "payment": cls.payment,
            "quote": quote,
            "order": order,
        }
        cls.bill = cls.make_invoice(move_type="in_invoice", partner=cls.eve)
        cls.native = []
        for document in cls.documents.values():
            if document._name != "account.payment":
                cls.native += [document._portal_ensure_token()]
                cls.native += [document._sign_token(one.id) for one in cls.ada + cls.portal]
            document.message_subscribe(
                partner_ids=(cls.ben + cls.portal + cls.stranger + cls.staff).ids
            )
        cls.company.finance_portal_close_native = True
        cls.contacts = cls.ada + cls.ben + cls.portal
        cls.everybody = cls.contacts + cls.eve + cls.staff

    def setUp(self):
        super().setUp()
        # Drawn once: what is attached does not depend on the way the email takes.
        drawn = {}
        render = self.env.registry["ir.actions.report"]._render_qweb_pdf

        def render_once(report, report_ref, res_ids=None, data=None):
            key = (str(report_ref), str(res_ids), report.env.lang)
            if key not in drawn:
                drawn[key] = render(report, report_ref, res_ids, data)
            return drawn[key]

        self.patch(self.env.registry["ir.actions.report"], "_render_qweb_pdf", render_once)

    def texts_of(self, mail):
        """Return every text of an outgoing email: headers, both parts, and its attachments."""
        texts = [
            str(value) for name, value in mail.items() if name not in ("attachments", "partner_id")
        ]
        for name, content, _kind in mail["attachments"]:
            raw = content if isinstance(content, bytes) else content.encode()
            texts += [name, raw.decode("latin-1")]
            if raw.startswith(b"%PDF"):
                pages = PdfReader(io.BytesIO(raw)).pages
                texts += [page.extract_text() for page in pages]
                notes = [note for page in pages for note in page.get("/Annots", ())]
                texts += [str(note.get_object()) for note in notes]
        return texts

    def assertClean(self, document, links=1):
        """Assert what L11 says of the emails just sent, and return how many there were.

        :param document: what they are about
        :param int links: how many secure links an email to a contact of the customer has;
            ``None`` when it depends on a template that has no button
        """
        seen = {}
        for mail in self._mails:
            address = re.search(r"[^\s<]+@[^\s>]+", mail["email_to"][0]).group()
            self.assertEqual(len(mail["email_to"]) + len(mail["email_cc"] or []), 1)
            tokens = set()
            for text in self.texts_of(mail):
                tokens |= self.tokens_in(text)
                for native in self.native:
                    self.assertNotIn(native, text)
                if address != self.staff.email:  # staff sign in, at the address without a token
                    found = TRACES.search(text)
                    self.assertFalse(found, found and text[max(found.start() - 200, 0) :][:400])
            if address == self.staff.email:
                self.assertFalse(tokens)
            elif address in self.contacts.mapped("email") and links is not None:
                self.assertEqual(len(tokens), links, f"{address} gets a link of their own")
            self.assertLessEqual(len(tokens), 1)
            for token in tokens:
                self.assertNotIn(token, seen, "shared by nobody")
                seen[token] = address
                prefix = document._finance_portal_get_prefix()
                link = self.link_of(token, prefix)
                self.assertEqual((link.res_model, link.res_id), (document._name, document.id))
                self.assertEqual(link.email, address)
                self.assertEqual(link.is_external, address not in self.contacts.mapped("email"))
        return len(self._mails)

    def stored_texts(self, document):
        """Return what messages and the queue hold about a document."""
        # sudo: the queue is an admin's
        domain = [("model", "=", document._name), ("res_id", "=", document.id)]
        messages = self.env["mail.message"].sudo().search(domain)
        mails = self.env["mail.mail"].sudo().search(domain)
        return [*messages.mapped("body"), *mails.mapped("body_html")]

    def template_of(self, document):
        """Return a template that fits a document."""
        name = next(name for name, one in self.documents.items() if one == document)
        return self.env.ref(next(xmlid for xmlid, one in TEMPLATES.items() if one == name))


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

    def test_l11_callers_in_the_erps_code_are_all_known(self):
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
        Composer = self.env["mail.compose.message"].with_context(
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
                continue  # the ERP's own email to a vendor
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
            if document._name == "account.payment":
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
            self.env["mail.scheduled.message"]
            .create({
                "model": document._name, "res_id": document.id, "body": "Hello",
                "partner_ids": self.everybody.ids, "scheduled_date": later,
                "author_id": self.env.user.partner_id.id,
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
