from odoo import api, fields, models

from odoo.addons.finance_portal.models.audit.event import keep_rows


class FinancePortalEvent(models.Model):
    """Say that a customer was reminded, and forget the reminder together with that."""

    _inherit = "finance.portal.event"

    kind = fields.Selection(
        selection_add=[("reminded", "Reminder sent")], ondelete={"reminded": keep_rows}
    )

    @api.model
    def _get_trims(self):
        return [*super()._get_trims(), self.env["finance.portal.reminder"]._forget_batch]
