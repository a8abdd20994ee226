from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_move_constraints(self, move):
        """Name the remedy when a customer document cannot be sent yet."""
        constraints = super()._get_move_constraints(move)
        if "not_posted" in constraints and move._finance_portal_is_kind():
            constraints["not_posted"] = move._finance_portal_get_state_obstacle()
        return constraints

    @api.model
    def _get_alerts(self, moves, moves_data):
        """Name who has no email address, and what to do about it."""
        alerts = super()._get_alerts(moves, moves_data)
        if missing := alerts.get("account_missing_email"):
            mailed = moves.filtered(lambda move: "email" in moves_data[move]["sending_methods"])
            partners = (
                mailed.partner_id if len(moves) > 1 else moves_data[moves]["mail_partner_ids"]
            )
            names = ", ".join(
                partners.filtered(lambda partner: not partner.email).mapped("display_name")
            )
            missing["message"] = self.env._(
                "No email address: %s. Open the contact and enter one, or choose somebody else.",
                names,
            )
        return alerts
