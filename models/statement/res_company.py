from odoo import fields, models

from ...tools.due_days import is_due

EVERY = [("never", "Never"), ("weekly", "Every week"), ("monthly", "Every month")]
WHEN = [("open", "If something is open"), ("overdue", "If something is overdue")]
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ResCompany(models.Model):
    """When statements are sent to customers who have no schedule of their own."""

    _inherit = "res.company"

    finance_portal_statement_every = fields.Selection(
        EVERY, "Send Statements", default="never", required=True
    )
    finance_portal_statement_weekday = fields.Selection(
        WEEKDAYS, "Day of the Week", default="0", required=True
    )
    finance_portal_statement_day = fields.Integer("Day of the Month", default=1, required=True)
    finance_portal_statement_when = fields.Selection(
        WHEN, "Send Statements Only", default="open", required=True
    )

    _finance_portal_statement_day = models.Constraint(
        "CHECK (finance_portal_statement_day BETWEEN 1 AND 31)",
        "The day of the month must be between 1 and 31.",
    )

    def _finance_portal_is_statement_due(self, days):
        """Return whether one of these days is one of the company's."""
        self.ensure_one()
        every, day = self.finance_portal_statement_every, self.finance_portal_statement_day
        weekday = int(self.finance_portal_statement_weekday)
        return any(is_due(every, weekday, day, one) for one in days)
