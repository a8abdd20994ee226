"""SPEC 13, who may say who a person is: what visitors meet while an address is in doubt."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from .account_link_common import PASSWORD
from .account_pages_common import PORTAL, AccountPagesCase
from .http_common import GATEWAY

OLD, NEW = "ada@bakery.example.com", "ada@new.example.com"


@tagged("post_install", "-at_install")
class TestAddressPages(AccountPagesCase):
    def setUp(self):
        super().setUp()
        self.creator = self.make_user("hr", "base.group_user", "base.group_partner_manager")
        self.account = self.account_with_password()

    def change(self, email=NEW):
        """Change the address as somebody who is no manager; return the token in the email."""
        with self.mock_mail_gateway():
            self.ada.with_user(self.creator).email = email
        self.env.flush_all()
        (token,) = self.account_tokens_in(self.sent[OLD])
        return token

    def stop(self, token):
        self.assertLeadsTo(self.visit(f"{PORTAL}/stop/{token}"), f"{PORTAL}/stop")
        return self.fill_in(f"{PORTAL}/stop")

    def test_who_is_signed_in_is_out_and_stays_out(self):
        self.sign_in()
        self.assertSignedIn()
        self.change()
        self.assertSignedOut()
        for email in (OLD, NEW):
            self.assertEqual(self.sign_in(email=email, password=PASSWORD).status_code, 401)

    def test_who_was_changed_meanwhile_signs_in_with_the_new_address_once_it_is_confirmed(self):
        self.change()
        self.account._confirm_address(NEW)
        self.env.flush_all()
        self.assertEqual(self.sign_in(email=OLD).status_code, 401)
        self.assertLeadsTo(self.sign_in(email=NEW), PORTAL)

    def test_request_access_mails_nothing_while_nobody_confirmed(self):
        """Also when the account is closed over it; once confirmed, the new address gets it."""
        self.company.finance_portal_email_change = "keep"
        link, token = self.issue()
        page = self.open_link(token)
        self.change()

        def ask():
            self.submit(page, f"/finance/d/{link.ref}/request-access")
            self.answer_requests()
            return list(self.sent)

        self.assertEqual(ask(), [])
        self.account._disable("staff")
        self.assertEqual(ask(), [])
        refused = self.invoice_events("access_requested")
        self.assertEqual(refused.mapped("reason"), ["suspended", "suspended"])
        self.account._reopen(with_setup_link=False)
        self.assertEqual(ask(), [NEW])

    def test_l7_opening_the_email_stops_nothing(self):
        token = self.change()
        for method in ("GET", "HEAD", "GET"):
            self.become_stranger()
            opened = self.visit(f"{PORTAL}/stop/{token}", method, agent=GATEWAY)
            self.assertEqual(opened.status_code, 303)
            page = self.visit(f"{PORTAL}/stop", method)
            self.assertEqual(page.status_code, 200)
        self.assertStrictHeaders(page)
        self.assertNotIn(token, page.text)
        self.assertFalse(self.account.objected_at)
        self.assertEqual(self.visit(f"{PORTAL}/stop", "POST", data={}).status_code, 400)
        self.assertFalse(self.account.objected_at)

    def test_the_old_address_stops_it_once(self):
        token = self.change()
        answer = self.stop(token)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Thank you", answer.text)
        self.assertEqual(self.account.state, "disputed")
        row = self.last_event(self.account)
        self.assertEqual((row.kind, row.email), ("stopped", OLD))
        self.assertIn("wrong", self.ada.activity_ids[:1].note)
        self.become_stranger()
        gone = self.visit(f"{PORTAL}/stop/{token}")
        self.assertEqual(gone.status_code, 410)
        self.assertIn("stop a change of address", gone.text)
        self.assertNotIn("Request a new link", gone.text)

    def test_a_page_that_is_open_stops_it_once_as_well(self):
        token = self.change()
        self.visit(f"{PORTAL}/stop/{token}")
        page = self.visit(f"{PORTAL}/stop")
        links = self.account.mailed_link_ids.filtered(lambda link: link.purpose == "stop")
        links.used_at = "2026-01-01"
        self.env.flush_all()
        self.assertEqual(self.submit(page, f"{PORTAL}/stop").status_code, 410)
        self.assertFalse(self.account.objected_at)

    def test_it_can_be_stopped_after_a_manager_confirmed_or_closed_it(self):
        token = self.change()
        self.account._confirm_address(NEW)
        self.env.flush_all()
        self.stop(token)
        self.assertEqual(self.account.state, "disputed")
        self.assertEqual(self.sign_in(email=NEW).status_code, 401)

    def test_whoever_has_the_new_address_ends_nothing_with_a_password(self):
        token = self.change()
        self.account._confirm_address(NEW)
        self.env.flush_all()
        self.become_stranger()
        self.visit(f"{PORTAL}/reset/{self.mail_account_link(self.account, 'reset')}")
        answer = self.fill_in(f"{PORTAL}/reset", password="another good passphrase")
        self.assertEqual(answer.status_code, 303)
        self.sign_in(email=NEW, password="another good passphrase")
        settings = f"{PORTAL}/settings"
        current, password = "another good passphrase", "yet another passphrase"
        answer = self.fill_in(
            f"{settings}/password", at=settings, current=current, password=password
        )
        self.assertLeadsTo(answer, f"{settings}?saved=password")
        self.become_stranger()
        self.assertEqual(self.stop(token).status_code, 200)
        self.assertEqual(self.account.state, "disputed")

    def test_a_link_for_passwords_is_none_for_this_and_the_other_way_round(self):
        token = self.change()
        for purpose in ("setup", "reset"):
            self.assertEqual(self.visit(f"{PORTAL}/{purpose}/{token}").status_code, 404)
        self.account._confirm_address(NEW)
        self.env.flush_all()
        reset = self.mail_account_link(self.account, "reset")
        self.assertEqual(self.visit(f"{PORTAL}/stop/{reset}").status_code, 404)
        self.assertEqual(self.visit(f"{PORTAL}/stop").status_code, 404)

    def test_a_colleague_who_removes_the_address_in_odoos_portal_closes_nothing(self):
        """Odoo refuses it for anybody who can sign in; closing the account first would let them."""
        self.ada.type = "invoice"
        self.make_user("native", "base.group_portal", partner_id=self.ben.id, password="native")
        self.env.flush_all()
        self.authenticate("native", "native")
        params = {"partner_id": self.ada.id}
        with mute_logger("odoo.http"):
            answer = self.url_open("/my/address/archive", json={"params": params}).json()
        self.env.invalidate_all()
        self.assertIn("Please contact us", answer["error"]["data"]["message"])
        self.assertTrue(self.ada.active)
        self.assertEqual(self.account.state, "active")
