from odoo import fields, models


class ResPartner(models.Model):
    """No Reminders on a customer; each company decides for itself."""

    _inherit = "res.partner"

    finance_no_reminders = fields.Boolean(
        "No Reminders",
        company_dependent=True,
        copy=False,
        groups="base.group_user",
        help="Don't send this customer reminders.",
    )
    finance_no_reminders_until = fields.Date(
        "No Reminders Until",
        company_dependent=True,
        copy=False,
        groups="base.group_user",
        help="The last day without reminders. Leave empty to send none until you untick it.",
    )
    finance_no_reminders_note = fields.Char(
        "Why No Reminders", company_dependent=True, copy=False, groups="base.group_user"
    )
