"""What a merge of contacts does to links: they follow who survives, or close (L4, L5, L10)."""

from odoo.tests import tagged

from .contact_common import OLD, ContactCase
from .http_common import FinancePortalHttpCase


@tagged("post_install", "-at_install")
class TestMerge(ContactCase):
    def double_of_ada(self, **values):
        return self.make_contact("Ada again", **{"email": "ada2@bakery.example.com", **values})

    def test_same_address_changes_nothing(self):
        double = self.double_of_ada(email="ADA@bakery.example.com")
        link, token = self.issue(partner=double)
        self.merge(double, self.ada)
        self.assertEqual((link.partner_id, link.customer_id), (self.ada, self.customer))
        self.assertOpen(link, token)

    def test_other_address_is_a_change_of_address(self):
        for policy in ("revoke", "ask", "keep"):
            self.company.finance_portal_email_change = policy
            double = self.double_of_ada()
            link, token = self.issue(partner=double)
            own, own_token = self.issue()
            self.merge(double, self.ada)
            with self.subTest(policy=policy):
                self.assertEqual(link.partner_id, self.ada)
                self.assertEqual(link.email, "ada2@bakery.example.com")
                self.assertOpen(own, own_token)
                if policy == "revoke":
                    self.assertClosed(link, token, "address")
                else:
                    self.assertOpen(link, token)
                    notice = self.ada.finance_portal_old_links
                    self.assertEqual(bool(notice), policy == "ask")
            link._revoke("replaced")

    def test_the_survivor_without_an_address_takes_over_the_other(self):
        double = self.double_of_ada()
        self.ben.email = False
        link, token = self.issue(partner=double)
        self.merge(double, self.ben)
        self.assertEqual(self.ben.email_normalized, "ada2@bakery.example.com")
        self.assertOpen(link, token)

    def test_two_customers_become_one(self):
        double = self.make_contact("Double", parent=False, is_company=True)
        contact = self.make_contact("Di", parent=double)
        move = self.make_invoice(partner=contact)
        link, token = self.issue(move, contact)
        own, own_token = self.issue()
        self.merge(double, self.customer)
        self.assertEqual(move.commercial_partner_id, self.customer)
        self.assertEqual((link.customer_id, link.partner_id), (self.customer, contact))
        self.assertOpen(link, token)
        self.assertOpen(own, own_token)

    def test_contact_merged_into_another_customers_contact(self):
        """The invoice stays the bakery's, so Rival's contact must not open it."""
        eves, _token = self.issue(self.make_invoice(partner=self.eve), self.eve)
        self.ada.email = self.eve.email
        link, token = self.issue()
        self.merge(self.ada, self.eve)
        self.assertEqual(link.partner_id, self.eve)
        self.assertNotEqual(link.customer_id, self.eve.commercial_partner_id)
        self.assertClosed(link, token, "recipient")
        self.assertFalse(eves.revoked_at)

    def test_customer_merged_into_another_customers_contact(self):
        """A person who was a customer turns out to work for Rival."""
        person = self.make_contact("Pat", parent=False, email=self.eve.email)
        move = self.make_invoice(partner=person)
        link, token = self.issue(move, person)
        self.merge(person, self.eve)
        self.assertClosed(link, token, "recipient")

    def test_a_document_that_did_not_come_along(self):
        """L5: links follow their customer; a document that does not is nobody's to see."""
        double = self.make_contact("Double", parent=False, is_company=True)
        contact = self.make_contact("Di", parent=double)
        move = self.make_invoice(partner=contact)
        link, token = self.issue(move, contact)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET partner_id = %s, commercial_partner_id = %s WHERE id = %s",
            [self.eve.id, self.rival.id, move.id],
        )
        self.env.invalidate_all()
        self.merge(double, self.customer)
        self.assertClosed(link, token, "customer")

    def test_extra_recipient_stays_extra(self):
        """L10: who was chosen by staff to look may not decide after a merge either."""
        self.stranger.email = OLD
        link, token = self.issue(partner=self.stranger)
        self.merge(self.stranger, self.ada)
        self.assertEqual(link.partner_id, self.ada)
        self.assertTrue(link.is_external)
        self.assertOpen(link, token)

    def test_who_must_sign_in_must_after_a_merge(self):
        """No merge undoes what a manager decided, whoever merges, and whoever survives."""
        clerk = self.make_user("clerk", "base.group_user", "base.group_partner_manager")
        groups = ("sales_team.group_sale_salesman", "base.group_partner_manager")
        seller = self.make_user("merging_seller", *groups)  # may see the field, and not decide
        for by in (self.env.user, clerk, seller):
            for number, rules in enumerate(
                (("required", False), (False, "required"), ("required", "not_required"))
            ):
                target = self.merge_ruled(by, number, rules)
                with self.subTest(by=by.login, rules=rules):
                    self.assertTrue(target._finance_portal_requires_sign_in(self.company))
        self.company.finance_portal_require_sign_in = True
        for by in (clerk, seller):
            with self.subTest(by=by.login, rules="loose"):
                target = self.merge_ruled(by, "Loose", ("not_required", False))
                self.assertTrue(target._finance_portal_requires_sign_in(self.company))

    def merge_ruled(self, by, number, rules):
        """Return the survivor of two customers with these rules for signing in."""
        source = self.make_contact(f"Old {number}", parent=False, is_company=True)
        target = self.make_contact(f"New {number}", parent=False, is_company=True)
        (source | target).email = "office@old.example.com"
        source.finance_portal_sign_in, target.finance_portal_sign_in = rules
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(by)
        wizard._merge((source | target).ids, target.with_user(by))
        self.env.invalidate_all()
        return target

    def test_decisions_follow_as_they_were(self):
        double = self.double_of_ada(email=OLD)
        quote = self.make_quote(partner=double)
        link, _token = self.issue(quote, double)
        # sudo: decisions are made by the system
        decision = self.env["finance.portal.decision"].sudo().create(
            {
                "res_model": quote._name,
                "res_id": quote.id,
                "link_id": link.id,
                "partner_id": double.id,
                "customer_id": self.customer.id,
                "company_id": self.company.id,
                "kind": "declined",
                "email": OLD,
                "terms": "{}",
                "fingerprint": "x",
                "date": "2026-01-02 03:04:05",
            }
        )
        before = decision.read(["kind", "email", "terms", "fingerprint", "date", "voided_at"])
        self.merge(double, self.ada)
        self.assertEqual((decision.partner_id, decision.customer_id), (self.ada, self.customer))
        self.assertEqual(
            decision.read(["kind", "email", "terms", "fingerprint", "date", "voided_at"]), before
        )

    def test_events_follow_and_are_still_append_only(self):
        double = self.double_of_ada(email=OLD)
        link, _token = self.issue(partner=double)
        rows = self.Event.search([("link_id", "=", link.id)])
        before = rows.read(["date", "kind", "email", "verdict"])
        self.merge(double, self.ada)
        self.assertEqual(rows.partner_id, self.ada)
        self.assertEqual(rows.read(["date", "kind", "email", "verdict"]), before)


@tagged("post_install", "-at_install")
class TestMergeHttp(FinancePortalHttpCase, ContactCase):
    def test_l5_a_page_that_is_open_while_contacts_are_merged(self):
        """The grant in the browser opens what the merge left, and nothing else."""
        double = self.make_contact("Ada again", email="ada2@bakery.example.com")
        (kept, kept_token), (lost, lost_token) = self.issue(), self.issue(partner=double)
        for link, token in ((kept, kept_token), (lost, lost_token)):
            self.assertEqual(self.open_link(token).status_code, 200)
            self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 200)
        self.merge(double, self.ada)
        self.assertEqual(self.visit(f"/finance/d/{kept.ref}").status_code, 200)
        base = f"/finance/d/{lost.ref}"
        for path in (base, f"{base}/pdf", f"/finance/i/{lost_token}"):
            with self.subTest(path=path):
                self.assertEqual(self.visit(path).status_code, 410)
        self.assertClosed(lost, lost_token, "address")
