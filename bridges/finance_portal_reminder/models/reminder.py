from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# What staff may change; the system writes the rest.
STAFF_FIELDS = {"subject", "body", "own_subject", "own_body"}
NEXT = ("planned", "held", "over")
STATES = [
    ("planned", "Will be sent"),
    ("held", "Not sent"),
    ("over", "Not needed"),
    ("sent", "Sent"),
    ("skipped", "Skipped"),
]


class FinancePortalReminder(models.Model):
    """One email that reminds one contact of a customer of their documents of one kind.

    It is planned a day ahead, so that staff can read, change or skip it. What is held back is a
    row as well, and says why.
    """

    _name = "finance.portal.reminder"
    _description = "Reminder"
    _inherit = "finance.portal.system.record.mixin"
    _order = "send_at desc, id"
    _rec_name = "customer_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    customer_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Goes To", required=True, readonly=True, index=True, ondelete="cascade"
    )
    email = fields.Char("Email Address", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    # Of all documents in it.
    res_model = fields.Char("Document Model", required=True, readonly=True)
    # That of the document which is furthest; its text is the email's.
    step_id = fields.Many2one(
        "finance.portal.reminder.step",
        "Latest Step",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    step_name = fields.Char("Step", compute="_compute_step_name")
    send_at = fields.Datetime("When", readonly=True)
    # Where the customer is.
    day = fields.Date(readonly=True)
    line_ids = fields.One2many("finance.portal.reminder.line", "reminder_id", "All Documents")
    documents = fields.Char(compute="_compute_documents")
    amount = fields.Monetary(compute="_compute_documents")
    state = fields.Selection(STATES, "Status", required=True, readonly=True)
    reason = fields.Char(readonly=True)
    own_subject = fields.Char(copy=False)
    own_body = fields.Html(copy=False)
    subject = fields.Char(compute="_compute_subject", inverse="_inverse_subject")
    body = fields.Html("Message", compute="_compute_body", inverse="_inverse_body")
    is_edited = fields.Boolean("Edited", compute="_compute_is_edited")
    is_off = fields.Boolean(compute="_compute_is_off")
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    # A pause was set or lifted since: the job plans for the customer anew.
    is_outdated = fields.Boolean(readonly=True)

    _planned_once = models.UniqueIndex(
        "(company_id, customer_id, partner_id, currency_id, res_model)"
        " WHERE state IN ('planned', 'held', 'over')"
    )
    _queue_index = models.Index("(send_at) WHERE state = 'planned'")
    _outdated_index = models.Index("(id) WHERE is_outdated")

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("line_ids.basis", "line_ids.days", "line_ids.state")
    def _compute_step_name(self):
        Step = self.env["finance.portal.reminder.step"]
        for reminder in self:
            lines = reminder._get_main_lines()
            # None once the documents of a reminder that was sent are deleted.
            main = max(lines, key=lambda one: Step._get_rank(one.basis, one.days), default=None)
            reminder.step_name = main and Step._describe(main.basis, main.days)

    @api.depends("line_ids.document_name", "line_ids.amount", "line_ids.state")
    def _compute_documents(self):
        for reminder in self:
            lines = reminder._get_main_lines()
            reminder.documents = ", ".join(lines.mapped("document_name"))
            reminder.amount = sum(lines.mapped("amount"))

    @api.depends("own_subject", "own_body")
    def _compute_is_edited(self):
        for reminder in self:
            reminder.is_edited = bool(reminder.own_subject or reminder.own_body)

    @api.depends("company_id.finance_reminders")
    def _compute_is_off(self):
        for reminder in self:
            # sudo: the company's setting, for whoever may read its reminders
            reminder.is_off = not reminder.company_id.sudo().finance_reminders

    # === CRUD METHODS === #

    def write(self, vals):
        """Keep all but the text to the system, and the text of what was sent as it was."""
        if not self.env.su:
            if vals.keys() - STAFF_FIELDS:
                raise AccessError(self.env._("Only the subject and the message can be changed."))
            self._check_next()
        return super().write(vals)

    # === ACTION METHODS === #

    def action_open(self):
        """Plan anew, and open what goes out next."""
        self.check_access("read")
        for company in self.env.companies:
            self._refresh_or_wake(company)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "finance_portal_reminder.finance_portal_reminder_action"
        )
        return {**action, "context": {"search_default_next": 1}}

    def action_skip(self):
        """Leave these reminders out; the next step of their documents comes all the same."""
        self._check_write()
        self._check_next()
        today = self.env["finance.portal.page"]._format_day(fields.Date.context_today(self))
        reason = self.env._("Skipped by %(user)s on %(date)s.", user=self.env.user.name, date=today)
        # sudo: the state is the system's; staff may skip
        for reminder in self.sudo().filtered(lambda one: one.state == "planned"):
            lines = reminder.line_ids.filtered(lambda line: line.state == "planned")
            lines.write({"state": "skipped"})
            reminder.write({"state": "skipped", "reason": reason})
        return True

    def action_unskip(self):
        """Plan skipped reminders again."""
        self._check_write()
        # sudo: the plan is the system's; staff may change their mind
        skipped = self.sudo().filtered(lambda one: one.state == "skipped")
        companies = skipped.company_id
        skipped.unlink()
        for company in companies - self.env.companies:
            self.browse()._refresh_or_wake(company)
        return self.browse().action_open()

    def action_use_template(self):
        """Take the step's own text again."""
        self._check_write()
        self.write({"own_subject": False, "own_body": False})
        return True

    # === BUSINESS METHODS === #

    def _get_main_lines(self):
        """Return the lines that tell what a reminder is about: those that leave, or left."""
        return self.line_ids.filtered(lambda line: line.state == self.state) or self.line_ids

    def _get_documents(self, lines):
        """Return the documents of some of its lines."""
        return self.env[self.res_model].browse(lines.mapped("res_id"))

    @api.model
    def _get_next_domain(self, company):
        """Return the domain of what is planned, held back, or not needed any more."""
        return Domain("company_id", "=", company.id) & Domain("state", "in", NEXT)

    def _check_write(self):
        """Raise unless the user may change reminders."""
        self.check_access("write")

    def _check_next(self):
        """Raise unless these reminders are still to be sent.

        :raise UserError: naming the remedy
        """
        if self.filtered(lambda one: one.state not in NEXT):
            raise UserError(
                self.env._("This reminder has been sent or skipped. Open Reminders again.")
            )
