"""A text that can't be rendered: the customer never sees the error, nor gets nothing for it."""

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .account_link_common import AccountLinkCase
from .batch_common import BatchCase
from .broken_common import BROKEN, LANG, SOURCE, BrokenTextCase
from .every_email_common import TEMPLATES, EveryEmailCase

QUIET = (
    "odoo.addons.finance_portal.models.mail.mail_template",
    "odoo.addons.finance_portal.models.web.ir_qweb",
    "odoo.addons.mail.models.mail_render_mixin",
    "odoo.addons.mail.models.mail_template",
)
# Odoo opens these itself, in its own layouts.
IN_ODOOS_LAYOUTS = {"mail_layout_note", "mail_light_layout_note"}


class TemplateCase(BrokenTextCase, EveryEmailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.speak_spanish(cls.ada, cls.customer)

    def each(self):
        """Yield every template of a kind that is sent, its document, and each broken field."""
        for xmlid, name in TEMPLATES.items():
            if name == "bill":
                continue  # Odoo's own email to a vendor
            for field in BROKEN:
                with self.subTest(template=xmlid, field=field):
                    template, document = self.env.ref(xmlid), self.documents[name]
                    self.break_template(template, field)
                    yield template, document, field


@tagged("post_install", "-at_install")
class TestBrokenTemplates(TemplateCase):
    # === THE DIALOG === #

    def open_dialog(self, document, template):
        if document._name == "account.move":
            return self.open_send_dialog(document, template_id=template.id)
        return self.open_composer(document, template_id=template.id, partner_ids=self.ada.ids)

    def press_send(self, wizard):
        with self.mock_mail_gateway():
            if wizard._name == "account.move.send.wizard":
                wizard.action_send_and_print()
            else:
                wizard.action_send_mail()

    @mute_logger(*QUIET)
    def test_dialog_opens_says_what_is_wrong_and_is_filled_by_hand(self):
        for template, document, field in self.each():
            wizard = self.open_dialog(document, template)
            problem = wizard.finance_template_problem
            for part in (template.name, "Spanish", "Email Templates"):
                self.assertIn(part, problem)
            self.assertNoTrace(wizard.subject)
            self.assertNoTrace(wizard.body)
            if field == "body_html":
                with self.assertRaisesRegex(UserError, "Write the subject and the message"):
                    self.press_send(wizard)
            wizard.write({"subject": "By hand", "body": "<p>Written by hand</p>"})
            self.press_send(wizard)
            self.assertIn("Written by hand", self.sent[self.ada.email])
            self.assertFalse(self.told(document))

    @mute_logger(*QUIET)
    def test_dialog_opens_in_the_browser(self):
        template = self.env.ref("sale.email_template_edi_sale")
        self.break_template(template, "body_html")
        action = self.documents["quote"].action_quotation_send()
        with Form(self.env["mail.compose.message"].with_context(**action["context"])) as form:
            self.assertIn("Spanish", form.finance_template_problem)
            form.body = "<p>Written by hand</p>"
        template = self.env.ref("account.email_template_edi_invoice")
        self.break_template(template, "subject")
        action = self.invoice.action_invoice_sent()
        context = {"active_model": "account.move", "active_ids": self.invoice.ids}
        Wizard = self.env["account.move.send.wizard"].with_context(**context, **action["context"])
        with Form(Wizard) as form:
            self.assertIn("Spanish", form.finance_template_problem)
            self.assertFalse(form.subject)
            form.subject = "Written by hand"

    def test_dialog_says_nothing_when_all_is_well(self):
        for xmlid, name in TEMPLATES.items():
            if name != "bill":
                wizard = self.open_dialog(self.documents[name], self.env.ref(xmlid))
                with self.subTest(template=xmlid):
                    self.assertFalse(wizard.finance_template_problem)

    @mute_logger(*QUIET)
    def test_nothing_is_scheduled_without_a_text(self):
        template = self.env.ref("sale.email_template_edi_sale")
        self.break_template(template, "body_html")
        tomorrow = fields.Datetime.add(fields.Datetime.now(), days=1)
        wizard = self.open_composer(
            self.documents["quote"],
            partner_ids=self.ada.ids,
            scheduled_date=fields.Datetime.to_string(tomorrow),
        )
        with self.assertRaisesRegex(UserError, "Write the subject and the message"):
            wizard.action_schedule_message()

    @mute_logger(*QUIET)
    def test_templates_with_an_error_can_still_not_be_saved(self):
        template = self.env.ref("account.email_template_edi_invoice").with_context(lang=LANG)
        for field, text in BROKEN.items():
            with self.subTest(field=field), self.assertRaises(ValidationError):
                template.write({field: text})

    # === AUTOMATIC EMAILS === #

    def automatic_ways(self, template, document):
        """Yield each way that Odoo mails a template without a dialog."""
        yield lambda: document.message_post_with_source(
            template, partner_ids=self.ada.ids, subtype_xmlid="mail.mt_comment"
        )
        values = {"recipient_ids": [(6, 0, self.ada.ids)]}
        yield lambda: template.send_mail(document.id, force_send=True, email_values=values)
        if document._name == "account.move" and template == document._get_mail_template():
            author = {
                "author_user_id": self.env.uid,
                "author_partner_id": self.env.user.partner_id.id,
            }
            document.sending_data = author
            yield self.run_invoice_job

    def run_invoice_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("account.ir_cron_account_move_send").method_direct_trigger()

    @mute_logger(*QUIET)
    def test_automatic_emails_go_out_in_the_original_language(self):
        for template, document, field in self.each():
            for send in self.automatic_ways(template, document):
                before = len(self.told(document))
                with self.mock_mail_gateway():
                    send()
                (mail,) = [one for one in self._mails if self.ada.email in one["email_to"][0]]
                self.assertNoTrace(mail["subject"])
                self.assertNoTrace(mail["body"])
                self.assertIn("Original words", mail["subject"])
                self.assertIn("Original words for", mail["body"])
                self.assertEqual(len(self.told(document)), before + 1, field)

    @mute_logger(*QUIET)
    def test_when_the_original_has_an_error_too_the_layout_says_what_it_is(self):
        template = self.env.ref("sale.mail_template_sale_confirmation")
        document = self.documents["order"]
        for field in SOURCE:
            self.break_template(template, field, langs=(LANG, "en_US"))
            with self.subTest(field=field), self.mock_mail_gateway():
                document._send_order_confirmation_mail()
            mail = next(one for one in self._mails if self.ada.email in one["email_to"][0])
            self.assertNoTrace(mail["subject"])
            self.assertNoTrace(mail["body"])
            self.assertIn(document.name, mail["subject"])
            words = "Original words for" if field == "subject" else "Ada"
            self.assertIn(words, mail["body"])

    @mute_logger(*QUIET)
    def test_staff_have_one_thing_to_do_however_many_emails(self):
        template = self.env.ref("sale.mail_template_sale_confirmation")
        self.break_template(template, "body_html")
        seller = self.make_user("seller", "sales_team.group_sale_salesman")
        orders = self.make_order(user_id=seller.id) + self.make_order(user_id=seller.id)
        orders.action_confirm()
        for order in orders:
            with self.mock_mail_gateway():
                order._send_order_confirmation_mail()
            self.assertEqual(len(self.told(order)), 1)
        activities = self.env["mail.activity"].search([("user_id", "=", seller.id)])
        found = activities.filtered(lambda one: template.name in one.summary)
        self.assertEqual(len(found), 1)


@tagged("post_install", "-at_install")
class TestBrokenTemplatesInBulk(BrokenTextCase, BatchCase):
    """What is listed under "cannot be sent", while the others go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contacts[1].lang = "en_US"
        cls.speak_spanish(cls.contacts[1])
        cls.orders = cls.env["sale.order"].union(
            *(cls.make_quote(contact, sent=False) for contact in cls.contacts)
        )

    def each(self):
        for documents, xmlid in (
            (self.moves, "account.email_template_edi_invoice"),
            (self.orders, "sale.email_template_edi_sale"),
        ):
            for field in BROKEN:
                with self.subTest(documents=documents, field=field):
                    self.break_template(self.env.ref(xmlid), field)
                    yield documents

    @mute_logger(*QUIET)
    def test_the_dialog_lists_them_with_the_reason(self):
        for documents in self.each():
            context = {"active_model": documents._name, "active_ids": documents.ids}
            dialog = self.env["finance.portal.send"].with_user(self.billing)
            dialog = dialog.with_context(**context).create({})
            self.assertEqual((dialog.problem_count, dialog.send_count), (1, 2))
            self.assertIn("has an error in Spanish", dialog.problems)
            batch = self.Batch.browse(dialog.action_send()["res_id"]).sudo()
            states = self.states(batch)
            self.assertEqual(states.pop(documents[1].id), "failed")
            self.assertEqual(set(states.values()), {"waiting"})
            batch.action_cancel()

    @mute_logger(*QUIET, "odoo.addons.finance_portal.models.sending.batch_job")
    def test_the_job_sends_the_others(self):
        for documents in self.each():
            batch = self.send_all(documents)
            lines = {line.res_id: line for line in batch.line_ids}
            failed = lines.pop(documents[1].id)
            self.assertEqual({line.state for line in lines.values()}, {"sent"})
            self.assertEqual(failed.state, "failed")
            self.assertIn("has an error in Spanish", failed.reason)
            self.assertNoTrace(failed.reason)
            self.assertFalse(self.mails(documents[1]))


@tagged("post_install", "-at_install")
class TestBrokenOwnTexts(BrokenTextCase, AccountLinkCase):
    """Our own emails, whose translation somebody edited, or a translator got wrong."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.speak_spanish(cls.ada, cls.customer)
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman_all_leads")
        cls.seller.write({"lang": LANG, "notification_type": "email"})
        cls.quote = cls.make_quote(user_id=cls.seller.id)

    def setUp(self):
        super().setUp()
        self.addCleanup(self.env.registry.clear_cache, "templates")

    def causes(self):
        """Return ``{text: (record that staff are told with, cause)}`` of all our emails."""
        account, quote = self.account_with_password(), self.quote
        link, _token = self.issue(quote)
        link._mark_viewed()
        decision = self.env["finance.portal.decision"]._keep(link, "declined", {}, None, {})
        in_spanish = quote.with_context(lang=LANG)
        files = {"files": [(1, "a.pdf")], "base_url": "", "explained": True, "about": quote}
        large = "finance_portal.mail_large_files"
        fresh = self.invoice, lambda: self.invoice._finance_portal_mail_link(self.ada)
        open_ = self.env["finance.portal.still.open"].sudo()
        listed = self.ada, lambda: open_._mail(self.ada.sudo(), self.company, self.ada.email)
        return {
            "mail_words": (self.ada, lambda: account._mail_account_link("reset")),
            "mail_layout_items": listed,
            "mail_fresh_link": fresh,
            "mail_layout": fresh,
            "mail_layout_sender": fresh,
            "mail_layout_button": fresh,
            "mail_layout_message": fresh,
            "mail_layout_imprint": fresh,
            "mail_decision": (
                quote,
                lambda: in_spanish._finance_portal_tell_staff(decision, self.seller),
            ),
            "mail_hindered": (
                quote,
                lambda: in_spanish._finance_portal_tell_hindrance("1", "Why", self.seller),
            ),
            "mail_first_view": (quote, lambda: link._notify_view_to(self.seller, quote)),
            "mail_large_files": (quote, lambda: in_spanish.env["ir.qweb"]._render(large, files)),
        }

    @mute_logger(*QUIET)
    def test_each_goes_out_in_the_original_language(self):
        views = self.env["ir.ui.view"].search([("key", "=like", "finance_portal.mail_%")])
        causes = self.causes()
        names = {key.partition(".")[2] for key in views.mapped("key")}
        self.assertEqual(names - IN_ODOOS_LAYOUTS, set(causes), "another email of ours")
        for name, (record, cause) in causes.items():
            view = views.filtered(lambda one, name=name: one.key == f"finance_portal.{name}")
            with self.subTest(text=name):
                before = len(self.told(record))
                self.break_view(view)
                with self.mock_mail_gateway():
                    cause()
                self.assertEqual(len(self.told(record)), before + 1)
                for mail in self._mails:
                    self.assertNotIn("no_such", mail["body"])
                if name.startswith(("mail_fresh", "mail_layout", "mail_words")):
                    self.assertIn(self.ada.email, self.sent)
                self.env.cr.execute(
                    "UPDATE ir_ui_view SET arch_db = arch_db - %s WHERE id = %s", [LANG, view.id]
                )
                self.env.invalidate_all()
                self.env.registry.clear_cache("templates")
