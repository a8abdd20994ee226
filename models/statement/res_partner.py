from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import MANAGER
from ...tools.due_days import is_due
from .res_company import EVERY, WEEKDAYS, WHEN

SCHEDULE = {
    "finance_portal_statement_every",
    "finance_portal_statement_weekday",
    "finance_portal_statement_day",
    "finance_portal_statement_when",
}


class ResPartner(models.Model):
    """Send Statement on customers, and when one is sent by itself."""

    _inherit = "res.partner"

    finance_portal_statement_every = fields.Selection(
        EVERY,
        "Send Statements",
        company_dependent=True,
        groups="finance_portal.group_finance_portal_user",
        help="Leave empty to use the company default.",
    )
    finance_portal_statement_weekday = fields.Selection(
        WEEKDAYS,
        "Day of the Week",
        company_dependent=True,
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_statement_day = fields.Integer(
        "Day of the Month",
        company_dependent=True,
        groups="finance_portal.group_finance_portal_user",
        help="In shorter months, the last day.",
    )
    finance_portal_statement_when = fields.Selection(
        WHEN,
        "Send Statements Only",
        company_dependent=True,
        groups="finance_portal.group_finance_portal_user",
    )

    # So that the job finds the few customers with a schedule of their own.
    _finance_portal_statement_index = models.Index(
        "(id) WHERE finance_portal_statement_every IS NOT NULL"
    )

    @api.constrains("finance_portal_statement_day")
    def _check_finance_portal_statement_day(self):
        if any(not 0 <= partner.finance_portal_statement_day <= 31 for partner in self):
            raise ValidationError(self.env._("The day of the month must be between 1 and 31."))

    # === WHO DECIDES === #

    @api.model
    def _finance_portal_get_switches(self):
        """Let only those decide on a schedule who may send the customer a statement by hand."""
        own = dict.fromkeys(SCHEDULE, self._finance_portal_may_schedule)
        return {**super()._finance_portal_get_switches(), **own}

    @api.model
    def _finance_portal_may_schedule(self):
        """Return whether the user may have the system send statements, in its own name."""
        may_send = self.env["finance.portal.issued.statement"].has_access("create")
        return may_send or self.env.user.has_group(MANAGER)

    # === ACTION METHODS === #

    def action_finance_portal_send_statement(self):
        """Open Send to Customer for a statement of this customer; of several, ask which."""
        self.check_access("read")
        if len(self.commercial_partner_id) == 1:
            statement = self.env["finance.portal.issued.statement"]._start(self)
            return statement.action_finance_portal_send()
        self.env["finance.portal.issued.statement"].check_access("create")
        return {
            "name": self.env._("Send Statements"),
            "type": "ir.actions.act_window",
            "res_model": "finance.portal.send.statements",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    # === BUSINESS METHODS === #

    def _finance_portal_get_statement_contact(self):
        """Return who gets a statement: this contact or, of a customer, who gets the invoices.

        Nobody who was added in a shop's checkout, say, or by staff who may not see all documents,
        and nobody who is limited to their own documents.
        """
        self.ensure_one()
        return self._finance_portal_get_statement_contacts()[self]

    def _finance_portal_get_statement_contacts(self):
        """Return ``{contact: who gets a statement}`` of many, in few queries; see above."""
        customers = self.filtered(lambda one: one == one.commercial_partner_id)
        usual = self.browse(one.address_get(["invoice"])["invoice"] for one in customers)
        Account = self.env["finance.portal.account"]
        others = usual - customers
        unfit = Account._find_limited(others).union(
            *Account._find_doubted(others, self.env.company)
        )
        found = {one: one for one in self}
        for customer, contact in zip(customers, usual, strict=True):
            is_reachable = contact.commercial_partner_id == customer and contact.email_normalized
            if is_reachable and contact not in unfit:
                found[customer] = contact
        return found

    def _finance_portal_is_statement_due(self, days):
        """Return whether one of these days is one of the customer's, in the current company."""
        self.ensure_one()
        company = self.env.company
        every = self.finance_portal_statement_every
        if not every:
            return company._finance_portal_is_statement_due(days)
        # What is left empty is as the company has it.
        weekday = int(
            self.finance_portal_statement_weekday or company.finance_portal_statement_weekday
        )
        day = self.finance_portal_statement_day or company.finance_portal_statement_day
        return any(is_due(every, weekday, day, one) for one in days)

    def _finance_portal_get_statement_when(self):
        """Return what has to be the case for a statement: "open" or "overdue"."""
        company = self.env.company
        return self.finance_portal_statement_when or company.finance_portal_statement_when

    def _finance_portal_get_statement_user(self, company):
        """Return the customer's salesperson, if they work for the company; else nobody."""
        user = self.user_id
        works_here = user.active and not user.share and company in user.company_ids
        return user if works_here else user.browse()
