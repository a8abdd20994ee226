"""The invoice of an order that names a contact who left is its customer's, not theirs (L4)."""

from odoo.tests import tagged

from .contact_common import ContactCase


@tagged("post_install", "-at_install")
class TestLeftOrders(ContactCase):
    def order(self, **values):
        order = self.make_quote(**values)
        order.action_confirm()
        return order

    def invoice_of(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        product = order.order_line.product_id
        product.invoice_policy = "order"
        return order._create_invoices()

    def test_its_invoice_is_the_customers(self):
        ways = {"all": None, "percentage": 30.0}
        for way, amount in ways.items():
            order, home = self.order(), self.ada.parent_id
            self.ada.parent_id = self.rival
            with self.subTest(way=way):
                order.order_line.product_id.invoice_policy = "order"
                wizard = self.env["sale.advance.payment.inv"].create(
                    {
                        "sale_order_ids": order.ids,
                        "advance_payment_method": "delivered" if way == "all" else way,
                        "amount": amount or 0,
                    }
                )
                invoice = wizard._create_invoices(order)
                self.assertEqual(invoice.partner_id, self.customer)
                self.assertEqual(invoice.partner_shipping_id, self.customer)
                self.assertEqual(invoice.commercial_partner_id, self.customer)
                self.assertEqual(invoice.line_ids.partner_id, self.customer)
            self.ada.parent_id = home

    def test_it_goes_to_whom_the_customer_has_for_invoices(self):
        order = self.order()
        office = self.make_contact("Office", type="invoice")
        self.ada.parent_id = self.rival
        self.assertEqual(self.invoice_of(order).partner_id, office)

    def test_what_another_company_keeps_to_itself_is_no_address(self):
        """Neither of an order's invoice nor of an invoice's credit note."""
        order, invoice = self.order(), self.make_invoice(self.ada)
        other = self.env["res.company"].create({"name": "Second House"})
        self.make_contact("Office", type="invoice", company_id=other.id)
        self.ada.parent_id = self.rival
        for made in (self.invoice_of(order), invoice._reverse_moves()):
            self.assertEqual(made.partner_id, self.customer)

    def test_nothing_changes_as_long_as_they_stay(self):
        order = self.order(partner=self.ada, partner_shipping_id=self.ben.id)
        invoice = self.invoice_of(order)
        self.assertEqual(invoice.partner_id, self.ada)
        self.assertEqual(invoice.partner_shipping_id, self.ben)

    def test_somebody_else_may_be_billed(self):
        order = self.order(partner_invoice_id=self.eve.id)
        self.assertEqual(self.invoice_of(order).partner_id, self.eve)

    def leave(self, contact, other):
        contact.parent_id = other

    def be_merged(self, contact, other):
        self.merge(contact, self.make_contact("Other", parent=other))

    def test_whoever_is_billed_may_leave_alone(self):
        """Whose invoice it is doesn't change with them, be it the order's customer or not."""
        for way in (self.leave, self.be_merged):
            for billed, other in ((self.customer, self.rival), (self.rival, self.customer)):
                contact = self.make_contact("Cy", parent=billed)
                order = self.order(partner_invoice_id=contact.id)
                way(contact, other)
                with self.subTest(way=way.__name__, billed=billed.name):
                    self.assertEqual(order._finance_portal_get_customer(), self.customer)
                    invoice = self.invoice_of(order)
                    self.assertEqual(invoice.partner_id, billed)
                    self.assertEqual(invoice.commercial_partner_id, billed)

    def test_its_fiscal_position_is_that_of_whoever_is_billed(self):
        """Not the one for the country of the company that the contact is with now."""
        abroad = self.env.ref("base.fr")
        self.env["account.fiscal.position"].create(
            {"name": "Abroad", "auto_apply": True, "country_id": abroad.id}
        )
        self.rival.country_id = abroad
        order = self.order()
        self.assertFalse(order.fiscal_position_id)
        self.ada.parent_id = self.rival
        self.assertFalse(self.invoice_of(order).fiscal_position_id)

    def test_whoever_joined_from_elsewhere_isnt_taken_for_its_own_customer(self):
        """Ada is with the rival now, and Cy, whom the order is billed to, with the bakery."""
        cy = self.make_contact("Cy", parent=self.rival)
        order = self.order(partner_invoice_id=cy.id)
        self.ada.parent_id = self.rival
        cy.parent_id = self.customer
        self.assertEqual(self.invoice_of(order).partner_id, self.rival)
        page = self.env["finance.portal.page"].sudo()
        blocks = page._get_document_values(order.sudo())["parties"]
        names = {block["label"]: block["lines"][0] for block in blocks}
        self.assertEqual(names["Customer"], "Bakery")
        self.assertEqual(names["Invoicing address"], "Rival")

    def test_staff_say_anew_who_is_billed(self):
        order = self.order(partner_invoice_id=self.ben.id)
        self.ben.parent_id = self.rival
        order.partner_invoice_id = self.eve
        self.assertEqual(self.invoice_of(order).partner_id, self.eve)

    def test_whoever_comes_back_is_billed_again(self):
        order = self.order(partner_invoice_id=self.ben.id)
        self.ben.parent_id = self.rival
        self.ben.parent_id = self.customer
        self.assertEqual(self.invoice_of(order).partner_id, self.ben)

    def test_whoever_is_cut_off_takes_nothing_along(self):
        """Somebody deletes the contact in between, and later moves the one below."""
        between = self.make_contact("Department")
        below = self.make_contact("Bo", parent=between)
        order = self.order(partner=below)
        between.unlink()
        self.env.invalidate_all()
        self.assertEqual(below.commercial_partner_id, below)
        self.assertEqual(order._finance_portal_get_customer(), self.customer)
        below.parent_id = self.rival
        self.assertEqual(order._finance_portal_get_customer(), self.customer)
        self.assertEqual(self.invoice_of(order).partner_id, self.customer)
