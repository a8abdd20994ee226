"""What a customer had goes along when it joins another one, of every kind and every way (L4).

Odoo notes on an invoice whose it is as it is made, and follows only one of these ways.
"""

from odoo.tests import tagged

from .contact_common import ContactCase
from .decision_common import DecisionCase


@tagged("post_install", "-at_install")
class TestCustomersWhoJoin(ContactCase, DecisionCase):
    def make_person(self, name):
        """Return a customer of its own, and the address that its invoices name."""
        common = {"invoice_edi_format": False, "lang": "en_US"}
        person = self.make_contact(name, parent=False, email=f"{name}@mail.test", **common)
        address = self.make_contact(f"{name} at home", parent=person, type="invoice", **common)
        return person, address

    def join(self, person):
        person.parent_id = self.rival

    def become_a_branch(self, person):
        person.is_company = True
        person.parent_id = self.rival
        person.is_company = False

    def be_merged(self, person):
        self.merge(person, self.eve)

    def make_documents(self, person, address):
        documents = [self.make_invoice(one) for one in (person, address)]
        documents += [self.make_invoice(person, move_type="out_refund")]
        documents += [self.make_quote(one) for one in (person, address)]
        return documents

    def test_all_it_had_is_the_other_customers(self):
        """Lists, links, reminders and payments of invoices as well, not the statement alone."""
        for name, way in enumerate((self.join, self.become_a_branch, self.be_merged)):
            person, address = self.make_person(f"zoe{name}")
            documents = self.make_documents(person, address)
            way(person)
            self.env.flush_all()
            self.env.invalidate_all()
            scope = self.env["finance.portal.scope"]
            for document in documents:
                with self.subTest(way=way.__name__, document=document.display_name):
                    self.assertEqual(document._finance_portal_get_customer(), self.rival)
                    domain = scope._get_domain(document._name, self.rival, self.company)
                    self.assertIn(document, document.search(domain))
                    if former := person.exists():
                        domain = scope._get_domain(document._name, former, self.company)
                        self.assertFalse(document.search(domain))
                    contact = document.partner_id
                    self.assertEqual(contact.commercial_partner_id, self.rival)
                    self.assertEqual(document._finance_portal_get_default_recipient(), contact)
                    self.assertFalse(document._finance_portal_was_left_by(contact))
                    link, _token = self.issue(document, contact)
                    self.assertFalse(link.is_external, "they may answer and pay")

    def test_what_the_other_one_had_stays_apart(self):
        person, address = self.make_person("zoe")
        documents = self.make_documents(person, address)
        scope = self.env["finance.portal.scope"]
        for customer in (self.rival, self.customer):
            domain = scope._get_domain("account.move", customer, self.company)
            found = self.env["account.move"].search(domain)
            self.assertFalse(found & self.env["account.move"].concat(*documents[:3]))

    def test_what_they_accepted_stays_accepted(self):
        """Nobody else is asked to accept it anew, and a payment still confirms it."""
        for name, way in enumerate((self.join, self.become_a_branch, self.be_merged)):
            person, _address = self.make_person(f"mia{name}")
            quote = self.make_quote(person, require_payment=True)
            _link, page = self.open_quote(quote, person)
            self.answer(page)
            decision = self.decisions(quote)
            self.assertEqual(decision.kind, "accepted")
            way(person)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(way=way.__name__):
                terms = quote._finance_portal_get_terms()
                self.assertEqual(quote._finance_portal_get_standing_decision(terms), decision)
            quote.partner_id = self.customer
            with self.subTest(way=way.__name__, given="to somebody else"):
                terms = quote._finance_portal_get_terms()
                self.assertFalse(quote._finance_portal_get_standing_decision(terms))

    def test_who_leaves_again_takes_nothing_along(self):
        """Neither what they had before, nor what somebody had left to them; so say the books."""
        for name, way in enumerate((self.join, self.be_merged)):
            person, address = self.make_person(f"kim{name}")
            below = self.make_contact(f"bo{name}", parent=person)
            documents = [*self.make_documents(person, address), self.make_quote(below)]
            below.parent_id = self.customer
            way(person)
            leaving = person.exists() or self.eve
            leaving.parent_id = self.customer
            self.env.flush_all()
            self.env.invalidate_all()
            scope = self.env["finance.portal.scope"]
            for document in documents:
                with self.subTest(way=way.__name__, document=document.display_name):
                    self.assertEqual(document._finance_portal_get_customer(), self.rival)
                    if document._name == "account.move":
                        self.assertEqual(document.line_ids.partner_id, self.rival)
                    domain = scope._get_domain(document._name, self.rival, self.company)
                    self.assertIn(document, document.search(domain))
            leaving.parent_id = self.rival
