from odoo import fields, models


class FinancePortalAddressWarning(models.AbstractModel):
    """A dialog that mails a link says when customers could not open it."""

    _name = "finance.portal.address.warning"
    _description = "Warning about the Address of Links"

    finance_address_warning = fields.Char(
        "Address of Links", compute="_compute_finance_address_warning"
    )

    def _compute_finance_address_warning(self):
        for dialog in self:
            company = dialog._finance_portal_get_mailing_company()
            # sudo: whoever mails a link may know that it will not open
            dialog.finance_address_warning = (
                company and company.sudo()._finance_portal_get_address_warning()
            )

    def _finance_portal_get_mailing_company(self):
        """Return the company whose address the mailed link has; empty when none is mailed."""
        return self.env.company
