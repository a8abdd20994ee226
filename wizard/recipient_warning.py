from odoo import api, fields, models

# How many contacts are named; the rest is counted.
NAMED = 10


class FinancePortalRecipientWarning(models.AbstractModel):
    """A dialog that mails documents names the recipients whom staff should check first.

    Nobody here has checked the address: somebody changed it and managers are asked, or a customer
    added it, as Odoo chooses a billing address that was entered in the shop for later documents as
    well. Or the contact is with another customer now. Staff may write to all of them, but should
    know.
    """

    _name = "finance.portal.recipient.warning"
    _description = "Warning about Recipients to Check"

    finance_recipient_warning = fields.Char(
        "Recipients to Check", compute="_compute_finance_recipient_warning"
    )

    def _compute_finance_recipient_warning(self):
        for dialog in self:
            dialog.finance_recipient_warning = dialog._finance_portal_describe_to_check()

    def _finance_portal_describe_to_check(self):
        """Return which recipients are to be checked, and why, or an empty text."""
        Account, Link = self.env["finance.portal.account"], self.env["finance.portal.link"]
        recipients = self._finance_portal_get_recipients()
        changed = Account._find_in_doubt(recipients)
        added = Link._find_unchecked(recipients - changed)
        sentences = [
            self._describe_changed(changed),
            self._describe_added(added),
            self._describe_left(recipients),
        ]
        return " ".join(filter(None, sentences))

    @api.model
    def _describe_changed(self, partners):
        """Return that somebody changed the addresses of contacts, or an empty text for none."""
        if not partners:
            return ""
        return self.env._(
            "Email address changed, and not yet confirmed by a Finance Portal manager: %s. Check"
            " the address before you send.",
            self._name_contacts(partners),
        )

    @api.model
    def _describe_added(self, partners):
        """Return that a customer added contacts, or an empty text for none."""
        if not partners:
            return ""
        return self.env._(
            "Added by a customer, and no colleague has written to them yet: %s. Check the address"
            " before you send.",
            self._name_contacts(partners),
        )

    def _describe_left(self, recipients):
        """Return which recipients left the document's customer, or an empty text for none."""
        # sudo: whose contacts they are, also those of another company
        document = recipients and self.sudo()._finance_portal_get_document()
        left = document and recipients.sudo().filtered(document._finance_portal_was_left_by)
        if not left:
            return ""
        return self.env._(
            "%(document)s belongs to %(customer)s, which these recipients have left: %(contacts)s."
            " Check who should get it before you send.",
            document=document.display_name,
            customer=document._finance_portal_get_customer().name,
            contacts=self._name_contacts(left, "name"),  # not their new company's
        )

    @api.model
    def _name_contacts(self, partners, field="display_name"):
        """Return the names and addresses of contacts, the first ones if there are many.

        :param str field: what they are named by; an address without a name, by all of it
        """
        shown = partners[:NAMED].filtered("email")
        named = [f"{one[field] or one.display_name} <{one.email}>" for one in shown]
        more = len(partners) - len(named)
        return "; ".join(named + ([self.env._("and %s more", more)] if more else []))

    def _finance_portal_get_recipients(self):
        """Return the contacts who get a link; none where the dialog mails no links."""
        raise NotImplementedError

    def _finance_portal_get_document(self):
        """Return the one document that the dialog mails, or ``None`` where it mails several."""
        return None
