from odoo import fields, models


def _keep(_rows):
    """Leave rows alone when the addon goes: what happened cannot be changed."""


class FinancePortalEvent(models.Model):
    _inherit = "finance.portal.event"

    kind = fields.Selection(
        selection_add=[("reminded", "Reminder sent")], ondelete={"reminded": _keep}
    )
