from odoo import api, fields, models
from odoo.exceptions import UserError


class FinancePortalShownCustomer(models.AbstractModel):
    """A dialog that opens an account is about the customer whom it showed, and no later one."""

    _name = "finance.portal.shown.customer"
    _description = "Customer That a Dialog Showed"

    partner_id = fields.Many2one("res.partner", required=True, readonly=True)
    name = fields.Char("Contact", compute="_compute_name", compute_sudo=False)
    # A plain number, not a relation: its name may be none of the manager's business.
    shown_customer = fields.Integer(
        compute="_compute_shown_customer", compute_sudo=False, store=True, readonly=False
    )

    @api.depends("partner_id.name")
    def _compute_name(self):
        """Name the contact, as the user may see it: another company's is none of theirs."""
        for dialog in self:
            dialog.name = dialog.partner_id._finance_portal_get_name()

    @api.depends("partner_id")
    def _compute_shown_customer(self):
        for dialog in self:
            dialog.shown_customer = dialog.partner_id.commercial_partner_id.id

    def _finance_portal_check_customer(self):
        """Raise if the contact is another customer's by now: the account would show theirs.

        :raise UserError: naming the remedy
        """
        partner = self.partner_id
        if partner.commercial_partner_id.id != self.shown_customer:
            name = partner._finance_portal_get_name()
            raise UserError(partner._finance_portal_describe_changed(name))
