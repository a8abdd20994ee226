from markupsafe import Markup

from odoo import api, fields, models


class FinancePortalDoubtWarning(models.AbstractModel):
    """A dialog that vouches for addresses names those that nobody vouches for yet.

    So that a manager decides with open eyes: enabling shows all documents of the customer.
    """

    _name = "finance.portal.doubt.warning"
    _description = "Warning about Who Entered an Address"

    doubtful = fields.Html("To Check", compute="_compute_doubtful", sanitize=False)

    @api.depends(lambda self: self._finance_portal_get_vouched_fields())
    def _compute_doubtful(self):
        Account = self.env["finance.portal.account"]
        companies = Account._get_own_companies()
        for dialog in self:
            doubted = Account._find_doubted(dialog._finance_portal_get_vouched(), companies)
            dialog.doubtful = dialog._describe_doubtful(doubted) if doubted else False

    def _describe_doubtful(self, doubted):
        """Return who is to be checked, as text for the screen."""
        heading = self.env._("Check before you enable: %s", len(doubted))
        reason = self.env._(
            "Someone who can't see all documents entered the address or moved the contact. Once"
            " enabled, anyone who can read the mailbox can see the customer's documents."
        )
        return (
            Markup("<p class='mb-1'><b>%s</b></p><p class='mb-1'>%s</p>") % (heading, reason)
        ) + self._list(self._describe_doubtful_row(*row) for row in doubted.items())

    @api.model
    def _describe_doubtful_row(self, contact, author):
        address = contact.email_normalized or contact.email or ""
        if self.env["finance.portal.account"]._is_nobody(author):
            return f"{contact.display_name}: {address}"
        return self.env._(
            "%(name)s: %(address)s, entered or moved by %(author)s",
            name=contact.display_name,
            address=address,
            author=author.name,
        )

    @api.model
    def _list(self, rows):
        """Return sentences as a list for the screen."""
        items = Markup("").join(Markup("<li>%s</li>") % row for row in rows)
        return Markup("<ul class='mb-0'>%s</ul>") % items

    # === WHAT A DIALOG MUST TELL === #

    @api.model
    def _finance_portal_get_vouched_fields(self):
        """Return the names of the fields that tell whom the dialog is about."""
        return ["partner_id"]

    def _finance_portal_get_vouched(self):
        """Return the contacts whose addresses the manager confirms with this dialog."""
        # A contact of another company is none of their business.
        self.partner_id.check_access("read")
        return self.partner_id
