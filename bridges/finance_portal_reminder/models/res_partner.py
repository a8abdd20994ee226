from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.finance_portal.const import MANAGER

from .reminder_mixin import PAUSE_FIELDS

PAUSING = ("account.group_account_invoice", MANAGER)


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
        help="The last day without reminders. Leave empty to send none until you uncheck it.",
    )
    finance_no_reminders_note = fields.Char(
        "Why No Reminders", company_dependent=True, copy=False, groups="base.group_user"
    )

    # === WHO DECIDES === #

    @api.model
    def _finance_portal_get_switches(self):
        """Let only those pause reminders of a customer who look after what it owes."""
        own = dict.fromkeys(PAUSE_FIELDS, self._finance_reminder_may_pause)
        return {**super()._finance_portal_get_switches(), **own}

    @api.model
    def _finance_reminder_may_pause(self):
        """Return whether the user may pause a customer's reminders."""
        return any(self.env.user.has_group(group) for group in PAUSING)

    # === CRUD METHODS === #

    def write(self, vals):
        """Have the plan follow a pause of the current company that is set or lifted."""
        result = super().write(vals)
        if vals.keys() & PAUSE_FIELDS:
            mine = Domain("company_id", "=", self.env.company.id)
            self.env["finance.portal.reminder"]._outdate(
                mine & Domain("customer_id", "in", self.ids)
            )
        return result
