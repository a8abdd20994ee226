from odoo import api, fields, models


class FinancePortalEnablingLine(models.Model):
    """One contact of a run, and what became of it."""

    _name = "finance.portal.enabling.line"
    _description = "Contact to Enable"
    _inherit = "finance.portal.bulk.line.mixin"

    _run = "enabling_id"
    _subject = ("partner_id", "email")

    enabling_id = fields.Many2one(
        "finance.portal.enabling", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, ondelete="set null")
    name = fields.Char(readonly=True)
    email = fields.Char(
        "Email Address", readonly=True, help="The one that the manager saw and confirmed."
    )
    customer_id = fields.Many2one(
        "res.partner",
        "Whose Documents",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer that the manager confirmed.",
    )
    company_name = fields.Char("Customer", readonly=True)
    is_new = fields.Boolean(
        "New Contact",
        readonly=True,
        help="No contact had this email address when the list was made.",
    )
    state = fields.Selection(
        selection_add=[("waiting",), ("done", "Done"), ("failed",)], ondelete={"done": "cascade"}
    )
    done_at = fields.Datetime("Done On", readonly=True)
    status = fields.Char("Account", compute="_compute_status")

    _waits_once = models.UniqueIndex(
        "(partner_id) WHERE state = 'waiting'", "This contact is already being enabled."
    )
    _new_waits_once = models.UniqueIndex(
        "(email) WHERE state = 'waiting' AND partner_id IS NULL",
        "This contact is already being enabled.",
    )
    _waiting_index = models.Index("(enabling_id) WHERE state = 'waiting'")

    @api.depends_context("lang", "tz", "uid")
    @api.depends("partner_id", "state")
    def _compute_status(self):
        """Tell how the account fares now, as far as the user may see it."""
        Account = self.env["finance.portal.account"]
        accounts = Account.search([("partner_id", "in", self.partner_id.ids)])
        by_contact = {account.partner_id.id: account for account in accounts}
        for line in self:
            account = by_contact.get(line.partner_id.id)
            line.status = account.status if account else False

    # === ACTION METHODS === #

    def action_open_contact(self):
        """Open the contact, with the rights of whoever asks."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id._finance_portal_open_contact()

    # === BUSINESS METHODS === #

    def _get_waiting_elsewhere(self):
        waiting = self.search([("state", "=", "waiting")])
        partners, emails = waiting.partner_id, set(waiting.mapped("email"))
        return self.filtered(
            lambda line: line.partner_id in partners if line.partner_id else line.email in emails
        )

    @api.model
    def _prepare_merge(self, partners):
        """Leave one waiting line of contacts that are about to be merged: each waits once."""
        # sudo: whoever may merge contacts need not see the lines
        waiting = self.sudo().search(
            [("state", "=", "waiting"), ("partner_id", "in", partners.ids)], order="id"
        )
        if others := waiting[1:]:
            others._settle("skipped", self._describe_waiting())
            others._report()
