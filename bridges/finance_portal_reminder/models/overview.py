from odoo import api, models
from odoo.fields import Domain


class FinancePortalOverview(models.AbstractModel):
    """Whom the overview shows as not reminded, such as since an email bounced."""

    _inherit = "finance.portal.overview"

    @api.model
    def _get_document_cards(self):
        cards = super()._get_document_cards()
        Reminder = self.env["finance.portal.reminder"]
        if not Reminder.has_access("read"):
            return cards
        held = Domain("state", "=", "held") & Domain("company_id.finance_reminders", "=", True)
        return [
            *cards,
            (
                "held_reminders",
                self.env._("Not reminded"),
                self.env._("Reminders that won't be sent, and why."),
                "warning",
                [(Reminder, held, self.env._("Reminders"))],
            ),
        ]
