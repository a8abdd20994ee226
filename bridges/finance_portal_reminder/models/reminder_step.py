from odoo import api, fields, models
from odoo.exceptions import ValidationError

MODEL = "finance.portal.reminder"
# What a step counts from; of an email with several, the last one here gives the text.
BASES = [
    ("due", "Invoice: due date"),
    ("unopened", "Quote: sent, not opened"),
    ("ending", "Quote: expiration date"),
]
# Days before or after that, and which email; examples that a company changes.
DEFAULTS = (
    ("due", -3, "upcoming"),
    ("due", 7, "friendly"),
    ("due", 21, "firm"),
    ("due", 35, "final"),
    ("unopened", 3, "friendly"),
    ("ending", -3, "friendly"),
)


class FinancePortalReminderStep(models.Model):
    """One step of a company's reminders: so many days before or after some day, this email."""

    _name = "finance.portal.reminder.step"
    _description = "Reminder Step"
    _order = "company_id, basis, days, id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    basis = fields.Selection(BASES, "Counted From", required=True, default=BASES[0][0])
    days = fields.Integer(
        required=True,
        help="Number of days after this date. Use a negative number for days before it.",
    )
    kind = fields.Selection(
        [
            ("upcoming", "Due soon"),
            ("friendly", "Friendly reminder"),
            ("firm", "Firm reminder"),
            ("final", "Final reminder"),
        ],
        "Tone",
        required=True,
        default="friendly",
    )
    template_id = fields.Many2one(
        "mail.template",
        "Email Template",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        domain=[("model", "=", MODEL)],
        help="Subject and message, in each of your customers' languages.",
    )
    active = fields.Boolean(default=True)

    _one_a_day = models.UniqueIndex(
        "(company_id, basis, days) WHERE active", "There's already a step on this day."
    )

    _within_years = models.Constraint(
        "CHECK (days BETWEEN -3650 AND 3650)",
        "Enter a number of days between -3650 and 3650.",
    )
    _unopened_later = models.Constraint(
        "CHECK (basis <> 'unopened' OR days > 0)",
        "Give the customer at least one day to open a quote.",
    )
    _ending_before = models.Constraint(
        "CHECK (basis <> 'ending' OR days <= 0)",
        "Nobody can accept a quote after its last day. Enter 0 or a negative number of days.",
    )

    # === CONSTRAINTS === #

    @api.constrains("template_id")
    def _check_template(self):
        """Refuse a template of other records: it would tell of one that has the same ID."""
        # sudo: which records a template is for is no secret
        if any(template.model != MODEL for template in self.sudo().template_id):
            raise ValidationError(
                self.env._("Choose an email template that is made for reminders.")
            )

    # === COMPUTE METHODS === #

    @api.depends_context("lang")
    @api.depends("basis", "days")
    def _compute_display_name(self):
        for step in self:
            step.display_name = step._describe(step.basis, step.days)

    @api.depends("basis", "kind")
    def _compute_template_id(self):
        for step in self:
            name = step.kind or "friendly" if step.basis == "due" else f"quote_{step.basis}"
            step.template_id = self.env.ref(
                f"finance_portal_reminder.mail_template_{name}", raise_if_not_found=False
            )

    # === BUSINESS METHODS === #

    @api.model
    def _get_rank(self, basis, days):
        """Return what orders the steps of one email: the last one gives the text."""
        return [key for key, _label in BASES].index(basis), days

    def _get_own_rank(self):
        return self._get_rank(self.basis, self.days)

    @api.model
    def _describe(self, basis, days):
        """Return in words when a step is reached."""
        in_words = self.env["finance.portal.document"]._finance_portal_days(abs(days))
        if basis == "unopened":
            return self.env._("%(days)s after it was sent, not opened", days=in_words)
        if basis == "ending":
            if days == 0:
                return self.env._("On the expiration date")
            return self.env._("%(days)s before it expires", days=in_words)
        if days == 0:
            return self.env._("On the due date")
        if days < 0:
            return self.env._("%(days)s before the due date", days=in_words)
        return self.env._("%(days)s after the due date", days=in_words)

    @api.model
    def _create_defaults(self, companies):
        """Create the usual steps of companies that have none."""
        known = self.with_context(active_test=False).search([("company_id", "in", companies.ids)])
        self.create(
            [
                {"company_id": company.id, "basis": basis, "days": days, "kind": kind}
                for company in companies - known.company_id
                for basis, days, kind in DEFAULTS
            ]
        )
