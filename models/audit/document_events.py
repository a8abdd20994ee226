from odoo import fields, models


class FinancePortalDocument(models.AbstractModel):
    """What happened to a document, for its Sharing tab."""

    _inherit = "finance.portal.document"

    finance_event_ids = fields.One2many(
        "finance.portal.event",
        "res_id",
        "Finance Portal Activity",
        domain=lambda self: [("res_model", "=", self._name)],
        bypass_search_access=True,
        copy=False,
        groups="finance_portal.group_finance_portal_user",
    )
