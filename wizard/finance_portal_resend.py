from odoo import fields, models
from odoo.exceptions import UserError


class FinancePortalResend(models.TransientModel):
    """Mail a fresh link to the recipient of an earlier one."""

    _name = "finance.portal.resend"
    _description = "Send a Secure Link Again"

    link_id = fields.Many2one("finance.portal.link", required=True, readonly=True)
    document_name = fields.Char(related="link_id.document_name")
    partner_id = fields.Many2one(related="link_id.partner_id")
    email = fields.Char("Address", compute="_compute_email")
    revoke_earlier = fields.Boolean(
        "Revoke this recipient's earlier links",
        help="Links to this document that the recipient already has stop working at once.",
    )

    def _compute_email(self):
        for wizard in self:
            partner = wizard.link_id.partner_id
            wizard.email = partner.email if partner else wizard.link_id.email

    def action_send(self):
        """Send, and close the earlier links when asked to."""
        self.ensure_one()
        link = self.link_id
        link._check_staff("finance_portal.group_finance_portal_user")
        document = link._get_document()
        if not document:
            raise UserError(self.env._("The document was deleted, so there is nothing to send."))
        document._finance_portal_check_can_share()
        if link.partner_id and not link.partner_id.active:
            raise UserError(
                self.env._(
                    "%s is archived. Choose another contact with Send to Customer.",
                    link.partner_id.name,
                )
            )
        if not self.email:
            raise UserError(
                self.env._(
                    "%s has no email address. Open the contact and enter one.", link.partner_id.name
                )
            )
        if self.revoke_earlier:
            # sudo: staff who may send may replace what they sent
            earlier = document._finance_portal_get_live_links().filtered(
                lambda other: other.partner_id == link.partner_id and other.email == link.email
            )
            earlier._revoke("replaced")
        document._finance_portal_mail_link(link.partner_id, email=link.email)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("A new link is on its way to %s.", self.email),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
