"""L11: every way an email about a shared document leaves, and what it may carry.

The lists below are compared with the database and with Odoo's code: what an update or another
addon brings, and no test sends, makes ``test_every_email.py`` fail.
"""

import io
import re

from pypdf import PdfReader

from .common import NATIVE_TRACES
from .send_common import SendDocumentsCase

MODELS = ("account.move", "account.payment", "sale.order", "finance.portal.issued.statement")

# The template, and the document it is sent about here.
TEMPLATES = {
    "account.email_template_edi_invoice": "invoice",
    "account.email_template_edi_credit_note": "refund",
    "account.email_template_edi_self_billing_invoice": "bill",
    "account.email_template_edi_self_billing_credit_note": "bill",
    "account.mail_template_invoice_subscriber": "invoice",
    "account.mail_template_data_payment_receipt": "payment",
    "finance_portal.mail_template_issued_statement": "statement",
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
            "statement": cls.statement,
            "quote": quote,
            "order": order,
        }
        cls.bill = cls.make_invoice(move_type="in_invoice", partner=cls.eve)
        cls.native = []
        for document in cls.documents.values():
            if "access_token" in document._fields:
                cls.native += [document._portal_ensure_token()]
                cls.native += [document._sign_token(one.id) for one in cls.ada + cls.portal]
            document.message_subscribe(
                partner_ids=(cls.ben + cls.portal + cls.stranger + cls.staff).ids
            )
        cls.company.finance_portal_close_native = True
        cls.ben.email = "ben@bakery.example.com, ledger@bakery.example.com"
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
        theirs = {
            address
            for contact in self.contacts
            for address in contact._finance_portal_get_addresses()
        }
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
            elif address in theirs and links is not None:
                self.assertEqual(len(tokens), links, f"{address} gets a link of their own")
            self.assertLessEqual(len(tokens), 1)
            for token in tokens:
                self.assertNotIn(token, seen, "shared by nobody")
                seen[token] = address
                prefix = document._finance_portal_get_prefix()
                link = self.link_of(token, prefix)
                self.assertEqual((link.res_model, link.res_id), (document._name, document.id))
                self.assertEqual(link.email, address)
                self.assertEqual(link.is_external, address not in theirs)
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
