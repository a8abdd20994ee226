from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize_all

from ..const import PREVIEW_CONTEXT, USER


class FinancePortalResend(models.TransientModel):
    """Mail a fresh link to the recipient of an earlier one."""

    _name = "finance.portal.resend"
    _description = "Send a Secure Link Again"
    _inherit = [
        "finance.portal.address.warning",
        "finance.portal.email.preview",
        "finance.portal.recipient.warning",
    ]

    link_id = fields.Many2one("finance.portal.link", required=True, readonly=True)
    # As the user, not as the system: a link of another company is none of their business.
    document_name = fields.Char(related="link_id.document_name", related_sudo=False)
    email = fields.Char("Email Address", compute="_compute_email")
    revoke_earlier = fields.Boolean(
        "Revoke this recipient's earlier links",
        help="Links to this document that the recipient already has stop working at once.",
    )

    @api.depends("link_id")
    def _compute_email(self):
        for wizard in self:
            wizard.email = wizard.link_id._get_address_on_file()

    def _finance_portal_get_mailing_company(self):
        return self.link_id.company_id

    @api.depends("link_id")
    def _compute_finance_recipient_warning(self):
        return super()._compute_finance_recipient_warning()

    def _finance_portal_get_recipients(self):
        return self.link_id.partner_id

    def _finance_portal_get_document(self):
        return self.link_id._get_document()

    def _finance_portal_get_preview(self):
        link = self.link_id
        link._check_staff(USER)
        self._check_recipient()
        document = link._get_document().with_context(**PREVIEW_CONTEXT)
        return document, lambda: document._finance_portal_mail_link(
            link.partner_id, email=self.email
        )

    def action_send(self):
        """Send, and close the earlier links when asked to."""
        self.ensure_one()
        link = self.link_id
        link._check_staff(USER)
        self._check_recipient()
        document = link._get_document()
        if self.revoke_earlier:
            # Where this link went, and where the new one goes: the address may have changed.
            addresses = {link.email, *email_normalize_all(self.email)}
            # Staff who may send may replace what was sent, by whomever.
            earlier = document._finance_portal_get_live_links().filtered(
                lambda other: other.partner_id == link.partner_id and other.email in addresses
            )
            earlier._revoke("replaced")
        document._finance_portal_mail_link(link.partner_id, email=self.email)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("A new link is on its way to %s.", self.email),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_recipient(self):
        """Raise unless the document may go to this recipient again.

        :raise UserError: naming the remedy
        """
        # sudo: the user may see the link; what it hangs on may be beyond their rights
        obstacle = self.link_id.sudo()._get_obstacle()
        name = self.link_id.partner_id.name or self.link_id.email
        remedies = {
            "deleted": self.env._("The document was deleted, so there's nothing to send."),
            "state": self._describe_state(),
            "customer": self.env._(
                "The document now belongs to another customer. Use Send to Customer."
            ),
            "recipient": self.env._(
                "%s is archived or no longer with this customer."
                " Choose another contact with Send to Customer.",
                name,
            ),
        }
        if obstacle in remedies:
            raise UserError(remedies[obstacle])
        if not self.email:
            raise UserError(
                self.env._("%s has no email address. Open the contact and enter one.", name)
            )

    def _describe_state(self):
        """Return why the document's state prevents sending, with the remedy for its kind."""
        # sudo: as above
        document = self.link_id.sudo()._get_document()
        return (document and document._finance_portal_get_state_obstacle()) or self.env._(
            "%s isn't shared with the customer now. Use Send to Customer.",
            self.link_id.document_name,
        )
