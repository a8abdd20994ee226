"""L11: Odoo's own permanent links are closed for documents that are shared."""

from unittest.mock import patch

from odoo.exceptions import AccessDenied
from odoo.tests import tagged

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from ..tools.secure_token import PLACEHOLDER
from .common import FinancePortalCase
from .http_common import FinancePortalHttpCase

OWN_TEMPLATE = """
    <div>
        <a t-att-href="object.get_portal_url()">portal</a>
        <a t-att-href="object.get_base_url() + object.get_portal_url()">absolute</a>
        <a t-att-href="object._get_share_url(redirect=True)">share</a>
        <t t-set="pid" t-value="object.partner_id.id"/>
        <a t-att-href="object._get_share_url(redirect=True, signup_partner=True, pid=pid)">all</a>
        <t t-set="token" t-value="object.access_token"/>
        <a t-att-href="'/my/invoices/%s?access_token=%s' % (object.id, token)">by hand</a>
        <a href="https://www.example.com/terms?hash=no#x">terms</a>
    </div>
"""


@tagged("post_install", "-at_install")
class TestNativeClosed(FinancePortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls.make_user("portal", "base.group_portal").partner_id
        cls.portal.parent_id = cls.customer
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Own template",
                "model_id": cls.env["ir.model"]._get_id("account.move"),
                "subject": "Own",
                "body_html": OWN_TEMPLATE,
                "partner_to": "{{ object.partner_id.id }}",
            }
        )

    def give_native_token(self, move=None):
        """Give a document the permanent token that it got before the addon was installed."""
        move = self.invoice if move is None else move
        self.company.finance_portal_close_native = False
        token = move._portal_ensure_token()
        self.company.finance_portal_close_native = True
        self.assertTrue(token)
        return token

    def groups(self, move=None):
        """Return the data of the notification groups by name."""
        move = self.invoice if move is None else move
        message = move.message_ids[:1]
        return {
            name: data
            for name, _accepts, data in move._notify_get_recipients_groups(
                message,
                "Invoice",
                msg_vals={"model": move._name, "res_id": move.id, "partner_ids": self.ada.ids},
            )
        }

    # === THE BUTTON === #

    def test_l11_button_of_contacts_and_of_the_chosen_is_a_secure_link(self):
        self.give_native_token()
        groups = self.groups()
        for role in ("contact", "chosen"):
            data = groups.pop(f"finance_portal_{role}")
            self.assertTrue(data["active"])
            self.assertOnlyPlaceholder(data["button_access"]["url"])
            self.assertNoNativeTrace(data)
        self.assertNotIn(PLACEHOLDER, str(groups.pop("user")))
        self.assertIn("portal_customer", groups)
        for name, data in groups.items():
            with self.subTest(name=name):
                self.assertFalse(data["has_button_access"])
                self.assertNoNativeTrace(data)

    def test_l11_no_button_when_the_document_is_not_shared_now(self):
        self.invoice.button_draft()
        for name, data in self.groups().items():
            if name != "user":
                with self.subTest(name=name):
                    self.assertFalse(data["has_button_access"])
                    self.assertNoNativeTrace(data)

    def test_l11_an_email_with_a_secure_link_prepares_no_sign_up(self):
        """Otherwise every email would write its contact's row, and wait for other emails."""
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        self.groups()
        self.assertFalse(self.ada.signup_type)
        self.company.finance_portal_close_native = False
        self.groups()
        self.assertEqual(self.ada.signup_type, "signup")

    def test_l11_a_key_in_a_context_skips_no_check_of_odoos(self):
        visitor = self.portal.with_user(self.portal.user_ids)
        with self.assertRaises(AccessDenied):
            visitor.with_context(finance_portal_no_sign_up=True).signup_get_auth_param()

    def test_l11_setting_off_restores_odoos_own_button(self):
        self.company.finance_portal_close_native = False
        url = self.groups()["portal_customer"]["button_access"]["url"]
        self.assertNotIn(PLACEHOLDER, url)
        self.assertIn("access_token=", url)
        self.send()
        self.assertFalse(self.tokens_in(self.sent[self.ada.email]))
        self.assertIn("access_token=", self.sent[self.ada.email])

    def test_l11_every_recipient_gets_a_secure_link_and_nothing_native(self):
        native = self.give_native_token()
        self.invoice.message_subscribe(partner_ids=(self.portal + self.ben).ids)
        self.send(partners=self.ada + self.stranger)
        self.assertEqual(
            set(self.sent), {self.ada.email, self.stranger.email, self.portal.email, self.ben.email}
        )
        tokens = [self.tokens_in(body) for body in self.sent.values()]
        self.assertEqual({len(found) for found in tokens}, {1})
        self.assertEqual(len(set.union(*tokens)), 4)
        for email, body in self.sent.items():
            with self.subTest(email=email):
                self.assertNoNativeTrace(body)
                self.assertNotIn(native, body)

    # === TEMPLATES OF THE COMPANY'S OWN === #

    def send_own_template(self):
        wizard = self.open_send_dialog()
        wizard.template_id = self.template
        with self.mock_mail_gateway():
            wizard.action_send_and_print()
        return self.sent[self.ada.email]

    def test_l11_addresses_in_own_templates_become_secure_links(self):
        native = self.give_native_token()
        body = self.send_own_template()
        token = self.token_mailed_to(self.ada)
        self.assertNotIn(native, body)
        self.assertNoNativeTrace(body.replace("terms?hash=no", ""))
        for text in ("portal", "absolute", "share", "all", "by hand"):
            with self.subTest(text=text):
                anchor = body.split(f">{text}</a>")[0].rsplit("<a", 1)[1]
                self.assertIn(f"/finance/i/{token}", anchor)
        self.assertIn("https://www.example.com/terms?hash=no#x", body, "other addresses stay")

    def test_l11_preview_of_own_template_in_the_dialog_holds_no_token(self):
        self.invoice.access_token = False
        wizard = self.open_send_dialog()
        wizard.template_id = self.template
        self.assertNotRegex(wizard.body.replace("access_token=False", ""), r"access_token=\w")
        self.assertFalse(self.invoice.access_token, "no permanent token is made")

    def test_l11_emails_written_by_hand_are_caught_too(self):
        native = self.give_native_token()
        path = f"/my/invoices/{self.invoice.id}"
        body = f'<a href="{path}?access_token={native}">here</a> {path}0'
        mail = self.env["mail.mail"].create(
            {"model": "account.move", "res_id": self.invoice.id, "body_html": body,
             "recipient_ids": self.ada.ids, "email_to": "someone@example.com"}
        )  # fmt: skip
        with self.mock_mail_gateway():
            mail.send()
        for text in self.sent.values():
            self.assertNotIn(native, text)
            self.assertEqual(len(self.tokens_in(text)), 1)
            self.assertIn(
                f"/my/invoices/{self.invoice.id}0", text, "another document's address stays"
            )

    def test_l11_too_large_attachments_get_no_permanent_link(self):
        wizard = self.open_send_dialog()
        with (
            self.mock_mail_gateway(),
            patch.object(IrMail_Server, "_get_max_email_size", lambda _server: 1e-6),
        ):
            wizard.action_send_and_print()
        body = self.sent[self.ada.email]
        self.assertNotIn("access_token=", body)
        self.assertEqual(len(self.tokens_in(body)), 1)

    # === TOKENS ARE NEITHER MADE NOR ACCEPTED === #

    def test_l11_no_permanent_token_is_made(self):
        self.invoice.access_token = False
        for url in (
            self.invoice.get_portal_url(),
            self.invoice.get_portal_url(report_type="pdf"),
            self.invoice._get_share_url(redirect=True, signup_partner=True),
            self.invoice._get_share_url(pid=self.ada.id),
        ):
            self.assertNoNativeTrace(url.replace("/my/invoices/", ""))
        self.assertFalse(self.invoice.access_token)

    def test_l11_native_token_gives_no_access_to_the_messages(self):
        native = self.give_native_token()
        ways = {"token": native, "hash": self.invoice._sign_token(self.ada.id), "pid": self.ada.id}
        moves = self.env["account.move"].with_user(self.env.ref("base.public_user"))
        self.assertFalse(moves._get_thread_with_access(self.invoice.id, **ways))
        self.company.finance_portal_close_native = False
        self.assertTrue(moves._get_thread_with_access(self.invoice.id, **ways))

    def test_l11_staff_still_reach_the_messages(self):
        self.assertTrue(self.env["account.move"]._get_thread_with_access(self.invoice.id))

    def test_l11_qr_code_with_a_permanent_link_is_not_printed(self):
        self.company.link_qr_code = True
        self.invoice.invalidate_recordset()
        self.assertFalse(self.invoice.display_link_qr_code)
        html = self._printed()
        self.assertNotIn("access_token", html)
        self.assertNotIn("Scan me", html)
        self.company.finance_portal_close_native = False
        self.invoice.invalidate_recordset()
        self.assertTrue(self.invoice.display_link_qr_code)

    def _printed(self):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice", self.invoice.ids
        )
        return html.decode()

    # === WHAT IS NOT SHARED STAYS NATIVE === #

    def test_l11_bills_and_entries_stay_as_they_were(self):
        bill = self.make_invoice(move_type="in_invoice", partner=self.eve)
        self.assertFalse(bill._finance_portal_native_closed())
        self.assertTrue(bill._portal_ensure_token())
        self.assertIn("access_token=", bill.get_portal_url())
        self.assertNotIn(PLACEHOLDER, str(self.groups(bill)))
        self.company.link_qr_code = True
        self.assertTrue(bill.display_link_qr_code)
        with self.mock_mail_gateway():
            bill.message_notify(partner_ids=self.eve.ids, body="Hello", subject="Hello")
        self.assertNotIn("secure link", self.sent[self.eve.email])

    def test_l11_setting_is_per_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.company.finance_portal_close_native = False
        self.assertTrue(other.finance_portal_close_native, "closed unless a company says otherwise")
        self.assertFalse(self.invoice._finance_portal_native_closed())


