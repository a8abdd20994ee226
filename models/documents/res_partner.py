from odoo import SUPERUSER_ID, models
from odoo.exceptions import AccessError

from ...const import BY_FILE, BY_FILE_KEY, BY_MAIL, BY_MAIL_KEY
from .res_partner_bank import BANK_GROUPS


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _finance_portal_get_name(self):
        """Return what a contact is called; the address of a company may have no name of its own."""
        return self.name or self.display_name

    def _finance_portal_get_address_lines(self):
        """Return name and address as lines, the company's name above its contact's."""
        address = self._display_address(without_company=True).splitlines()
        lines = [self.commercial_company_name, self.name, *address]
        return list(dict.fromkeys(line.strip() for line in lines if line and line.strip()))

    def _finance_portal_check_bank_rights(self):
        """Raise if one of these contacts is a company of ours, unless the user is of accounting.

        :raise AccessError: naming who can
        """
        if companies := self._finance_portal_get_guarded_companies():
            raise AccessError(
                self.env._(
                    "Customers pay into the bank accounts of %s. Ask someone in accounting at that"
                    " company to change them.",
                    companies[:1].name,
                )
            )

    def _finance_portal_get_guarded_companies(self):
        """Return our companies (sudo) among these contacts whose accounts aren't the user's matter.

        Also where Odoo works with all rights for somebody, as for an employee's account. What an
        email or a file says counts as nobody's word: neither that of the sender it names, nor that
        of whoever imports it.
        """
        user, context = self.env.user, self.env.context
        is_said = context.get(BY_MAIL_KEY) is BY_MAIL or context.get(BY_FILE_KEY) is BY_FILE
        if user.id == SUPERUSER_ID and not is_said:
            return self.env["res.company"]
        # sudo: only which of ours they are, also of companies that the user doesn't work for
        everything = self.sudo().with_context(active_test=False).env
        companies = everything["res.company"].search([("partner_id", "in", self.ids)])
        if not is_said and any(user.has_group(group) for group in BANK_GROUPS):
            companies -= user.with_env(everything).company_ids
        return companies
