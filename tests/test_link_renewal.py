"""L4 and L9: sending again, and which links a request for access renews."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestLinkRenewal(FinancePortalCase):
    # === SENDING AGAIN === #

    def test_l9_sending_again_keeps_other_links(self):
        (_one, ada), (_two, ben) = self.issue(), self.issue(partner=self.ben)
        self.send()
        self.assertLive(ada)
        self.assertLive(ben)
        self.assertLive(self.token_mailed_to(self.ada))

    def test_l9_dialog_revokes_earlier_links_when_asked(self):
        (link, ada), (_two, ben) = self.issue(), self.issue(partner=self.ben)
        self.send(finance_revoke_earlier=True)
        self.assertDead(ada)
        self.assertDead(ben)
        self.env.flush_all()
        self.assertEqual(link.revoke_reason, "replaced")
        self.assertLive(self.token_mailed_to(self.ada))

    def resend(self, link, **values):
        wizard = self.env["finance.portal.resend"].create({"link_id": link.id, **values})
        with self.mock_mail_gateway():
            wizard.action_send()
        return wizard

    def test_l9_send_again_keeps_earlier_links(self):
        link, token = self.issue()
        self.resend(link)
        self.assertLive(token)
        self.assertLive(self.token_mailed_to(self.ada))

    def test_l9_send_again_revokes_only_this_recipients_links_when_asked(self):
        (link, ada), (_two, ben) = self.issue(), self.issue(partner=self.ben)
        self.resend(link, revoke_earlier=True)
        self.assertDead(ada)
        self.assertLive(ben)
        self.assertLive(self.token_mailed_to(self.ada))

    def test_l9_send_again_revokes_links_to_the_new_address_too_when_asked(self):
        self.company.finance_portal_email_change = "keep"
        link, old = self.issue()
        self.ada.email = "ada.new@bakery.example.com"
        _second, new = self.issue()
        self.resend(link, revoke_earlier=True)
        self.assertDead(old)
        self.assertDead(new)
        self.assertLive(self.token_mailed_to(self.ada))

    def test_send_again_goes_to_the_address_now_on_file(self):
        link, _token = self.issue()
        self.ada.email = "ada.new@bakery.example.com"
        wizard = self.resend(link)
        self.assertEqual(wizard.email, "ada.new@bakery.example.com")
        self.assertIn("ada.new@bakery.example.com", self.sent)
        self.assertNotIn("ada@bakery.example.com", self.sent)

    def test_send_again_to_an_address_without_contact(self):
        link, _token = self.issue(email_to="someone@example.com")
        self.resend(link)
        (token,) = self.tokens_in(self.sent["someone@example.com"])
        self.assertLive(token)

    def test_send_again_names_the_remedy(self):
        link, _token = self.issue()
        other, _token = self.issue(partner=self.ben)
        self.ben.email = False
        with self.assertRaisesRegex(UserError, "Open the contact and enter one"):
            self.resend(other)
        self.ada.active = False
        with self.assertRaisesRegex(UserError, "Choose another contact"):
            self.resend(link)
        self.ada.active = True
        self.invoice.button_draft()
        with self.assertRaisesRegex(UserError, "Confirm it first"):
            self.resend(link)
        self.invoice.with_context(force_delete=True).unlink()
        with self.assertRaisesRegex(UserError, "was deleted"):
            self.resend(link)

    def test_send_again_names_the_remedy_for_each_kind_and_state(self):
        """A cancelled document isn't confirmed, and a quote is sent (SPEC 4)."""
        order = self.make_quote()
        link, _token = self.issue(order)
        order._action_cancel()
        with self.assertRaisesRegex(UserError, "Press Set to Quotation, then send it"):
            self.resend(link)
        order.action_draft()
        with self.assertRaisesRegex(UserError, "Use Send to Customer"):
            self.resend(link)
        link, _token = self.issue()
        self.invoice.button_draft()
        self.invoice.button_cancel()
        with self.assertRaisesRegex(UserError, "is cancelled. Reset it to draft and confirm it"):
            self.resend(link)

    # === WHO MAY BE RENEWED === #

    def test_request_access_mails_nothing_after_staff_revoked(self):
        link, _token = self.issue()
        self.assertTrue(link._may_be_renewed())
        link._revoke("staff")
        self.assertFalse(link._may_be_renewed())

    def test_request_access_renews_what_died_by_itself(self):
        for reason in ("replaced", "state", "address"):
            link, _token = self.issue()
            link._revoke(reason)
            with self.subTest(reason=reason):
                self.assertTrue(link._may_be_renewed())

    def test_request_access_renews_nothing_for_another_customer(self):
        link, _token = self.issue()
        # as integrations do
        self.invoice.with_context(skip_readonly_check=True).partner_id = self.eve
        self.assertFalse(link._may_be_renewed())

    def ask_for_access(self, **subject):
        """Answer a request for access; return why nothing was mailed, ``False`` if it was."""
        asked = self.env["finance.portal.access.request"].sudo().create(subject)
        with self.mock_mail_gateway():
            asked._answer()
        row = self.Event.search([("kind", "=", "access_requested")], limit=1, order="id desc")
        return row.reason

    def test_an_event_says_why_request_access_mailed_nothing(self):
        link, _token = self.issue()
        by_link = {"link_id": link.id}
        native = {"res_model": "account.move", "res_id": self.invoice.id}
        self.assertFalse(self.ask_for_access(**by_link))
        # What staff closed last holds for the recipient's older links, too.
        newest, _token = self.issue()
        newest._revoke("staff")
        self.assertEqual(self.ask_for_access(**by_link), "staff")
        self.assertEqual(self.ask_for_access(**native), "staff")
        link._revoke("address")
        self.assertEqual(self.ask_for_access(**by_link), "staff")
        self.invoice.button_draft()
        self.assertEqual(self.ask_for_access(**by_link), "state")
        self.assertEqual(self.ask_for_access(**native), "state")
