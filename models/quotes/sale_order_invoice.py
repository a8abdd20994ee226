from odoo import api, fields, models


class SaleOrder(models.Model):
    """An order's invoice is its customer's as well, once the contact it names has left.

    Odoo addresses it to whom the order names. They are with another customer now, who would get it,
    see it and owe it, also where Odoo makes and mails it by itself.
    """

    _inherit = "sale.order"

    # The contact who is billed may leave alone, and may be another customer's from the start.
    finance_billed_customer_id = fields.Many2one(
        "res.partner",
        "Billed Customer",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The customer who gets its invoices, even if the contact at the invoice address has"
        " since moved to another company.",
    )

    @api.model
    def _finance_portal_get_kept_fields(self):
        own = {"finance_billed_customer_id": "partner_invoice_id"}
        return {**super()._finance_portal_get_kept_fields(), **own}

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        order = self.sudo()  # sudo: whose contacts they are, also those of other companies
        for name, kind in (("partner_id", "invoice"), ("partner_shipping_id", "delivery")):
            contact = order.partner_id.browse(values[name])
            addressee = order._finance_portal_get_addressee(contact)
            if addressee != contact:
                values[name] = order._finance_portal_find_address(addressee, kind).id
        if values["partner_id"] != order.partner_invoice_id.id and not order.fiscal_position_id:
            # Odoo chose one for the company that the contact is with now.
            billed = order.partner_id.browse(values["partner_id"])
            position = order.fiscal_position_id.with_company(order.company_id)
            values["fiscal_position_id"] = position._get_fiscal_position(billed).id
        return values

    def _finance_portal_get_addressee(self, contact):
        stayed_with = self.finance_billed_customer_id.commercial_partner_id
        is_billed = contact == self.partner_invoice_id
        if stayed_with and is_billed and contact.commercial_partner_id != stayed_with:
            return stayed_with
        return super()._finance_portal_get_addressee(contact)
