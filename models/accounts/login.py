from odoo import api, fields, models


class FinancePortalLogin(models.Model):
    """A person who signs in to the portal: one password, one lock, one set of sessions.

    Behind it is one of Odoo's users. The same person may have accounts with several
    customers: each is a row of ``finance.portal.account``, opened and closed singly, and what
    concerns signing in stands here, once.
    """

    _name = "finance.portal.login"
    _description = "Customer Portal Sign-In"
    _inherit = "finance.portal.system.record.mixin"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    account_ids = fields.One2many("finance.portal.account", "login_id", readonly=True)
    # Not read-only, for an account's fields of these names to be written through.
    set_up_at = fields.Datetime("Set Up", help="When a password was first chosen.")
    signed_in_at = fields.Datetime("Last Signed In")
    # Another number ends all sessions, see ``res_users.py``.
    session_version = fields.Integer(default=0)
    failures = fields.Integer("Wrong Passwords", default=0)
    locked_until = fields.Datetime()

    _one_per_user = models.UniqueIndex("(user_id)")

    # === CRUD METHODS === #

    def write(self, vals):
        """Clear every worker's cache of sessions when they end."""
        result = super().write(vals)
        if "session_version" in vals:
            self.flush_recordset()
            self.env.registry.clear_cache()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _get_of(self, user_id):
        """Return the row (sudo) of a user, a new one where there is none."""
        # sudo: nobody has the right to make or change them
        logins = self.sudo()
        return logins.search([("user_id", "=", user_id)]) or logins.create({"user_id": user_id})
