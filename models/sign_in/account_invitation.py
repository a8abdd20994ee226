from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...failures import AccountNotOffered
from ...tools.masking import mask_address


class FinancePortalAccount(models.Model):
    """From a secure link to an account: the setup link goes to the address on file."""

    _inherit = "finance.portal.account"

    @api.model
    def _is_offered_to(self, link):
        """Return whether the page of a link offers its recipient an account.

        To contacts of the customer who have none: not to extra recipients (rule L10), not to whom
        staff closed theirs, and not to whom nobody of staff ever said that they belong there.
        """
        if not link._may_ask_for_account():
            return False
        account, has_login = self._find_ways_in(link.partner_id)
        if account:
            return account._is_open() and not account.set_up_at
        if has_login:
            return False
        if self._is_added_by_outsider(link.partner_id):
            return False  # it would show all documents to whom a colleague, say, named for a few
        # Otherwise who opened it reads the mail at an address that was the contact's.
        return link.email in self._list_mailboxes(link.partner_id)

    @api.model
    def _find_ways_in(self, partner):
        """Return a contact's account (sudo), if any, and whether it has a login, maybe archived.

        In one query: each click on a link asks.
        """
        self.flush_model(["partner_id"])
        self.env["res.users"].flush_model(["partner_id"])
        [(account, has_login)] = self.env.execute_query(
            SQL(
                "SELECT (SELECT id FROM finance_portal_account WHERE partner_id = %(partner)s),"
                " EXISTS (SELECT FROM res_users WHERE partner_id = %(partner)s)",
                partner=partner.id,
            )
        )
        # sudo: asked on behalf of visitors
        return self.sudo().browse(account), has_login

    @api.model
    def _invite_by_link(self, access):
        """Mail the recipient of a link the setup link of an account, if they may have one.

        The answer does not tell whether they have one already, or why they get no email.

        :param access: what the visitor was let in by (sudo); only a link's page offers it
        :return: the address on file, with most of it hidden
        :raise AccountNotOffered: its page offers no account
        """
        if not access._may_ask_for_account():
            raise AccountNotOffered("no account to offer", access=access)
        partner = access.partner_id
        # An update, not a mere lock: who comes second begins anew and finds the account.
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = write_date WHERE id = %s",
            [partner.id],
            log_exceptions=False,
        )
        if self._is_offered_to(access):
            Scope = self.env["finance.portal.scope"]
            path = f"/finance/d/{Scope._make_ref(access._get_document())}"
            # sudo: the company offers accounts to its customers' contacts
            accounts = self.sudo().with_company(access.company_id)
            try:
                with self.env.cr.savepoint():
                    accounts._invite(partner, path, access.email, access.company_id)
            except AccessError:
                raise  # no rule of ours
            except UserError:
                # Somebody else signs in with that address: staff see it in the Portal Access tab.
                self.env.invalidate_all()
        return mask_address(access.email or partner.email_normalized)

    @api.model
    def _invite(self, partner, next_path, address, company):
        """Give a contact an account, unless there is one, and mail the setup link; in sudo.

        It shows own documents only if nobody vouches for the address.

        :param str address: the one that a new account is for
        :param company: whose link they came by: it offers accounts to its customers
        :raise UserError: they cannot have one
        """
        account = self.search([("partner_id", "=", partner.id)])
        is_shown = company in account.company_ids
        if account:
            account._show_companies(account.company_ids | company)
        else:
            account = self._open_with(partner, address, company)
        if not is_shown:
            account._limit_unless_vouched(company)
        if account.set_up_at:
            account._mail_joined(next_path)
        elif account._has_room_for_mail():
            account._mail_account_link("setup", next_path=next_path, on_request=True)
