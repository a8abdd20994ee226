from odoo import api, fields, models

BILLED = "partner_invoice_id"


class SaleOrder(models.Model):
    """An order's invoice is its customer's as well, once the contact it names has left.

    Odoo addresses it to whom the order names. They are with another customer now, who would get it,
    see it and owe it, also where Odoo makes and mails it by itself.
    """

    _inherit = "sale.order"

    # The contact who is billed may leave alone, and may be another customer's from the start.
    finance_billed_customer_id = fields.Many2one(
        "res.partner",
        "Customer It Is Billed To",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The customer who gets its invoices, even if the contact at the invoice address has"
        " since moved to another company.",
    )

    @api.model
    def _finance_portal_get_kept_fields(self):
        return {**super()._finance_portal_get_kept_fields(), "finance_billed_customer_id": BILLED}

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        order = self.sudo()  # sudo: whose contacts they are, also those of other companies
        customer, contacts = order._finance_portal_get_customer(), order.partner_id.browse()
        for name, kind in (("partner_id", "invoice"), ("partner_shipping_id", "delivery")):
            if order._finance_portal_was_left_by(contacts.browse(values[name])):
                values[name] = customer.address_get([kind])[kind]
        stayed_with = order.finance_billed_customer_id.commercial_partner_id
        is_billed = values["partner_id"] == order[BILLED].id
        if stayed_with and is_billed and order[BILLED].commercial_partner_id != stayed_with:
            values["partner_id"] = stayed_with.address_get(["invoice"])["invoice"]
        return values
