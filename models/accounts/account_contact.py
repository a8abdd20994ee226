from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class FinancePortalAccount(models.Model):
    """Update accounts when their contacts change.

    Whether an account is open is worked out again on every request; here it is also closed for
    good as soon as a change is known, so that undoing the change opens nothing.
    """

    _inherit = "finance.portal.account"

    @api.model
    def _find_followed(self, partners, contacts_too=False):
        """Return the accounts (sudo) that follow what becomes of contacts.

        All that were not disabled, and those that were closed without review, see
        ``closed_unreviewed``: else somebody could archive a contact first, and then change the
        address without anybody hearing of it.

        :param bool contacts_too: whether those of all contacts below them count as well
        """
        operator = "child_of" if contacts_too else "in"
        # sudo: the rules hold for every user's change
        Account = self.sudo().with_context(active_test=False)
        followed = Domain("disabled_at", "=", False) | Domain("closed_unreviewed", "=", True)
        return Account.search(Domain("partner_id", operator, partners.ids) & followed)

    def _get_addresses(self):
        """Return ``{account: addresses}`` of their contacts, for :meth:`_follow_contacts`."""
        return {account: account._get_mailboxes() for account in self}

    def _follow_contacts(self, addresses):
        """Close accounts whose contact moved to another customer, and settle new addresses.

        Another address beside the confirmed one makes no difference to the account.

        :param dict addresses: what :meth:`_get_addresses` said before the change
        :raise UserError: somebody else signs in with a new address
        """
        accounts = self.exists()
        accounts.filtered(
            lambda account: not account.disabled_at and account._get_closed_reason() == "moved"
        )._settle("moved")
        accounts.filtered(
            lambda account: (
                (not account.disabled_at or account.closed_unreviewed)
                and account._get_mailboxes() != addresses[account]
                and account._is_suspended()
            )
        )._settle("address")

    @api.model
    def _delete_with(self, partners):
        """Delete the closed accounts of contacts that are being deleted, and their users.

        :raise UserError: one of them is still open, or one that shows a customer's documents
        """
        partners.check_access("unlink")
        theirs = Domain("partner_id", "in", partners.ids)
        shown = theirs | Domain("customer_id", "in", partners.ids)
        Account = self.sudo()  # sudo: the rules hold for every user's change
        if still_open := Account.search(shown & Domain("disabled_at", "=", False)):
            raise UserError(
                self.env._(
                    "%s can sign in to the customer portal. Disable that first on the contact's"
                    " Portal Access tab, or archive the contact instead.",
                    ", ".join(still_open.partner_id.mapped("name")),
                )
            )
        accounts = Account.search(theirs)
        users = accounts.user_id | self._get_users_of(partners, closed_too=True).filtered(
            self._is_ours
        )
        accounts.unlink()
        for user in users:
            # Who has other accounts is somebody's user still.
            if rest := Account.search([("user_id", "=", user.id)]):
                rest._keep_user()
            else:
                user.unlink()
