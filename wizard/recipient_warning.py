from odoo import fields, models


class FinancePortalRecipientWarning(models.AbstractModel):
    """A dialog that mails documents names recipients whom a customer added and nobody checked.

    Odoo chooses a billing address that somebody entered in the shop for that customer's later
    documents as well.
    """

    _name = "finance.portal.recipient.warning"
    _description = "Warning about Recipients Whom a Customer Added"

    finance_recipient_warning = fields.Char(
        "Recipients to Check", compute="_compute_finance_recipient_warning"
    )

    def _compute_finance_recipient_warning(self):
        Link = self.env["finance.portal.link"]
        for dialog in self:
            unchecked = Link._find_unchecked(dialog._finance_portal_get_recipients())
            dialog.finance_recipient_warning = (
                Link._describe_unchecked(unchecked) if unchecked else False
            )

    def _finance_portal_get_recipients(self):
        """Return the contacts who get a link; none where the dialog mails no links."""
        raise NotImplementedError
