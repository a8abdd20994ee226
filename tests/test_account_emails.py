"""Account emails link to the account's own company (sections 3 and 7)."""

import re
from unittest.mock import patch

from odoo.tests import tagged

from .account_link_common import AccountLinkCase

SHOP = "https://shop.second.example.com"
ADDRESS = re.compile(r'(?:href|src)="(https?://[^/"]+)')
MESSAGE = re.compile(r'<td class="fp-cell fp-message.*?</td>', re.DOTALL)
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


@tagged("post_install", "-at_install")
class TestAccountEmails(AccountLinkCase):
    """Two companies, each with its own website, as Odoo's website app would return them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["res.company"].create({"name": "Second"})
        cls.env.user.company_ids += cls.second
        cls.second.write({"logo": PIXEL, "email": "office@second.example.com"})
        base = cls.env.registry["base"]
        original = base.get_base_url

        def get_base_url(records):
            company = records if records._name == "res.company" else None
            if company is None and "company_id" in records._fields:
                company = records.company_id
            return SHOP if company == cls.second and company else original(records)

        cls.startClassPatcher(patch.object(base, "get_base_url", get_base_url))

    def account_of(self, company):
        """Return the account that a company opened for ``ada``, who has a password."""
        account = self.account_with_password()
        account.company_id = company
        self.env.flush_all()
        return account

    def every_email(self, account):
        """Yield the name and body of every kind of account email."""
        causes = {
            "setup": lambda: account._mail_account_link("setup"),
            "reset": lambda: account._mail_account_link("reset"),
            "password changed": account._mail_notice,
            "address changed": account._mail_stop_link,
            "another account": account._mail_joined,
            "address changed by a manager": lambda: account._mail_address_notice(account.email),
        }
        for name, cause in causes.items():
            self.env["finance.portal.throttle"].sudo().search([]).unlink()
            with self.mock_mail_gateway():
                cause()
            yield name, self.sent[account.partner_id.email_normalized]

    def test_every_email_leads_to_the_company_that_opened_the_account(self):
        account = self.account_of(self.second)
        for name, body in self.every_email(account):
            with self.subTest(name=name):
                found = ADDRESS.findall(body)
                self.assertTrue(found)
                self.assertEqual(set(found), {SHOP})

    def test_the_first_company_keeps_the_servers_own_address(self):
        self.company.logo = PIXEL  # the one address in an email without a link
        account, own = self.account_of(self.company), self.company.get_base_url()
        self.assertNotEqual(own, SHOP)
        for name, body in self.every_email(account):
            with self.subTest(name=name):
                self.assertEqual(set(ADDRESS.findall(body)), {own})
                self.assertNotIn(SHOP, body)

    def test_documents_and_account_share_one_address(self):
        account = self.account_of(self.second)
        self.assertEqual(account._get_address("/login"), f"{SHOP}/finance/customer-portal/login")
        staff_text = account.partner_id._finance_portal_get_advice()
        self.assertIn(f"{SHOP}/finance/customer-portal/login", staff_text)

    def test_names_are_text_and_keep_their_own_direction(self):
        """Whole sentences are made in Python: whatever is put into one is escaped there."""
        account = self.account_of(self.company)
        self.company.name, self.ada.name = "R&D <i>Ltd</i>", "Ada <b>Byrne</b>"
        self.customer.name = "Bakery <u>Sons</u>"
        for name, body in self.every_email(account):
            with self.subTest(name=name):
                said = MESSAGE.search(body).group()
                self.assertIn("<bdi>Ada &lt;b&gt;Byrne&lt;/b&gt;</bdi>", said)
                self.assertIn("<bdi>R&amp;D &lt;i&gt;Ltd&lt;/i&gt;</bdi>", said)
                for raw in ("<i>Ltd", "<b>Byrne", "<u>Sons", "&amp;lt;", "&amp;#39;"):
                    self.assertNotIn(raw, body)

    def test_no_email_about_an_account_was_forgotten(self):
        """All that an account mails is covered above, but the codes that Odoo mails.

        ``_mail_way_in`` mails a setup link, or tells of another account.
        """
        Account = type(self.env["finance.portal.account"])
        ours = (
            vars(part)
            for part in Account.__mro__
            if part.__module__.startswith("odoo.addons.finance_portal")
        )
        mailed = {
            "_mail_account_link", "_mail_address_notice", "_mail_code", "_mail_joined",
            "_mail_notice", "_mail_stop_link", "_mail_way_in",
        }  # fmt: skip
        found = {name for names in ours for name in names if name.startswith("_mail_")}
        self.assertEqual(found, mailed)
