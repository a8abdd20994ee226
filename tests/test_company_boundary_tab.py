"""SPEC 13, company boundary: what managers of other companies see of an account."""

from odoo.tests import tagged

from .portal_access_common import USER
from .test_company_boundary import CompanyCase


@tagged("post_install", "-at_install")
class TestCompanyBoundaryTab(CompanyCase):
    """The tab Portal Access, and the list of accounts."""

    def shown(self, letters):
        """Return Ada as the tab shows her to a manager."""
        self.env.invalidate_all()
        return self.as_manager(letters)

    def test_the_tab_of_another_companys_account(self):
        account = self.account_of("A")
        account.own_documents = True
        ada = self.shown("B")
        self.assertEqual(ada.finance_portal_access, "elsewhere")
        self.assertEqual(ada.finance_portal_status, "Sees none of your documents yet")
        self.assertTrue(ada.finance_portal_may_show_ours)
        self.assertFalse(ada.finance_portal_may_act)
        self.assertFalse(ada.finance_portal_address)
        self.assertFalse(ada.finance_portal_own_documents)
        self.assertIn("Ask a manager", ada.finance_portal_companies)
        account._disable("staff")
        ada = self.shown("B")
        self.assertEqual(ada.finance_portal_access, "disabled", "it can be enabled again")
        self.assertNotIn("manager", f"{ada.finance_portal_status}{ada.finance_portal_companies}")

    def test_the_tab_of_an_account_that_shows_a_part(self):
        self.account_of("A")
        ada = self.shown("AB")
        self.assertEqual(ada.finance_portal_access, "active")
        self.assertTrue(ada.finance_portal_may_act and ada.finance_portal_may_show_ours)
        self.assertEqual(ada.finance_portal_companies, "Doesn't show documents of Sister.")
        ada = self.shown("A")
        self.assertTrue(ada.finance_portal_may_act)
        self.assertFalse(ada.finance_portal_may_show_ours or ada.finance_portal_companies)

    def test_the_tab_of_a_shared_account(self):
        self.account_of("AB")
        ada = self.shown("B")
        self.assertEqual(ada.finance_portal_access, "active")
        self.assertFalse(ada.finance_portal_may_act or ada.finance_portal_may_show_ours)
        self.assertIn("boss-AB", ada.finance_portal_companies)

    def test_the_tab_costs_the_same_for_any_number_of_other_companies_accounts(self):
        def count():
            self.env.invalidate_all()
            contacts = self.customer.with_user(self.managers["B"]).finance_portal_contact_ids
            contacts.fetch(["name", "email"])
            before = self.env.cr.sql_log_count
            contacts.mapped("finance_portal_companies")
            return self.env.cr.sql_log_count - before

        self.account_of("A")
        self.enable(self.ben)
        count()
        few = count()
        for number in range(5):
            self.enable(self.make_contact(f"c{number}"))
        self.assertLess(count(), few + 5, "one for each would be five more")

    def test_the_list_of_accounts(self):
        account = self.account_of("AB")
        for letters, manager in self.managers.items():
            found = self.Account.with_user(manager).search([("id", "=", account.id)])
            self.assertEqual(bool(found), letters != "C", letters)
        clerk = self.make_user("clerk-B", USER)
        clerk.write({"company_ids": self.sister.ids, "company_id": self.sister.id})
        account._show_companies(self.company)
        self.assertFalse(self.Account.with_user(clerk).search([("id", "=", account.id)]))
