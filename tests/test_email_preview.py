"""Preview Email: each dialog that mails a document shows what the customer would get, only that."""

import re

from lxml import html

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..tools.mail_preview import disarm
from ..tools.secure_token import PLACEHOLDER
from .common import LINK
from .send_common import SendDocumentsCase

BUTTON = "action_finance_portal_preview_email"
# What sending writes.
WRITTEN = (
    "mail_mail", "mail_message", "mail_notification", "mail_followers", "mail_tracking_value",
    "mail_message_schedule", "ir_attachment", "finance_portal_link", "finance_portal_event",
    "finance_portal_pdf", "finance_portal_access_request", "account_move", "sale_order",
    "account_payment", "bus_bus",
)  # fmt: skip


def hide_token(link):
    return link[0].replace(link[1], PLACEHOLDER)


@tagged("post_install", "-at_install")
class TestEmailPreview(SendDocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.env["res.lang"]._activate_lang("ar_001")

    # === THE DIALOGS === #

    def make_dialogs(self):
        """Return one of each dialog that mails documents, by the name of its model."""
        link, _token = self.issue(partner=self.ben)
        orders = self.order | self.make_order(self.ben)
        moves = self.make_invoice() | self.make_invoice(self.ben)
        several = {"active_model": "sale.order", "active_ids": orders.ids}
        share = {"res_model": "account.move", "res_id": self.invoice.id}
        env = self.env
        return {
            "account.move.send.wizard": self.create_send_wizard(self.invoice),
            "account.move.send.batch.wizard": env["account.move.send.batch.wizard"].create(
                {"move_ids": [Command.set(moves.ids)]}
            ),
            "mail.compose.message": self.open_composer(self.order),
            "finance.portal.send": env["finance.portal.send"].with_context(**several).create({}),
            "finance.portal.resend": env["finance.portal.resend"].create({"link_id": link.id}),
            "finance.portal.send.statements": env["finance.portal.send.statements"].create(
                {"res_ids": self.ben.ids}
            ),
            "portal.share": env["portal.share"].create(
                {**share, "partner_ids": [Command.set(self.ada.ids)]}
            ),
        }

    def create_send_wizard(self, move):
        model = self.env["account.move.send.wizard"]
        return model.with_context(active_model="account.move", active_ids=move.ids).create({})

    def preview(self, dialog):
        """Press Preview Email; return what the browser is to show."""
        action = dialog.action_finance_portal_preview_email()
        self.assertEqual(action["tag"], "finance_portal_email_preview")
        return action["params"]["emails"]

    def test_every_dialog_that_mails_documents_has_it(self):
        warning = self.env.registry["finance.portal.address.warning"]
        dialogs = {
            name
            for name, model in self.env.registry.items()
            if issubclass(model, warning) and not model._abstract
        }
        # They mail about an account, or invite to Odoo's own portal.
        dialogs -= {"finance.portal.enable", "finance.portal.reopen"}
        dialogs -= {"finance.portal.enable.many", "finance.portal.import.logins"}
        dialogs -= {"project.share.wizard", "task.share.wizard"}
        self.assertEqual(dialogs, {*self.make_dialogs()})
        for name in dialogs:
            arch = self.env[name].get_views([(False, "form")])["views"]["form"]["arch"]
            with self.subTest(dialog=name):
                self.assertIn(f'name="{BUTTON}"', arch)

    def test_nothing_is_sent_stored_or_issued(self):
        """L2, also when the browser comes back for it again and again."""
        dialogs = self.make_dialogs()
        before = self.count_written()
        with self.mock_mail_gateway():
            for name, dialog in dialogs.items():
                with self.subTest(dialog=name):
                    for email in self.preview(dialog) + self.preview(dialog):
                        self.assertFalse(self.tokens_in(email["html"]))
                    self.assertEqual(self.count_written(), before)
        self.assertFalse(self._mails)
        self.assertEqual(self.order.state, "draft")

    def count_written(self):
        """Return what the tables hold that sending writes to."""
        self.cr.flush()
        found = {}
        for name in WRITTEN:
            table = SQL.identifier(name)
            query = SQL("SELECT md5(string_agg(x::text, '' ORDER BY id)) FROM %s x", table)
            found[name] = self.env.execute_query(query)
        return found

    def test_it_is_the_email_that_is_then_sent(self):
        send = {
            "account.move.send.wizard": lambda dialog: dialog.action_send_and_print(
                allow_fallback_pdf=True
            ),
            "mail.compose.message": lambda dialog: dialog.action_send_mail(),
            "finance.portal.resend": lambda dialog: dialog.action_send(),
            "portal.share": lambda dialog: dialog.action_send_mail(),
        }
        for name, dialog in self.make_dialogs().items():
            if name not in send:
                continue  # a job sends those
            with self.subTest(dialog=name):
                shown = {email["to"]: email for email in self.preview(dialog)}
                with self.mock_mail_gateway():
                    send[name](dialog)
                sent = {mail["email_to"][0]: mail for mail in self._mails}
                self.assertEqual({*shown}, {*sent})
                for to, mail in sent.items():
                    body = LINK.sub(hide_token, mail["body"])
                    self.assertIn(PLACEHOLDER, body)
                    self.assertEqual(shown[to]["html"], disarm(body))
                    self.assertEqual(shown[to]["subject"], mail["subject"])
                    self.assertEqual(shown[to]["sender"], mail["email_from"])

    # === WHAT IT SHOWS === #

    def test_the_first_of_several_is_the_first_that_goes_out(self):
        draft = self.make_invoice(post=False)
        moves = draft | self.invoice
        context = {"active_model": "account.move", "active_ids": moves.ids}
        [email] = self.preview(self.env["finance.portal.send"].with_context(**context).create({}))
        self.assertIn(self.invoice.name, email["subject"])

    def test_each_recipient_in_their_language_with_amount_and_date_first(self):
        self.ben.lang, self.ada.lang = "de_DE", "ar_001"
        dialog = self.create_send_wizard(self.invoice)
        dialog.mail_partner_ids = self.ada | self.ben
        emails = {email["to"]: email for email in self.preview(dialog)}
        to_ada, to_ben = sorted(emails)
        self.assertEqual(to_ben, '"Ben" <ben@bakery.example.com>')
        ada, ben = (html.fromstring(emails[to]["html"]) for to in (to_ada, to_ben))
        self.assertEqual(
            (ben.get("lang"), ada.get("lang"), ada.get("dir")), ("de-DE", "ar-001", "rtl")
        )
        self.assertRegex(emails[to_ben]["preheader"], r"\b100,00\s")

    def test_links_lead_nowhere(self):
        dialog = self.create_send_wizard(self.invoice)
        address = f"{self.invoice.get_base_url()}/my/invoices/{self.invoice.id}"
        dialog.body = f'<p><a href="https://example.com">x</a> {address}</p><script>1</script>'
        [email] = self.preview(dialog)
        tree = html.fromstring(email["html"])
        self.assertFalse(tree.xpath("//a/@href | //script | //base | //iframe"))
        self.assertNotRegex(email["html"], r"access_token|/my/invoices/")
        self.assertIn(f"/finance/i/{PLACEHOLDER}", tree.text_content())

    # === WHAT STANDS AGAINST IT === #

    def test_a_template_with_an_error_is_told_in_a_sentence(self):
        self.break_template(self.env.ref("account.email_template_edi_invoice"))
        with (
            mute_logger(
                "odoo.addons.mail.models.mail_render_mixin",
                "odoo.addons.finance_portal.models.mail.mail_template",
            ),
            self.assertRaises(UserError) as raised,
        ):
            self.invoice._finance_portal_preview_emails(self.invoice._finance_portal_write_emails)
        message = str(raised.exception)
        self.assertRegex(message, "The email template .* has an error in English.*Email Templates")
        self.assertNotRegex(message, r"Traceback|\n")

    def break_template(self, template):
        """Have a template that can't be drawn: past Odoo, which refuses to store it."""
        self.env.flush_all()
        body = "jsonb_build_object('en_US', '<p t-out=\"object.nonsense()\"/>')"
        self.env.cr.execute(
            f"UPDATE mail_template SET body_html = {body} WHERE id = %s", [template.id]
        )
        self.env.invalidate_all()

    def test_who_gets_nothing_is_named(self):
        dialog = self.create_send_wizard(self.invoice)
        dialog.mail_partner_ids = False
        with self.assertRaisesRegex(UserError, "No recipient has an email address"):
            self.preview(dialog)
        dialog = self.open_composer(self.payment, partner_ids=[Command.clear()])
        with self.assertRaisesRegex(UserError, "No recipient has an email address"):
            self.preview(dialog)

    def test_what_cannot_be_sent_is_not_shown(self):
        dialog = self.open_composer(self.order)
        self.order._action_cancel()
        with self.assertRaisesRegex(UserError, "is cancelled"):
            self.preview(dialog)

    def test_an_email_that_is_to_leave_later(self):
        dialog = self.open_composer(self.order, scheduled_date="2099-01-01 10:00:00")
        [email] = self.preview(dialog)
        self.assertIn(self.order.name, email["subject"])
        self.assertTrue(dialog.scheduled_date)

    def test_pictures_travel_with_it(self):
        picture = self.env["ir.attachment"].create(
            {"name": "a.png", "raw": b"\x89PNG\r\n", "mimetype": "image/png"}
        )
        [token] = picture.generate_access_token()
        dialog = self.create_send_wizard(self.invoice)
        dialog.body = f'<p><img src="/web/image/{picture.id}?access_token={token}"/></p>'
        [email] = self.preview(dialog)
        self.assertTrue(re.search(r'<img[^>]* src="data:image/', email["html"]))
