from odoo import api, models
from odoo.exceptions import UserError


class FinancePortalAccount(models.Model):
    """Update accounts when their contacts change.

    Whether an account is open is worked out again on every request; here it is also closed for
    good as soon as a change is known, so that undoing the change opens nothing.
    """

    _inherit = "finance.portal.account"

    @api.model
    def _find_open_of(self, partners, contacts_too=False):
        """Return the accounts (sudo) of contacts that were not disabled.

        :param bool contacts_too: whether those of all contacts below them count as well
        """
        operator = "child_of" if contacts_too else "in"
        # sudo: the rules hold for every user's change
        Account = self.sudo().with_context(active_test=False)
        return Account.search([("partner_id", operator, partners.ids), ("disabled_at", "=", False)])

    def _follow_contacts(self):
        """Close accounts whose contact moved to another customer, and apply new addresses.

        :raise UserError: somebody else signs in with a new address
        """
        accounts = self.exists()
        moved = accounts.filtered(lambda account: account._get_closed_reason() == "moved")
        moved._disable("moved")
        for account in accounts - moved:
            if account.partner_id.email_normalized != account.user_id.login:
                account._follow_address()

    def _follow_address(self):
        """Make the contact's current address the login.

        Whoever reads the old mailbox is signed out, and what was mailed there opens nothing.
        Without a usable address the old one stays the name to sign in with, until there is one.
        """
        self.ensure_one()
        self.mailed_link_ids._end()
        self._end_sessions()
        if address := self.partner_id.email_normalized:
            self._check_login_free(self.partner_id, self.user_id)
            self.user_id.login = address
            self.env["finance.portal.event"]._record("login_changed", account=self)

    @api.model
    def _delete_with(self, partners):
        """Delete the closed accounts of contacts that are being deleted, and their users.

        :raise UserError: one of them is still open
        """
        partners.check_access("unlink")
        # sudo: the rules hold for every user's change
        accounts = self.sudo().search([("partner_id", "in", partners.ids)])
        if still_open := accounts.filtered(lambda account: not account.disabled_at):
            raise UserError(
                self.env._(
                    "%s can sign in to the customer portal. Disable that first, on the Portal"
                    " Access tab of the contact, or archive the contact instead.",
                    ", ".join(still_open.partner_id.mapped("name")),
                )
            )
        users = accounts.user_id
        accounts.unlink()
        users.unlink()
