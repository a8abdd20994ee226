from odoo import api, fields, models

from odoo.addons.finance_portal.models.audit.event import keep_rows


class FinancePortalEvent(models.Model):
    _inherit = "finance.portal.event"

    kind = fields.Selection(
        selection_add=[
            ("payment_started", "Payment started"),
            ("payment_authorized", "Payment authorized, not captured yet"),
            ("payment_received", "Payment received"),
            ("payment_failed", "Payment failed"),
            ("payment_given_up", "Payment abandoned to start again"),
        ],
        ondelete={
            "payment_started": keep_rows,
            "payment_authorized": keep_rows,
            "payment_received": keep_rows,
            "payment_failed": keep_rows,
            "payment_given_up": keep_rows,
        },
    )
    reason = fields.Selection(
        selection_add=[("under_way", "Another payment was under way")],
        ondelete={"under_way": keep_rows},
    )

    @api.model
    def _get_answer_kinds(self):
        return super()._get_answer_kinds() | {"payment_started", "payment_given_up"}
