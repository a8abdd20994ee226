from odoo import api, fields, models

# What decides whether a session is valid, and what it may see.
DECIDING = {
    "login_id", "own_documents", "customer_id", "company_ids", "disabled_at", "suspended_at",
    "email",
}  # fmt: skip


class FinancePortalAccount(models.Model):
    """A customer's account in the portal: one per contact, opened and closed by staff.

    Signing in, passwords and sessions are those of Odoo's user behind it, and what we add to
    them is in ``login_id``: the same person may have accounts with several customers. What
    follows from a row is worked out, never stored.
    """

    _name = "finance.portal.account"
    _description = "Customer Portal Account"
    _inherit = "finance.portal.system.record.mixin"
    _order = "id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, readonly=True, ondelete="cascade"
    )
    login_id = fields.Many2one(
        "finance.portal.login", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        related="login_id.user_id", store=True, precompute=True, index=True, ondelete="cascade"
    )
    customer_id = fields.Many2one(
        "res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The customer whose documents the account shows. A contact who moves to"
        " another company sees none.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        help="Opened it, or took it over: its name and address appear in the emails.",
    )
    own_documents = fields.Boolean(
        "Only Their Own Documents",
        help="Sees only documents that name this contact, not their colleagues'.",
    )
    set_up_at = fields.Datetime(related="login_id.set_up_at", readonly=False)
    signed_in_at = fields.Datetime(related="login_id.signed_in_at", readonly=False)
    disabled_at = fields.Datetime("Disabled", readonly=True)
    disabled_by_id = fields.Many2one("res.users", readonly=True)
    session_version = fields.Integer(related="login_id.session_version", readonly=False)
    failures = fields.Integer(related="login_id.failures", readonly=False)
    locked_until = fields.Datetime(related="login_id.locked_until", readonly=False)

    _one_per_contact = models.UniqueIndex("(partner_id)")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Complete what an account shows, then what it shares with others of the same user."""
        return super().create([self._share_login(self._show_opener(vals)) for vals in vals_list])

    @api.model
    def _share_login(self, vals):
        """Have accounts of the same user share what concerns signing in."""
        given = {**vals}
        if user_id := given.pop("user_id", None):
            given["login_id"] = self.env["finance.portal.login"]._get_of(user_id).id
        return given

    def write(self, vals):
        """Clear every worker's cache of sessions and rules when they change."""
        result = super().write(vals)
        if DECIDING & vals.keys():
            self.flush_recordset()
            self.env.registry.clear_cache()
        return result

    # === BUSINESS METHODS === #

    def _is_open(self):
        """Return whether its contact may use the portal now, once signed in; no account may not."""
        return bool(self) and not self._get_closed_reason()

    def _get_closed_reason(self):
        """Return why its contact may not use the portal: the one place that decides this.

        :return: "moved" (to another customer), "disabled" (by staff), "archived" (the contact or
            the user), "suspended" (until a manager confirms the address), or ``None`` for an open
            account
        """
        self.ensure_one()
        if self.partner_id.commercial_partner_id != self.customer_id:
            return "moved"
        if self.disabled_at:
            return "disabled"
        if not (self.user_id.active and self.partner_id.active):
            return "archived"
        return "suspended" if self._is_suspended() else None

    def _prepare_event_values(self):
        """Return what an event stores about an account."""
        self.ensure_one()
        return {
            "account_id": self.id,
            "partner_id": self.partner_id.id,
            "email": self.email,
            "company_id": self.company_id.id,
        }