@tagged("post_install", "-at_install")
class TestOldNativeLinks(FinancePortalHttpCase):
    """Who follows a native link of a shared document."""

    def native_paths(self):
        self.company.finance_portal_close_native = False
        token = self.invoice._portal_ensure_token()
        self.company.finance_portal_close_native = True
        return (
            f"/my/invoices/{self.invoice.id}?access_token={token}",
            f"/my/invoices/{self.invoice.id}?access_token={token}&report_type=pdf&download=true",
            f"/mail/view?model=account.move&res_id={self.invoice.id}&access_token={token}",
        )

    def test_l11_old_native_link_leads_to_the_page_for_a_new_one(self):
        for path in self.native_paths():
            with self.subTest(path=path):
                answer = self.visit(path, follow=True)
                self.assertEqual(answer.status_code, 410)
                self.assertStrictHeaders(answer)
                self.assertIn("no longer active", answer.text)
        action = answer.text.split('action="')[1].split('"')[0]
        self.submit(answer, action)
        self.answer_requests()
        self.assertEqual(list(self.sent), [self.ada.email])
        self.assertLive(self.token_mailed_to(self.ada))

    def test_l11_native_links_work_again_with_the_setting_off(self):
        paths = self.native_paths()
        self.company.finance_portal_close_native = False
        for path in (paths[0], paths[2]):
            with self.subTest(path=path):
                answer = self.visit(path, follow=True)
                self.assertEqual(answer.status_code, 200)
                self.assertIn(self.invoice.name, answer.text)

    def test_l11_staff_preview_keeps_working(self):
        staffer = self.make_user("staffer", "account.group_account_invoice", password="staffer")
        self.authenticate("staffer", "staffer")
        url = self.invoice.with_user(staffer).preview_invoice()["url"]
        self.assertNoNativeTrace(url.replace("/my/invoices/", ""))
        # With a web shop, Odoo opens the preview inside its website editor, under "/@".
        answer = self.visit(url.removeprefix("/@"), follow=True)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(self.invoice.name, answer.text)

    def test_l11_wrong_native_token_is_no_oracle(self):
        self.native_paths()
        answer = self.visit(f"/my/invoices/{self.invoice.id}?access_token=nonsense")
        self.assertEqual(answer.status_code, 401)
        self.assertNotIn("request-access", answer.text)
