"""Files that were shared with a contact of a customer don't go along when they leave (L4)."""

from odoo.tests import tagged

from .contact_common import ContactCase


@tagged("post_install", "-at_install")
class TestLeftFiles(ContactCase):
    def share(self, partner):
        values = {"name": "Plan.txt", "raw": b"plan", "res_model": "res.partner"}
        file = self.env["ir.attachment"].create({**values, "res_id": partner.id})
        partner.finance_portal_file_ids = file
        return file

    def shown_to(self, partner):
        shared = self.env["finance.portal.file"]._get_shared_with(partner)
        return [attachment for _ref, attachment in shared]

    def move(self, contact):
        contact.parent_id = self.rival
        return contact

    def move_by_program(self, contact):
        contact.commercial_partner_id = self.rival
        return contact

    def become_independent(self, contact):
        contact.is_company = True
        return contact

    def be_merged(self, contact):
        self.merge(contact, self.eve)
        return self.eve

    def test_they_see_none_of_it_any_more(self):
        ways = (self.move, self.move_by_program, self.become_independent, self.be_merged)
        for name, way in enumerate(ways):
            contact = self.make_contact(f"fi{name}")
            below = self.make_contact(f"gu{name}", parent=contact)
            files = {one: self.share(one) for one in (contact, below, self.ben, self.customer)}
            survivor = way(contact)
            with self.subTest(way=way.__name__):
                self.assertFalse(self.shown_to(survivor))
                self.assertFalse(self.shown_to(below))
                for one in (self.ben, self.customer):
                    self.assertIn(files[one], self.shown_to(one))
            if contact.exists():
                contact.is_company = False
                contact.parent_id = self.customer
                self.assertFalse(self.shown_to(contact), "coming back shows nothing anew")

    def test_whoever_stays_keeps_it(self):
        file = self.share(self.ada)
        self.ada.parent_id = self.make_contact("Department")
        self.assertEqual(self.shown_to(self.ada), [file])

    def test_it_goes_along_with_a_customer_who_joins(self):
        zoe = self.make_contact("Zoe", parent=False)
        file = self.share(zoe)
        zoe.parent_id = self.rival
        self.assertEqual(self.shown_to(zoe), [file])
