from odoo import api, models
from odoo.tools import SQL

# A former customer became a contact of this one, and leaves now. Where Odoo still notes the former
# customer, but the entries are booked for this one, note this one. A draft counts only if it names
# one of the contacts.
CORRECT_NOTED = """
    UPDATE account_move move SET commercial_partner_id = %(customer)s
     WHERE move.commercial_partner_id IN %(contacts)s
       AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
       AND (move.state = 'posted' OR move.partner_id IN %(contacts)s)
       AND EXISTS (
        SELECT FROM account_move_line line
          JOIN res_partner booked ON booked.id = line.partner_id
         WHERE line.move_id = move.id AND line.partner_id NOT IN %(contacts)s
           AND booked.commercial_partner_id = %(customer)s
       )
"""


class AccountMove(models.Model):
    """An invoice, and what is made of it, stay with their customer when a contact leaves."""

    _inherit = "account.move"

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        """Address what is made of an invoice to its customer, once the contact it names has left.

        Its credit note, its copy for the next month, maybe posted and mailed by a job: Odoo takes
        for their customer whom the contact belongs to now.
        """
        vals_list = super().copy_data(default)
        chosen = {*(default or ())}
        if (default or {}).get("reversed_entry_id"):
            chosen.discard("partner_id")  # Odoo passes the invoice's own contact
        elif "partner_id" in chosen:
            return vals_list  # whoever copies it says for whom
        for move, vals in zip(self, vals_list, strict=True):
            own = move.sudo()  # sudo: whose contacts they are, also those of other companies
            if not own._finance_portal_is_kind():
                continue
            for name, kind in (("partner_id", "invoice"), ("partner_shipping_id", "delivery")):
                contact = own.partner_id.browse(vals.get(name))
                addressee = own._finance_portal_get_addressee(contact)
                if name not in chosen and addressee != contact:
                    vals[name] = own._finance_portal_find_address(addressee, kind).id
        return vals_list

    # === FINANCE PORTAL DOCUMENT === #

    @api.model
    def _finance_portal_keep_customer(self, contacts, customer):
        """Note their customer where Odoo still notes a contact who joined it, and leaves now."""
        values = {"customer": customer.id, "contacts": tuple(contacts.ids)}
        self.env.cr.execute(SQL(CORRECT_NOTED, **values))
        self.invalidate_model(["commercial_partner_id", "bank_partner_id"])
        return super()._finance_portal_keep_customer(contacts, customer)
