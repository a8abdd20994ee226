from odoo import api, fields, models


def _keep(_rows):
    """Leave rows alone when the addon goes: what happened cannot be changed."""


class FinancePortalEvent(models.Model):
    _inherit = "finance.portal.event"

    kind = fields.Selection(
        selection_add=[
            ("payment_started", "Payment started"),
            ("payment_received", "Payment received"),
            ("payment_failed", "Payment failed"),
            ("payment_given_up", "Payment abandoned to start again"),
        ],
        ondelete={
            "payment_started": _keep,
            "payment_received": _keep,
            "payment_failed": _keep,
            "payment_given_up": _keep,
        },
    )
    reason = fields.Selection(
        selection_add=[("under_way", "Another payment was under way")],
        ondelete={"under_way": _keep},
    )

    @api.model
    def _get_answer_kinds(self):
        return super()._get_answer_kinds() | {"payment_started", "payment_given_up"}
