from odoo import api, fields, models


def _keep(_rows):
    """Leave rows alone when the addon goes: what happened cannot be changed."""


class FinancePortalEvent(models.Model):
    """Say that a customer was reminded, and forget the reminder together with that."""

    _inherit = "finance.portal.event"

    kind = fields.Selection(
        selection_add=[("reminded", "Reminder sent")], ondelete={"reminded": _keep}
    )

    @api.model
    def _get_trims(self):
        return [*super()._get_trims(), self.env["finance.portal.reminder"]._forget_batch]
