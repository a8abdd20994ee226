from odoo import fields, models


class FinancePortalAddressWarning(models.AbstractModel):
    """A dialog that mails a link says when customers could not open it, or might not get it."""

    _name = "finance.portal.address.warning"
    _description = "Warning about the Address of Links"

    finance_address_warning = fields.Char(
        "Address of Links", compute="_compute_finance_address_warning"
    )

    def _compute_finance_address_warning(self):
        for dialog in self:
            company = dialog._finance_portal_get_mailing_company()
            dialog.finance_address_warning = (
                company and dialog._finance_portal_find_warning(company)
            )

    def _finance_portal_find_warning(self, company):
        """Return what is wrong with the address, or what the setup check found last."""
        # sudo: whoever mails a link may know that it will not open
        wrong = company.sudo()._finance_portal_get_address_warning()
        return wrong or self.env["finance.portal.setup.check"]._get_warning(company)

    def _finance_portal_get_mailing_company(self):
        """Return the company whose address the mailed link has; empty when none is mailed."""
        return self.env.company
