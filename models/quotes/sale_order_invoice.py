from odoo import models


class SaleOrder(models.Model):
    """An order's invoice is its customer's as well, once the contact it names has left.

    Odoo addresses it to whom the order names. They are with another customer now, who would get it,
    see it and owe it, also where Odoo makes and mails it by itself.
    """

    _inherit = "sale.order"

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        order = self.sudo()  # sudo: whose contacts they are, also those of other companies
        customer, contacts = order._finance_portal_get_customer(), order.partner_id.browse()
        for name, kind in (("partner_id", "invoice"), ("partner_shipping_id", "delivery")):
            if order._finance_portal_was_left_by(contacts.browse(values[name])):
                values[name] = customer.address_get([kind])[kind]
        return values
