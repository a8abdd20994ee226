from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, config

# What every page of a signed-in customer reads of their accounts.
READ_FIELDS = (
    "company_id", "customer_id", "disabled_at", "email", "own_documents", "partner_id",
    "suspended_at", "user_id",
)  # fmt: skip


class ResUsers(models.Model):
    """Users behind customer portal accounts: what they are, and what they are kept from."""

    _inherit = "res.users"

    def _finance_portal_is_managed(self):
        """Return whether this is a customer who uses our portal and nothing of Odoo's.

        Customers whom staff let in by Odoo's own dialog are not; they keep its portal.
        """
        return not self._is_internal() and self.has_group(
            "finance_portal.group_finance_portal_account"
        )

    def _finance_portal_get_accounts(self):
        """Return the customer accounts (sudo) of this user, one for each customer."""
        # sudo: customers have no rights on accounts, not even their own
        Account = self.env["finance.portal.account"].sudo()
        if not self.id:
            return Account
        return Account.search_fetch([("user_id", "=", self.id)], READ_FIELDS)

    def _finance_portal_get_account(self):
        """Return the account (sudo) that stands for this user; empty where there is none."""
        return self._finance_portal_get_accounts()._choose_first()

    def _finance_portal_get_own_account(self):
        """Return the open account (sudo) of the user's own contact, as whom Odoo knows them."""
        return self._finance_portal_get_accounts().filtered(
            lambda account: account.partner_id == self.partner_id and account._is_open()
        )

    def _finance_portal_get_rule(self, model, through=None):
        """Return what a record rule lets this user see of a model, beside Odoo's own rules.

        Staff see everything; whoever uses Odoo's own portal, all but what stayed with a customer
        whom its contact left: Odoo's rules go by the contact.

        :param str model: a model that is shared with customers
        :param str through: the field that leads to such a record, for what belongs to one
        """
        if self._is_internal():
            return Domain.TRUE
        if not self._finance_portal_is_managed():
            domain = self.env[model]._finance_portal_get_unstayed_domain(self.commercial_partner_id)
            return Domain(through, "any", domain) if through and not domain.is_true() else domain
        account = self._finance_portal_get_own_account()
        if not account:
            return Domain.FALSE
        Scope = self.env["finance.portal.scope"]
        domain = Scope._get_viewer_domain(model, account._as_viewer())
        return Domain(through, "any", domain) if through else domain

    # === SESSIONS === #

    def _get_session_token_query_params(self):
        """End an account's sessions on every worker as soon as its session version changes.

        An account that never had sessions ended, and a user without an account, add nothing:
        installing the addon signs nobody out.
        """
        params = super()._get_session_token_query_params()
        params["select"] = SQL(
            "%s, (SELECT NULLIF(session_version, 0) FROM finance_portal_login"
            " WHERE user_id = res_users.id) AS finance_portal_session_version",
            params["select"],
        )
        return params

    def _compute_session_token(self, sid):
        """Ask the primary database where Odoo reads from a replica, not what a worker remembers.

        The workers hear from the replica, too, that another one changed a user: while it lags, a
        session that was ended would go on in them.
        """
        if config["db_replica_host"] and not self.env.cr.readonly:
            return self._session_token_hash_compute(sid, self._session_token_get_values())
        return super()._compute_session_token(sid)
