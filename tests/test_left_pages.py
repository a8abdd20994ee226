"""A page names the customer in place of a contact who has left, not the contact's new company."""

from odoo.tests import tagged

from .contact_common import ContactCase


@tagged("post_install", "-at_install")
class TestLeftPages(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.street = "Market 1"
        cls.rival.street = "Quay 9"
        cls.office = cls.make_contact("Office", type="invoice")
        cls.dock = cls.make_contact("Dock", type="delivery")

    def texts(self, document):
        """Return the lines of the addresses on a document's page, as it is drawn now."""
        self.env.flush_all()
        self.env.invalidate_all()
        page = self.env["finance.portal.page"].sudo()
        parties = page._get_document_values(document.sudo())["parties"]
        return [line for block in parties for line in block["lines"]]

    def make_each_kind(self):
        return [
            self.make_invoice(self.ada, partner_shipping_id=self.ada.id),
            self.make_quote(self.ada),
            self.make_payment(self.ada),
        ]

    def test_the_customer_stands_there_for_who_left(self):
        for document in self.make_each_kind():
            with self.subTest(kind=document._name):
                before = self.texts(document)
                self.assertIn("Ada", before)
                self.ada.parent_id = self.rival
                self.rival.vat = "RIVAL-9"
                after = self.texts(document)
                self.assertIn("Bakery", after)
                self.assertIn("Market 1", after)
                for foreign in ("Rival", "Ada", "Quay 9"):
                    self.assertNotIn(foreign, after)
                self.assertFalse([line for line in after if "RIVAL-9" in line])
                self.customer.street = "Market 2"
                self.assertIn("Market 2", self.texts(document), "drawn anew")
                self.customer.street = "Market 1"
            self.rival.vat = False  # Odoo lets nobody move between two tax IDs
            self.ada.parent_id = self.customer

    def test_staff_see_above_the_form_whose_it_is(self):
        for document in (self.make_invoice(self.ada), self.make_quote(self.ada)):
            with self.subTest(kind=document._name):
                self.issue(document, self.ada)
                document.invalidate_recordset()
                self.assertNotIn("belongs to", document.finance_status_line)
                self.ada.parent_id = self.rival
                self.env.flush_all()
                document.invalidate_recordset()
                line = document.finance_status_line
                self.assertTrue(line.endswith(" · belongs to Bakery, which Ada has left"), line)
            self.ada.parent_id = self.customer

    def test_it_stands_there_for_who_is_billed_and_left_alone(self):
        quote = self.make_quote(
            self.ada, partner_invoice_id=self.office.id, partner_shipping_id=self.dock.id
        )
        self.assertIn("Office", self.texts(quote))
        self.office.parent_id = self.rival
        lines = self.texts(quote)
        self.assertIn("Dock", lines)
        for foreign in ("Rival", "Office", "Quay 9"):
            self.assertNotIn(foreign, lines)

    def test_no_address_stands_there_twice(self):
        self.env.user.group_ids += self.env.ref("account.group_delivery_invoice_address")
        documents = (
            self.make_invoice(self.ada, partner_shipping_id=self.ben.id),
            self.make_quote(
                self.ada, partner_invoice_id=self.ben.id, partner_shipping_id=self.ben.id
            ),
        )
        (self.ada | self.ben).parent_id = self.rival
        for document in documents:
            with self.subTest(kind=document._name):
                self.assertEqual(self.texts(document).count("Bakery"), 1)
