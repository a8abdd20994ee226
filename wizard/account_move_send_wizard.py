from odoo import api, fields, models


class AccountMoveSendWizard(models.TransientModel):
    _inherit = "account.move.send.wizard"

    finance_secure = fields.Boolean(related="company_id.finance_portal_close_native")
    finance_live_link_count = fields.Integer(related="move_id.finance_live_link_count")
    finance_revoke_earlier = fields.Boolean(
        "Revoke earlier links",
        help="Links to this document that were sent before stop working at once.",
    )

    finance_recipients = fields.Char("Goes To", compute="_compute_finance_recipients")

    @api.depends("mail_partner_ids.email")
    def _compute_finance_recipients(self):
        for wizard in self:
            wizard.finance_recipients = ", ".join(
                wizard.mail_partner_ids.filtered("email").mapped("email")
            )

    def action_send_and_print(self, allow_fallback_pdf=False):
        """Close the earlier links when asked to, before new ones are mailed."""
        self.ensure_one()
        if self.finance_revoke_earlier and "email" in (self.sending_methods or []):
            self.move_id._finance_portal_get_live_links()._revoke("replaced")
        return super().action_send_and_print(allow_fallback_pdf=allow_fallback_pdf)
