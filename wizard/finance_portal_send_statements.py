from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.sending.document_email_preview import Undone


class FinancePortalSendStatements(models.TransientModel):
    """Ask which of several customers get a statement; say who gets none, and why."""

    _name = "finance.portal.send.statements"
    _description = "Send Statements to Several Customers"
    _inherit = [
        "finance.portal.address.warning",
        "finance.portal.email.preview",
        "finance.portal.recipient.warning",
    ]

    res_ids = fields.Json("Contacts", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    secure = fields.Boolean(related="company_id.finance_portal_close_native")
    which = fields.Selection(
        [
            ("open", "With an open balance"),
            ("overdue", "With something overdue"),
            ("all", "All chosen"),
        ],
        "Customers",
        required=True,
        default="open",
    )
    minimum = fields.Monetary(
        "At Least",
        help="Customers who owe less are skipped. If you chose overdue items, only these"
        " count. Other currencies count at their booked value.",
    )
    reasons = fields.Json(compute="_compute_reasons")
    problems = fields.Html("Skipped", compute="_compute_reasons")
    skipped_count = fields.Integer("Skipped Customers", compute="_compute_reasons")
    send_count = fields.Integer("To Send", compute="_compute_reasons")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        values.setdefault("res_ids", self.env.context.get("active_ids"))
        return values

    @api.depends("res_ids", "company_id", "which", "minimum")
    def _compute_reasons(self):
        for wizard in self:
            customers = wizard._get_contacts()
            reasons = wizard._get_reasons(customers)
            wizard.reasons = {str(customer.id): reason for customer, reason in reasons.items()}
            wizard.problems = self.env["finance.portal.send"]._list_problems(reasons)
            wizard.skipped_count = len(reasons)
            wizard.send_count = len(customers) - len(reasons)

    def _get_contacts(self):
        """Return ``{customer: contact}`` of who was chosen, with the user's own rights."""
        contacts = self.env["res.partner"].browse(self.res_ids or []).exists()
        contacts.check_access("read")
        found = {}
        for contact in contacts:
            found.setdefault(contact.commercial_partner_id, contact)
        return found

    def _get_reasons(self, customers):
        """Return ``{customer: why it gets no statement}``.

        :raise AccessError: the user doesn't work for the company
        """
        self.company_id.check_access("read")  # a program may name any
        Partner = self.env["res.partner"].with_company(self.company_id)
        chosen = Partner.union(*customers.values())
        chosen = chosen._finance_portal_get_statement_contacts()
        recipients = {customer: chosen[contact] for customer, contact in customers.items()}
        return self.env["finance.portal.issued.statement"]._get_skip_reasons(
            recipients, self.company_id, dict.fromkeys(recipients, self.which), self.minimum
        )

    def _finance_portal_get_mailing_company(self):
        return self.company_id if self.secure else self.env["res.company"]

    @api.depends("reasons")
    def _compute_finance_recipient_warning(self):
        return super()._compute_finance_recipient_warning()

    def _finance_portal_get_recipients(self):
        skipped = self.reasons or {}
        contacts = self._get_contacts() if self.secure else {}
        ready = [one for customer, one in contacts.items() if str(customer.id) not in skipped]
        ready = self.env["res.partner"].with_company(self.company_id).union(*ready)
        chosen = ready._finance_portal_get_statement_contacts()
        return self.env["res.partner"].union(*chosen.values())

    # === ACTION METHODS === #

    def action_send(self):
        """Start sending, and show how it goes."""
        self.ensure_one()
        customers, skipped = self._get_contacts(), self.reasons or {}
        statements = self._get_issued()._start(self._get_ready())
        batch = self.env["finance.portal.batch"]._create_for(statements)
        batch._list_skipped(
            {
                customer: skipped[str(customer.id)]
                for customer in customers
                if str(customer.id) in skipped
            }
        )
        return batch._get_open_action()

    def action_finance_portal_preview_email(self):
        """Show the first of the emails; its statement goes as well."""
        with self._get_issued()._finance_portal_undo():
            action = super().action_finance_portal_preview_email()
            raise Undone
        return action

    def _finance_portal_get_preview(self):
        [statement] = self._get_issued()._start(self._get_ready()[:1])
        return statement, statement._finance_portal_write_emails

    def _get_issued(self):
        return self.env["finance.portal.issued.statement"].with_company(self.company_id)

    def _get_ready(self):
        """Return the contacts that get a statement.

        :raise UserError: nobody does
        """
        customers, skipped = self._get_contacts(), self.reasons or {}
        ready = [one for customer, one in customers.items() if str(customer.id) not in skipped]
        if not ready:
            raise UserError(self.env._("None of these customers gets a statement."))
        return ready
