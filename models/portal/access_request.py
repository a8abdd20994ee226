from odoo import api, fields, models
from odoo.fields import Domain

from ...const import NOT_RENEWED


class FinancePortalAccessRequest(models.Model):
    """Of one link that is known, mail its recipient links to everything that is still open.

    As for Request access, only to the address on file, so often and no more, and the page says
    the same whatever comes of it.
    """

    _inherit = "finance.portal.access.request"

    everything = fields.Boolean(help="Whether links to all that is still open were asked for.")

    @api.model
    def _get_wish(self, everything):
        return {"everything": everything}

    def _answer(self):
        """Mail links to everything open to a contact; others get the one they asked for."""
        contact, company = self._get_contact() if self.everything else (None, None)
        if not contact:
            return super()._answer()
        refusal = self._get_everything_refusal(contact)
        self._record_request(refusal)
        address = self.link_id._get_address_on_file() if self.link_id else contact.email_normalized
        if refusal or not address or not self._has_room_for_everything(contact, company):
            return None
        self.env["finance.portal.still.open"]._mail(contact, company, address)
        self.env["finance.portal.event"]._record(
            "everything_mailed",
            **self._get_subject(),
            verdict="system",
            partner_id=contact.id,
            email=address,
        )
        return None

    def _get_contact(self):
        """Return ``(contact, company)``: the recipient (sudo), if they are the customer's, or none.

        The document of a link may be gone meanwhile, or cancelled: the rest still is open.
        """
        if self.link_id:
            link = self.link_id
            stays = link.partner_id.commercial_partner_id == link.customer_id
            is_contact = not link.is_external and stays
            return (link.partner_id, link.company_id) if is_contact else (None, None)
        if not (document := self._get_document()):
            return None, None
        contact = document._finance_portal_get_default_recipient()
        is_contact = contact.commercial_partner_id == document._finance_portal_get_customer()
        return (contact, document._finance_portal_get_company()) if is_contact else (None, None)

    def _get_everything_refusal(self, contact):
        """Return why nothing is mailed, for staff: a key of an event's ``reason``, or ``None``."""
        link = self.link_id
        if self.env["finance.portal.account"]._is_in_doubt(contact):
            return "suspended"
        if not link:
            return self._get_native_refusal(self._get_document(), contact)
        if link._is_from_another_database():
            return "copy"
        newest = link._get_newest(link.res_model, link.res_id, contact, link.email)
        for one in (link, newest):
            if one.revoke_reason in NOT_RENEWED:
                return one.revoke_reason
        obstacle = link._get_recipient_obstacle()
        return obstacle if obstacle != "address" else None

    def _has_room_for_everything(self, contact, company):
        """Return whether this contact may be mailed all links of a company once more."""
        subject = Domain("partner_id", "=", contact.id) & Domain("company_id", "=", company.id)
        return self._has_room_for("everything_mailed", subject)
