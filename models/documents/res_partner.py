from odoo import SUPERUSER_ID, models
from odoo.exceptions import AccessError

from .res_partner_bank import BANK_GROUPS


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _finance_portal_check_bank_rights(self):
        """Raise if one of these contacts is a company of ours, unless the user is of accounting.

        Also where Odoo does it with all rights for somebody, as for an employee's account.

        :raise AccessError: naming who can
        """
        user = self.env.user
        if user.id == SUPERUSER_ID:
            return
        # sudo: only which of ours they are, also of companies that the user doesn't work for
        everything = self.sudo().with_context(active_test=False).env
        companies = everything["res.company"].search([("partner_id", "in", self.ids)])
        if any(user.has_group(group) for group in BANK_GROUPS):
            companies -= user.with_env(everything).company_ids
        if companies:
            raise AccessError(
                self.env._(
                    "Customers pay to the bank accounts of %s. Ask someone in accounting at that"
                    " company to change them.",
                    companies[:1].name,
                )
            )
