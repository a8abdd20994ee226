from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.private
    def signup_get_auth_param(self):
        """Prepare no sign-up for an email that carries a secure link in its place.

        Odoo would write the contact's row for each of a customer's emails: those of different
        documents, and whoever is paying just then, would wait for each other.

        And tell no program: with free sign-up, Odoo's default, any colleague could ask for the
        sign-up of any contact, and see all documents of that customer in Odoo's own portal.
        """
        # As the system only, as Odoo asks for its emails: anybody may put a key into a context,
        # and whom Odoo refuses stays refused.
        if self.env.su and self.env.context.get("finance_portal_no_sign_up"):
            return {partner.id: {} for partner in self}
        return super().signup_get_auth_param()
