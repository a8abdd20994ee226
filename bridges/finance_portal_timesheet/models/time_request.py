from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

OPEN_STATES = ("draft", "sent")
ANSWERED_STATES = ("approved", "partial", "rejected")
# What the customer was asked: it stays once they have answered.
ASKED_FIELDS = {"partner_id", "company_id", "date_from", "date_to", "project_ids"}
# Written by the system alone.
OWN_FIELDS = ("name", "state", "customer_id", "hours")


class FinancePortalTimeRequest(models.Model):
    """Hours that a customer is asked to approve, and what they answered.

    Its entries are timesheets of one customer and one company. They may still be corrected
    while the customer is asked; an answer counts only for what the customer saw. The state is
    the system's to write: a customer's answer, or a button with rules of its own.
    """

    _name = "finance.portal.time.request"
    _description = "Time Approval"
    # The mixin first: what it says about links comes before what Odoo says.
    _inherit = [
        "finance.portal.decision.mixin",
        "finance.portal.system.record.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        check_company=True,
        index=True,
        tracking=True,
        help="The customer, or the contact who approves hours for them.",
    )
    # Not what the contact's company is now: a contact who leaves takes no hours along.
    customer_id = fields.Many2one(
        "res.partner",
        "Customer Asked",
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
        help="Notified of the customer's answer.",
    )
    date_from = fields.Date("From", required=True, default=lambda self: self._get_last_monday())
    date_to = fields.Date(
        "To", required=True, default=lambda self: self._get_last_monday() + timedelta(days=6)
    )
    project_ids = fields.Many2many(
        "project.project",
        string="Projects",
        domain="[('allow_timesheets', '=', True), ('is_template', '=', False)]",
        help="Get Entries adds the entries of these projects. Leave empty for all of the"
        " customer's projects.",
    )
    line_ids = fields.One2many(
        "account.analytic.line", "finance_time_request_id", "Entries", readonly=True, copy=False
    )
    hours = fields.Float(compute="_compute_hours", store=True, compute_sudo=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("approved", "Approved"),
            ("partial", "Approved in part"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    finance_status = fields.Selection(
        selection_add=[("accepted", "Approved"), ("declined", "Rejected")]
    )

    _period = models.Constraint(
        "CHECK (date_from <= date_to)", "The period's end is before its start."
    )
    # The portal lists a customer's, the newest first.
    _customer_index = models.Index("(customer_id, date_to DESC, id DESC)")

    # === COMPUTE METHODS === #

    @api.depends("partner_id")
    def _compute_customer_id(self):
        for request in self:
            request.customer_id = request.partner_id.commercial_partner_id

    @api.depends("line_ids.unit_amount", "line_ids.partner_id", "customer_id", "state")
    def _compute_hours(self):
        """Add up what the customer is asked about; what they answered stays what it was."""
        for request in self.filtered(lambda one: one.state not in ANSWERED_STATES):
            request.hours = sum(request._get_entries().mapped("unit_amount"))

    @api.model
    def _get_last_monday(self):
        """Return the Monday of last week, the week one is usually asked about."""
        today = fields.Date.context_today(self)
        return today - timedelta(days=today.weekday() + 7)

    # === CRUD METHODS === #

    @api.model
    def _get_system_fields(self):
        return {*OWN_FIELDS, "finance_hindered", "line_ids"}

    @api.model_create_multi
    def create(self, vals_list):
        """Number the requests, and begin as drafts whatever the caller or the context says."""
        Sequence, prepared = self.env["ir.sequence"], []
        for vals in vals_list:
            company = vals.get("company_id") or self.env.company.id
            name = Sequence.with_company(company).next_by_code(self._name)
            given = {field: vals[field] for field in vals if field not in OWN_FIELDS}
            prepared.append({**given, "name": name, "state": "draft"})
        return super().create(prepared)

    def write(self, vals):
        """Keep the state to the system, and entries to the customer they are of."""
        if vals.keys() & {*OWN_FIELDS} and not self.env.su:
            raise AccessError(self.env._("Only the customer can approve or reject hours."))
        if vals.keys() & ASKED_FIELDS:
            self._check_open()
        result = super().write(vals)
        if vals.keys() & {"partner_id", "company_id"}:
            for request in self:
                # sudo: entries that the user may not see leave as well
                lost = request.sudo().line_ids - request.sudo()._get_entries()
                lost._finance_portal_release()
        return result

    def unlink(self):
        """Let go of the entries first; what was answered stays."""
        self._check_open("cancelled")
        # sudo: entries that the user may not see leave as well
        self.sudo().line_ids._finance_portal_release()
        return super().unlink()

    # === ACTION METHODS === #

    def action_get_entries(self):
        """Take in the customer's entries of the period that nobody was asked about yet."""
        self.ensure_one()
        self._check_open()
        entries = self.env["account.analytic.line"].search(
            self._get_free_domain()
            & Domain("date", ">=", self.date_from)
            & Domain("date", "<=", self.date_to)
            & Domain("project_id", "in" if self.project_ids else "not in", self.project_ids.ids)
        )
        if not entries:
            raise UserError(
                self.env._(
                    "There are no more entries for %(customer)s from %(start)s to %(end)s. "
                    "Choose another period, or enter the hours first.",
                    customer=self.customer_id.display_name,
                    start=self._finance_portal_day(self.date_from),
                    end=self._finance_portal_day(self.date_to),
                )
            )
        self._add(entries)
        return True

    def action_cancel(self):
        """Ask no more: links stop working, entries are free for another request."""
        self._check_open()
        # sudo: the state is the system's; the user may write the request
        requests = self.sudo()
        requests.line_ids._finance_portal_release()
        requests.state = "cancelled"
        return True

    def action_reset(self):
        """Open the dialog that takes the customer's answer back."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Reset Approval"),
            "type": "ir.actions.act_window",
            "res_model": "finance.portal.time.reset",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    # === ENTRIES === #

    @api.model
    def _start(self, entries):
        """Create a request about some entries.

        :raise UserError: they are not of one customer, or a customer was asked already
        """
        self.check_access("create")
        entries.check_access("read")
        timesheets = entries.filtered("project_id")
        customers = timesheets.mapped(lambda entry: entry._finance_portal_get_customer())
        lost = timesheets.filtered(lambda entry: not entry._finance_portal_get_customer())
        if not timesheets or lost:
            # sudo: whoever may read an entry sees the name of its project in the list, too
            projects = lost.sudo().project_id
            raise UserError(
                self.env._(
                    "Some entries have no customer: %(projects)s. Choose the customer in the"
                    " project's settings, or leave these entries out.",
                    projects=", ".join(
                        projects.mapped("name") or entries.mapped("display_name")
                    ),
                )
            )
        if len(customers) > 1 or len(timesheets.company_id) > 1:
            raise UserError(
                self.env._(
                    "These entries belong to several customers: %s. Choose entries of one"
                    " customer only.",
                    ", ".join(customers.mapped("display_name")),
                )
            )
        contacts = timesheets.partner_id
        request = self.create(
            {
                "partner_id": (contacts if len(contacts) == 1 else customers).id,
                "company_id": timesheets.company_id.id,
                "date_from": min(timesheets.mapped("date")),
                "date_to": max(timesheets.mapped("date")),
            }
        )
        request._add(timesheets)
        return request

    def _get_entries(self):
        """Return the entries the customer is asked about, in the order they are shown.

        An entry that went to another customer meanwhile, with its task or project, is not.
        """
        self.ensure_one()
        return self.line_ids.filtered(
            lambda entry: (
                entry.project_id
                and entry.company_id == self.company_id
                and entry._finance_portal_get_customer() == self.customer_id
            )
        ).sorted(lambda entry: (entry.date, entry.id))

    def _get_free_domain(self):
        """Return the domain of the entries that this request may take in."""
        return (
            Domain("project_id", "!=", False)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("partner_id.commercial_partner_id", "=", self.customer_id.id)
            & (
                Domain("finance_time_request_id", "=", False)
                | Domain("finance_approval", "=", "rejected")
            )
        )

    def _add(self, entries):
        """Take entries in.

        :raise UserError: a customer is being asked about one of them, or approved it
        """
        self._check_open()
        entries.check_access("read")
        self._touch()
        # sudo: entries say themselves what becomes of them, whoever wrote them
        entries = entries.sudo()
        for taken in entries.filtered(lambda entry: not entry._finance_portal_is_free()):
            raise UserError(
                self.env._(
                    "%(entry)s of %(date)s is already in %(request)s.",
                    entry=taken.display_name,
                    date=self._finance_portal_day(taken.date),
                    request=taken.finance_time_request_id.name,
                )
            )
        entries.write(
            {
                "finance_time_request_id": self.id,
                "finance_approval": "waiting" if self.state == "sent" else False,
                "finance_rejection": False,
            }
        )

    def _remove(self, entries):
        """Let go of entries (sudo) that the customer did not answer yet."""
        self._check_open()
        self._touch()
        entries._finance_portal_release()

    def _touch(self):
        """Have an answer that read other entries start over, see ``_finance_portal_lock``."""
        self.env.cr.execute(
            SQL(
                "UPDATE finance_portal_time_request SET write_date = write_date WHERE id IN %s",
                tuple(self.ids),
            )
        )

    def _check_open(self, *more):
        """Raise unless the user may change these requests, and none of them is answered.

        :param more: further states to let pass
        :raise UserError: naming the remedy
        """
        self.check_access("write")
        for request in self.filtered(lambda one: one.state not in (*OPEN_STATES, *more)):
            raise UserError(
                self.env._(
                    "%s has been answered or cancelled, so it can't be changed. "
                    "A timesheet administrator can reset an answer.",
                    request.display_name,
                )
            )
