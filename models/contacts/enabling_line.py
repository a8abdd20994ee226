from odoo import api, fields, models
from odoo.tools import SQL


class FinancePortalEnablingLine(models.Model):
    """One contact of a run, and what became of it."""

    _name = "finance.portal.enabling.line"
    _description = "Contact to Enable"
    _inherit = "finance.portal.system.record.mixin"
    _order = "id"

    enabling_id = fields.Many2one(
        "finance.portal.enabling", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Started By", required=True, readonly=True)
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
        [
            ("waiting", "Waiting"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("skipped", "Skipped"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    reason = fields.Char(readonly=True)
    attempts = fields.Integer(
        readonly=True, help="Number of attempts; more than one after a crash."
    )
    done_at = fields.Datetime("Done On", readonly=True)
    status = fields.Char("Account", compute="_compute_status")

    # Also what settles that two managers who choose the same contact at once enable it once.
    _waits_once = models.UniqueIndex(
        "(partner_id) WHERE state = 'waiting'", "This contact is already being enabled."
    )
    _new_waits_once = models.UniqueIndex(
        "(email) WHERE state = 'waiting' AND partner_id IS NULL",
        "This contact is already being enabled.",
    )
    _queue_index = models.Index("(id) WHERE state = 'waiting'")

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
        """Return those of these lines whose contact waits in another one."""
        waiting = self.search([("state", "=", "waiting")])
        partners, emails = waiting.partner_id, set(waiting.mapped("email"))
        return self.filtered(
            lambda line: line.partner_id in partners if line.partner_id else line.email in emails
        )

    @api.model
    def _add(self, run, rows):
        """Add a line to a run for each row; who waits in another run is only listed."""
        common = {"enabling_id": run.id, "user_id": run.user_id.id}
        rows = [{**row, **common} for row in rows]
        accepted = self._insert_waiting([row for row in rows if row["state"] == "waiting"])
        rest = [row for row in rows if (row["partner_id"], row["email"]) not in accepted]
        already = self.env._("Another run is already at it. You don't need to do anything.")
        for row in rest:
            if row["state"] == "waiting":
                row.update(state="skipped", reason=already)
        self.create(rest)

    @api.model
    def _insert_waiting(self, rows):
        """Insert lines that wait, unless their contact waits already.

        Not create(): the unique indexes decide between two managers who start at once, without
        an error.

        :return: the set of ``(contact's id, address)`` who now wait here
        """
        if not rows:
            return set()
        self.env["finance.portal.enabling"].flush_model()
        self.flush_model()
        extra = {"attempts": 0, "create_uid": self.env.uid}
        rows = [{**row, **extra} for row in rows]
        inserted = self.env.execute_query(
            SQL(
                "INSERT INTO finance_portal_enabling_line (create_date, %s) VALUES %s"
                " ON CONFLICT DO NOTHING RETURNING partner_id, email",
                SQL(", ").join(SQL.identifier(name) for name in rows[0]),
                SQL(", ").join(
                    SQL("(%s, %s)", self.env.cr.now(), SQL(", ").join(
                        SQL("%s", value) for value in row.values()
                    ))
                    for row in rows
                ),
            )
        )  # fmt: skip
        self.invalidate_model()
        return set(inserted)
