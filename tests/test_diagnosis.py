"""Why can't they get in? Each cause alone, in words without a secret, and what its button does."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..tools.secure_token import PLACEHOLDER
from .portal_access_common import PortalAccessCase


@tagged("post_install", "-at_install")
class TestDiagnosis(PortalAccessCase):
    def causes(self, partner=None):
        findings = (partner or self.ada).with_user(self.clerk)._finance_portal_find_causes()
        for finding in findings:
            self.assertNotIn(PLACEHOLDER, finding.text)
            self.assertFalse(self.account_tokens_in(finding.text))
        return {finding.code: finding for finding in findings}

    def assertCause(self, code, remedy, text, partner=None, blocks=True):
        """Assert that exactly one cause is found: with this button and these words."""
        causes = self.causes(partner)
        self.assertEqual(list(causes), [code])
        cause = causes[code]
        self.assertEqual((cause.remedy, cause.blocks), (remedy, blocks))
        self.assertIn(text, cause.text)

    def test_not_enabled(self):
        self.assertCause("not_enabled", "enable", "never enabled")

    def test_no_address(self):
        self.ada.email = False
        self.assertCause("no_address", "open", "no email address")

    def test_bad_address(self):
        self.ada.email = "ada at bakery"
        self.assertCause("bad_address", "open", "ada at bakery")

    def test_archived(self):
        self.account_with_password()
        self.ada.active = False
        self.assertCause("archived", "open", "is archived")

    def test_disabled_by_whom_and_when(self):
        self.account_with_password()
        self.press("disable")
        self.assertCause("disabled", "reopen", "boss")

    def test_user_archived_in_the_settings(self):
        self.account_with_password().user_id.active = False
        self.assertCause("user_archived", "reopen", "in the settings")

    def test_moved_to_another_customer(self):
        self.account_with_password()
        self.ada.parent_id = self.rival
        self.assertCause("moved", "reopen", "Rival, and the account was opened for Bakery")

    def test_somebody_else_signs_in_with_the_address(self):
        self.native_user(self.eve, login=self.ada.email)
        causes = self.causes()
        self.assertEqual(list(causes), ["duplicate", "not_enabled"])
        self.assertIn("Eve", causes["duplicate"].text)

    def test_login_of_odoos_own_portal(self):
        self.native_user()
        self.assertCause("native", "adopt", "own portal", partner=self.ben)

    def test_colleague(self):
        self.native_user(group="base.group_user")
        self.assertCause("staff", None, "back office", partner=self.ben)

    def test_setup_link_waits_for_the_mail_server(self):
        self.Account._enable(self.ada)
        self.assertCause("mail_waiting", "resend", "waiting for the mail server")

    def test_setup_link_could_not_be_sent(self):
        with self.no_mail_server("Connection refused"):
            self.Account._enable(self.ada)
        self.assertCause("mail_failed", "resend", "Connection failed")

    def test_setup_link_came_back(self):
        account, _token = self.enable()
        message = self.env["mail.message"].browse(account.mailed_link_ids.mail_message_id)
        message.sudo().notification_ids.write(
            {
                "notification_status": "bounce",
                "failure_type": "unknown",
                "failure_reason": "550 no such user",
            }
        )
        self.assertCause("bounced", "open", "550 no such user")

    def test_what_mail_servers_repeat_holds_no_token(self):
        """Also not when something got it into the database past Odoo."""
        account, token = self.enable()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_notification SET notification_status = 'bounce',"
            " failure_type = 'unknown', failure_reason = %s WHERE mail_message_id = %s",
            [
                f"550 spam: /finance/customer-portal/setup/{token}",
                account.mailed_link_ids.mail_message_id,
            ],
        )
        self.env.invalidate_all()
        text = self.causes()["bounced"].text
        self.assertIn("550 spam", text)
        self.assertNotIn(token, text)

    def test_setup_link_not_used_yet(self):
        self.enable()
        self.assertCause("not_set_up", "resend", "spam folder")

    def test_setup_link_expired(self):
        account, _token = self.enable()
        with self.at(account.mailed_link_ids.expires_at):
            self.assertCause("setup_expired", "resend", "60 minutes")

    def test_locked(self):
        account = self.account_with_password()
        account.write({"failures": 5, "locked_until": "2999-01-01 00:00:00"})
        self.assertCause("locked", "unlock", "Too many wrong passwords")

    def test_wrong_passwords_lately(self):
        self.account_with_password().failures = 2
        self.assertCause("wrong_password", "reset", "in a row: 2", blocks=False)

    def test_password_reset_not_used(self):
        account = self.account_with_password()
        self.mail_account_link(account, "reset")
        self.assertCause("reset_sent", "reset", "been used yet", blocks=False)
        with self.at(account.mailed_link_ids[:1].expires_at):
            self.assertCause("reset_expired", "reset", "60 minutes", blocks=False)
        account.signed_in_at = fields.Datetime.now() + timedelta(minutes=1)
        self.assertEqual(self.causes(), {}, "they came in since")

    def test_links_ask_to_sign_in_who_has_no_account(self):
        self.issue()
        self.customer.finance_portal_sign_in = "required"
        causes = self.causes()
        self.assertEqual(list(causes), ["not_enabled", "must_sign_in"])
        self.assertEqual(causes["must_sign_in"].remedy, "enable")
        self.issue(partner=self.ben)
        self.native_user()
        remedies = [(cause.code, cause.remedy) for cause in self.causes(self.ben).values()]
        self.assertEqual(remedies, [("native", "adopt"), ("must_sign_in", None)])
        self.account_with_password()
        self.assertEqual(self.causes(), {})

    def test_nothing_to_see_yet(self):
        self.account_with_password()
        self.assertEqual(self.causes(), {})
        self.invoice.button_draft()
        self.assertCause("nothing_to_see", None, "nothing to see yet", blocks=False)

    def test_no_documents_of_their_own(self):
        self.account_with_password(self.ben).own_documents = True
        self.assertCause(
            "nothing_own", "own_documents", "only their own documents",
            partner=self.ben, blocks=False,
        )  # fmt: skip
        finding = self.dialog(self.ben).finding_ids
        for _press in range(2):
            finding.action_remedy()
            self.assertFalse(self.ben._finance_portal_get_account().own_documents)

    # === THE DIALOG === #

    def dialog(self, partner=None, user=None):
        partner = (partner or self.ada).with_user(user or self.boss)
        action = partner.action_finance_portal_diagnose()
        return self.env[action["res_model"]].with_user(user or self.boss).browse(action["res_id"])

    def test_all_is_well_says_where_and_with_what_to_sign_in(self):
        self.account_with_password()
        dialog = self.dialog()
        self.assertFalse(dialog.finding_ids)
        self.assertIn("/finance/customer-portal/login", dialog.advice)
        self.assertIn("ada@bakery.example.com", dialog.advice)

    def test_what_keeps_out_comes_first_and_without_advice(self):
        account = self.account_with_password()
        account.write({"locked_until": "2999-01-01 00:00:00", "failures": 5})
        self.invoice.button_draft()
        dialog = self.dialog()
        self.assertEqual(dialog.finding_ids.mapped("code"), ["locked", "nothing_to_see"])
        self.assertFalse(dialog.advice)

    def test_every_button_does_something(self):
        """One after the other, as a manager would: from never enabled to signed in again."""
        steps = []
        for _number in range(2):
            dialog = self.dialog()
            finding = dialog.finding_ids[:1]
            steps.append(finding.code)
            with self.mock_mail_gateway():
                action = finding.action_remedy()
                if action.get("res_model") == "finance.portal.enable":
                    form = Form(
                        self.env["finance.portal.enable"]
                        .with_user(self.boss)
                        .with_context(**action["context"])
                    )
                    form.save().action_enable()
        self.assertEqual(steps, ["not_enabled", "not_set_up"])
        account = self.ada._finance_portal_get_account()
        account.write({"set_up_at": fields.Datetime.now(), "failures": 5})
        account.locked_until = "2999-01-01 00:00:00"
        self.dialog().finding_ids.action_remedy()
        self.assertEqual(self.causes(), {})

    def test_each_remedy_has_a_button(self):
        arch = self.env["finance.portal.diagnosis"].with_user(self.boss).get_view(view_type="form")
        known = dict(self.env["finance.portal.diagnosis.finding"]._fields["remedy"].selection)
        for remedy in known:
            self.assertIn(f"remedy != '{remedy}'", arch["arch"])

    def test_users_read_it_and_managers_act(self):
        self.account_with_password().locked_until = "2999-01-01 00:00:00"
        dialog = self.dialog(user=self.clerk)
        self.assertFalse(dialog.is_manager)
        self.assertEqual(dialog.finding_ids.mapped("code"), ["locked"])
        with self.assertRaisesRegex(AccessError, "manager"):
            dialog.finding_ids.action_remedy()
