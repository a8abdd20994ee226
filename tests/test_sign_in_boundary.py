"""SPEC 13, company boundary: who lets a customer of several companies off signing in."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_company_boundary import CompanyCase

LET_OFF = "not_required"


@tagged("post_install", "-at_install")
class TestSignInBoundary(CompanyCase):
    def may_let_off(self, letters, customer):
        """Return whether a manager may let a customer off signing in, by a change or a new one."""
        mine, let_off = self.as_manager(letters, customer), {"finance_portal_sign_in": LET_OFF}
        made = mine.create({"name": "New", "company_id": customer.company_id.id, **let_off})
        copied = mine.browse()
        try:
            with self.env.cr.savepoint():
                mine.write(let_off)
                copied = mine.copy()
        except AccessError as error:
            self.assertIn("works for all of them", str(error))
        self.env.invalidate_all()
        changed = customer.finance_portal_sign_in == LET_OFF
        self.assertEqual(made.sudo().finance_portal_sign_in == LET_OFF, changed)
        self.assertIs(bool(copied), changed)
        customer.finance_portal_sign_in = False
        return changed

    def test_who_lets_a_customer_off_works_for_all_who_want_it_to_sign_in(self):
        """One rule counts for all companies that share the customer."""
        sisters = self.make_contact("Sisters", parent=False).sudo()
        sisters.company_id = self.sister
        cases = (
            ("", self.customer, {"A": True, "B": True, "AB": True}),
            ("A", self.customer, {"A": True, "B": False, "AB": True}),
            ("AB", self.customer, {"A": False, "B": False, "AB": True}),
            ("A", sisters, {"B": True, "AB": True}),
        )
        for strict, customer, expected in cases:
            self.companies("ABC").finance_portal_require_sign_in = False
            self.companies(strict).finance_portal_require_sign_in = True
            for letters, allowed in expected.items():
                with self.subTest(strict=strict, customer=customer.name, manager=letters):
                    self.assertIs(self.may_let_off(letters, customer), allowed)

    def test_no_default_lets_a_customer_off_for_others(self):
        self.company.finance_portal_require_sign_in = True
        context = {"default_finance_portal_sign_in": LET_OFF}
        for letters, rule in (("B", False), ("A", LET_OFF)):
            mine = self.as_manager(letters).with_context(**context)
            made = mine.create({"name": "New"})
            self.assertEqual(made.finance_portal_sign_in, rule, letters)
        made = self.as_manager("B").with_context(**context).sudo().create({"name": "New"})
        self.assertFalse(made.finance_portal_sign_in)

    def test_giving_a_customer_to_others_lets_nobody_off_there(self):
        self.company.finance_portal_require_sign_in = True
        for letters, rule in (("B", False), ("AB", LET_OFF)):
            with self.subTest(letters):
                customer = self.make_contact("Sisters", parent=False).sudo()
                customer.write({"company_id": self.sister.id, "finance_portal_sign_in": LET_OFF})
                mine = self.as_manager(letters, customer)
                mine.write({"company_id": self.sister.id, "name": "Sisters Ltd"})
                self.assertEqual(customer.finance_portal_sign_in, LET_OFF, "nothing changed")
                mine.company_id = False
                self.assertEqual(customer.finance_portal_sign_in, rule)
                customer.company_id = self.sister
                mine.write({"company_id": False, "finance_portal_sign_in": LET_OFF})
                self.assertEqual(customer.finance_portal_sign_in, rule, "at once")
