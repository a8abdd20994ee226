from odoo import api, models
from odoo.fields import Domain


class FinancePortalDocument(models.AbstractModel):
    """Contacts of the customer who are also users of Odoo get what any other contact gets.

    They may be colleagues in another company, employees who buy something, or whoever tries it
    on themselves. Odoo would show them the message in their inbox, or not at all when they
    wrote it, though the dialog promises an email with a link.
    """

    _inherit = "finance.portal.document"

    @api.model
    def _finance_portal_get_naming_domain(self, contacts):
        """Return the domain of what is, or will be, mailed to one of these contacts by default."""
        return Domain("partner_id", "in", contacts.ids)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Mail the contacts whom a message is addressed to, authors and users included."""
        msg_vals = msg_vals or {}
        chosen = self._finance_portal_get_chosen_contacts(message, msg_vals)
        author = msg_vals.get("author_id") or message.author_id.id
        if author in chosen.ids:
            kwargs["notify_author_mention"] = True
        found = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        return [
            {**recipient, "notif": "email"} if recipient["id"] in chosen.ids else recipient
            for recipient in found
        ]

    def _finance_portal_get_chosen_contacts(self, message, msg_vals):
        """Return the customer's contacts (sudo) whom a message for customers is addressed to."""
        # sudo: only who they are contacts of
        Partner, message = self.env["res.partner"].sudo(), message.sudo()
        message_type = msg_vals.get("message_type") or message.message_type
        subtype = self.env["mail.message.subtype"].browse(
            msg_vals.get("subtype_id", message.subtype_id.id)
        )
        # Notes and notices go where the user wants them; a link that we mail is none.
        is_notice = message_type == "user_notification" or subtype.internal
        # Safe to take from the context: it only decides between inbox and email.
        is_ours = self.env.context.get("finance_portal_mails_contacts")
        if not self or (is_notice and not is_ours) or not self._finance_portal_native_closed():
            return Partner
        ids = msg_vals.get("partner_ids", message.partner_ids.ids)
        customer = self._finance_portal_get_customer()
        return Partner.browse(ids or []).filtered(
            lambda partner: partner.commercial_partner_id == customer
        )
