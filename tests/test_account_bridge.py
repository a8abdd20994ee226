"""From a secure link to an account: the link's holder gets an email, never a password."""

from datetime import timedelta

from odoo.tests import tagged

from .account_link_common import ACCOUNT_LINK
from .portal_common import PortalCase

OFFER = "Set up an account"


@tagged("post_install", "-at_install")
class TestAccountBridge(PortalCase):
    def enter(self, document=None, **options):
        """Click a fresh link; return the page and its address."""
        link, token = self.issue(document, **options)
        page = self.open_link(token)
        self.assertEqual(page.status_code, 200)
        return page, f"/finance/d/{link.ref}"

    def ask(self, page, path):
        """Press the button; return the answer and the setup links that were mailed."""
        with self.mock_mail_gateway():
            answer = self.submit(page, f"{path}/account")
        return answer, [
            (address, token)
            for address, body in self.sent.items()
            for token in ACCOUNT_LINK.findall(body)
        ]

    def account_of(self, partner):
        return self.env["finance.portal.account"].sudo().search([("partner_id", "=", partner.id)])

    def test_invite(self):
        """The recipient gets a setup link at the address on file, and lands on the document."""
        page, path = self.enter(partner=self.ben)
        self.assertIn(OFFER, page.text)
        answer, mailed = self.ask(page, path)
        self.assertEqual(answer.status_code, 200)
        self.assertStrictHeaders(answer)
        self.assertIn("b…@bakery.example.com", answer.text)
        self.assertNotIn("ben@", answer.text)
        self.assertEqual([address for address, _token in mailed], ["ben@bakery.example.com"])
        account = self.account_of(self.ben)
        self.assertEqual((account.customer_id, account.company_id), (self.customer, self.company))
        self.assertFalse(account.set_up_at)
        self.assertEqual(account.mailed_link_ids.next_path, self.path_of(self.invoice))
        self.assertTrue(account.user_id._finance_portal_is_managed())

    def test_who_is_offered(self):
        """Contacts without an account are offered one, where the company wants that."""
        native = self.env["res.users"].with_context(no_reset_password=True)
        carl = self.make_contact("Carl")
        native.create(
            {
                "partner_id": carl.id,
                "login": "carl",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        closed = self.make_account(self.make_contact("Dora"))
        closed._disable("staff")
        invited = self.make_account(self.make_contact("Emil"), set_up_at=False)
        buyer = self.account.user_id
        added = self.env["res.partner"].with_user(buyer).sudo()
        added = added.create(
            {"name": "Fred", "email": "fred@mail.example.com", "parent_id": self.customer.id}
        ).with_env(self.env)
        for options, offered in (
            ({"partner": self.ben}, True),
            ({"partner": self.ada}, False),
            ({"partner": carl}, False),
            ({"partner": closed.partner_id}, False),
            ({"partner": invited.partner_id}, True),
            ({"partner": added}, False),
            ({"email_to": "adviser@tax.example.com"}, False),
        ):
            self.become_stranger()
            page, path = self.enter(**options)
            self.assertEqual(OFFER in page.text, offered, options)
            if not offered:
                _answer, mailed = self.ask(page, path)
                self.assertFalse(mailed, options)
        self.company.finance_portal_offer_account = False
        page, path = self.enter(partner=self.ben)
        self.assertNotIn(OFFER, page.text)
        answer, mailed = self.ask(page, path)
        self.assertEqual((answer.status_code, mailed), (404, []))
        self.assertFalse(self.account_of(self.ben))

    def test_one_answer(self):
        """The answer tells a link's holder nothing about accounts."""
        answers = []
        for partner in (self.ben, self.ada):
            self.become_stranger()
            page, path = self.enter(partner=partner)
            answer, _mailed = self.ask(page, path)
            mask = f"{partner.email[:1]}…@"
            self.assertIn(mask, answer.text)
            answers.append(self.plain(answer).replace(mask, "").replace(path, ""))
        self.assertEqual(*answers)

    def test_caps(self):
        """One email in five minutes, five a day."""
        page, path = self.enter(partner=self.ben)
        for number in range(7):
            _answer, mailed = self.ask(page, path)
            self.assertEqual(len(mailed), 1 if number < 5 else 0, number)
            _answer, mailed = self.ask(page, path)
            self.assertFalse(mailed)
            account = self.account_of(self.ben)
            for link in account.mailed_link_ids:
                link.requested_at -= timedelta(minutes=6)
        self.assertEqual(len(account), 1)

    def test_taken_address(self):
        """Where somebody else signs in with that address, nothing breaks and nothing is made."""
        twin = self.make_contact("Twin", email="ADA@bakery.example.com")
        page, path = self.enter(partner=twin)
        answer, mailed = self.ask(page, path)
        self.assertEqual((answer.status_code, mailed), (200, []))
        self.assertFalse(self.account_of(twin))

    def test_needs_a_press(self):
        """GET and a form that is not ours do nothing (L7)."""
        _page, path = self.enter(partner=self.ben)
        self.assertEqual(self.visit(f"{path}/account").status_code, 405)
        forged = self.visit(f"{path}/account", "POST", data={"csrf_token": "x"})
        self.assertEqual(forged.status_code, 400)
        self.assertFalse(self.account_of(self.ben))

    def test_not_from_an_account(self):
        """Who came by their account is offered none."""
        self.sign_in()
        page = self.visit(self.path_of(self.invoice))
        self.assertNotIn(OFFER, page.text)
        answer = self.submit(page, f"{self.path_of(self.invoice)}/account")
        self.assertEqual(answer.status_code, 404)

    def test_dead_link(self):
        link, token = self.issue(partner=self.ben)
        page = self.open_link(token)
        link._revoke("staff")
        answer, mailed = self.ask(page, f"/finance/d/{link.ref}")
        self.assertEqual((answer.status_code, mailed), (410, []))
        self.assertFalse(self.account_of(self.ben))
