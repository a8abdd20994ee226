from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# What it is about: it stays once it was sent.
SUBJECT_FIELDS = {"partner_id", "company_id", "kind", "date_from", "date_to"}
# Written by the system alone.
OWN_FIELDS = {
    "name",
    "state",
    "customer_id",
    "date",
    "printed_items",
    "issued_items",
    "issued_totals",
    "schedule_key",
}
DRAFT_LIFE = timedelta(days=7)
GC_BATCH = 1000


class FinancePortalIssuedStatement(models.Model):
    """A statement that is sent to a customer: what is open, or the movements of a period.

    It holds no figures. They are read from the books whenever somebody looks or prints, so that
    it never contradicts the invoices. What it does hold is what was open when it was sent: from
    this its page tells what has changed since.
    """

    _name = "finance.portal.issued.statement"
    _description = "Statement"
    # The mixin first: what it says about links comes before what Odoo says.
    _inherit = [
        "finance.portal.document",
        "finance.portal.system.record.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        check_company=True,
        index=True,
        tracking=True,
        help="The customer, or the contact who gets the statement. It always covers all of the"
        " customer's documents.",
    )
    # Not what the contact's company is now: a contact who leaves takes no statement along.
    customer_id = fields.Many2one(
        "res.partner",
        "Customer Billed",
        compute="_compute_customer_id",
        store=True,
        compute_sudo=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    kind = fields.Selection(
        [("open", "Open items"), ("period", "Transactions of a period")],
        required=True,
        default="open",
    )
    date_from = fields.Date("From")
    date_to = fields.Date("To")
    date = fields.Date(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._get_today(),
        help="The day it was last sent. It shows what was open on that day.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("sent", "Sent"), ("cancelled", "Cancelled")],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    # ``{"items": rows of sum_up}``: as printed for the dialog, and as it was sent last.
    printed_items = fields.Json(copy=False, prefetch=False, groups=fields.NO_ACCESS)
    issued_items = fields.Json(copy=False, prefetch=False, groups=fields.NO_ACCESS)
    # ``{currency id: amount}`` of these, for lists.
    issued_totals = fields.Json(copy=False, groups=fields.NO_ACCESS)
    issued_amount = fields.Char("Balance When Sent", compute="_compute_issued_amount")
    amount = fields.Char("Balance Now", compute="_compute_amount")

    _period = models.Constraint(
        "CHECK (kind = 'open' OR (date_from <= date_to) IS TRUE)",
        "Choose both days of the period; its end can't be before its start.",
    )
    # The portal lists a customer's, the newest first.
    _customer_index = models.Index("(customer_id, date DESC, id DESC)")

    # === COMPUTE METHODS === #

    @api.depends("partner_id")
    def _compute_customer_id(self):
        for statement in self:
            statement.customer_id = statement.partner_id.commercial_partner_id

    @api.depends_context("lang")
    @api.depends("issued_totals")
    def _compute_issued_amount(self):
        money = self.env["finance.portal.statement"]._money
        # sudo: what a currency is called is no secret
        Currency = self.env["res.currency"].sudo()
        # sudo: the system's own, for whoever may read the statement
        for statement in self.sudo():
            totals = statement.issued_totals or {}
            statement.issued_amount = " + ".join(
                money(amount, Currency.browse(int(currency))) for currency, amount in totals.items()
            )

    @api.depends_context("lang")
    @api.depends("customer_id", "company_id")
    def _compute_amount(self):
        for statement in self:
            # No rule asks about one that isn't stored yet, whatever company its form names.
            is_own = statement.company_id.has_access("read")
            known = is_own and bool(statement.customer_id)
            statement.amount = statement._tell_balance() if known else ""

    @api.model
    def _get_today(self, company=None):
        return self.env["finance.portal.statement"]._get_today(company or self.env.company)

    @api.onchange("kind")
    def _onchange_kind(self):
        """Propose the month that ended last."""
        if self.kind == "period" and not self.date_from:
            first = self._get_today(self.company_id).replace(day=1)
            self.date_to = first - timedelta(days=1)
            self.date_from = self.date_to.replace(day=1)

    # === CRUD METHODS === #

    @api.model
    def _get_system_fields(self):
        return OWN_FIELDS  # the rest is for people to write

    @api.model_create_multi
    def create(self, vals_list):
        """Number the statements, and begin as drafts whatever the caller or the context says."""
        Sequence, prepared = self.env["ir.sequence"], []
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
            given = {field: vals[field] for field in vals if field not in OWN_FIELDS}
            own = {
                "name": Sequence.with_company(company).next_by_code(self._name),
                "state": "draft",
                "date": self._get_today(company),
            }
            prepared.append({**given, **own})
        return super().create(prepared)

    def write(self, vals):
        """Keep the state to the system, and what was sent as it was."""
        if vals.keys() & OWN_FIELDS and not self.env.su:
            raise AccessError(
                self.env._("You can't edit this part of a statement. Send it or cancel it instead.")
            )
        if vals.keys() & SUBJECT_FIELDS and not self.env.su:
            self._check_draft()
        result = super().write(vals)
        if vals.keys() & {"partner_id", "company_id"}:
            # sudo: the system's own; of another customer's documents not even the numbers
            nothing = ("issued_items", "issued_totals", "printed_items")
            self.sudo().write(dict.fromkeys(nothing, False))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for statement in self.filtered(lambda one: one.state == "sent"):
            raise UserError(
                self.env._(
                    "%s has been sent, so it can't be deleted. Cancel it first. Its links stop"
                    " working then.",
                    statement.name,
                )
            )

    # === ACTION METHODS === #

    def action_cancel(self):
        """Close the links, and take it out of the customer's portal."""
        self.check_access("write")
        # sudo: the state is the system's; the user may write the statement
        self.sudo().state = "cancelled"
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _start(self, partners):
        """Return drafts on what these contacts' customers owe the current company.

        Of each customer one, addressed to the first of its contacts here. What the same user began
        and did not send is taken up again.
        """
        self.check_access("create")
        contacts = {}
        for partner in partners:
            contacts.setdefault(partner.commercial_partner_id, partner)
        chosen = self.env["res.partner"].union(*contacts.values())
        chosen = chosen._finance_portal_get_statement_contacts()
        contacts = {customer: chosen[contact] for customer, contact in contacts.items()}
        drafts = self.search(self._get_own_drafts_domain(contacts)).grouped("customer_id")
        for customer, found in drafts.items():
            if found[0].partner_id != contacts[customer]:
                found[0].partner_id = contacts[customer]
        missing = [customer for customer in contacts if customer not in drafts]
        created = self.create([{"partner_id": contacts[one].id} for one in missing])
        drafts |= dict(zip(missing, created, strict=True))
        return self.browse(drafts[customer][0].id for customer in contacts)

    @api.model
    def _get_own_drafts_domain(self, customers):
        """Return the domain of what the user began for some customers, and nobody sends now."""
        return self._get_idle_drafts_domain() & Domain(
            [
                ("kind", "=", "open"),
                ("user_id", "=", self.env.uid),
                ("company_id", "=", self.env.company.id),
                ("customer_id", "in", [customer.id for customer in customers]),
            ]
        )

    @api.model
    def _get_idle_drafts_domain(self):
        """Return the domain of drafts that wait in no bulk send."""
        # sudo: whoever sends them
        waiting = self.env["finance.portal.batch.line"].sudo()._search(
            [("state", "=", "waiting"), ("res_model", "=", self._name)]
        )  # fmt: skip
        return Domain("state", "=", "draft") & Domain("id", "not in", waiting.subselect("res_id"))

    def _check_draft(self):
        """Raise unless nothing of these statements was sent.

        :raise UserError: naming the remedy
        """
        for statement in self.filtered(lambda one: one.state != "draft"):
            raise UserError(
                self.env._(
                    "%s has been sent or cancelled, so it can't be changed. Create a new"
                    " statement.",
                    statement.name,
                )
            )

    @api.autovacuum
    def _gc_drafts(self):
        """Delete a batch of drafts that somebody began and never sent.

        :return: ``(how many, whether there may be more)``
        """
        before = fields.Datetime.now() - DRAFT_LIFE
        domain = self._get_idle_drafts_domain() & Domain("write_date", "<", before)
        # sudo: run by the system
        old = self.sudo().search(domain, limit=GC_BATCH)
        count = len(old)
        old.unlink()
        return count, count == GC_BATCH
