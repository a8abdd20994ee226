from odoo import api, fields, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_move_constraints(self, move):
        """Name the remedy when a customer document cannot be sent yet."""
        constraints = super()._get_move_constraints(move)
        if "not_posted" in constraints and move._finance_portal_is_kind():
            constraints["not_posted"] = (
                self.env._(
                    "%s is cancelled. Reset it to draft and confirm it, then send it.",
                    move.display_name,
                )
                if move.state == "cancel"
                else self.env._(
                    "%s is still a draft. Confirm it first, then send it.", move.display_name
                )
            )
        return constraints

    @api.model
    def _get_alerts(self, moves, moves_data):
        """Name who has no email address, and what to do about it."""
        alerts = super()._get_alerts(moves, moves_data)
        if missing := alerts.get("account_missing_email"):
            partners = moves.partner_id if len(moves) > 1 else moves_data[moves]["mail_partner_ids"]
            names = ", ".join(
                partners.filtered(lambda partner: not partner.email).mapped("display_name")
            )
            missing["message"] = self.env._(
                "No email address: %s. Open the contact and enter one, or choose somebody else.",
                names,
            )
        return alerts


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
        if self.finance_revoke_earlier:
            self.move_id._finance_portal_get_live_links()._revoke("replaced")
        return super().action_send_and_print(allow_fallback_pdf=allow_fallback_pdf)


class AccountMoveSendBatchWizard(models.TransientModel):
    _inherit = "account.move.send.batch.wizard"

    finance_secure = fields.Boolean(compute="_compute_finance_secure")

    @api.depends("move_ids")
    def _compute_finance_secure(self):
        for wizard in self:
            wizard.finance_secure = all(
                wizard.move_ids.company_id.mapped("finance_portal_close_native")
            )
