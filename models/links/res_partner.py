from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # One value for all companies: it is about the mailboxes of a customer, whoever writes to them.
    finance_portal_sign_in = fields.Selection(
        [("required", "Sign-in required"), ("not_required", "No sign-in needed")],
        "To Open Secure Links",
        groups="finance_portal.group_finance_portal_user",
        help="Leave empty to use the company default.",
    )

    # === WHO HAS TO SIGN IN === #

    def _finance_portal_requires_sign_in(self, company):
        """Return whether this customer's links open only for signed-in contacts.

        :param company: the company of the document
        """
        # sudo: asked on behalf of visitors; what the customer or else the company wants
        policy = self.sudo().commercial_partner_id.finance_portal_sign_in
        return policy == "required" or (
            not policy and company.sudo().finance_portal_require_sign_in
        )

    # === ODOO'S SIGN-UP === #

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
