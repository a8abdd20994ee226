from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from .account_identity import NO_DOUBT


class FinancePortalAccount(models.Model):
    """Opening and closing an account. Whoever calls this checked that the user may."""

    _inherit = "finance.portal.account"

    adopted = fields.Boolean(
        readonly=True, help="Its user existed before, created by Odoo's own portal wizard."
    )

    # === OPENING === #

    @api.model
    def _enable(self, partner, email=None):
        """Give a contact an account, new or again, and mail the setup link.

        :param partner: the contact
        :param str email: the address that is confirmed, by default the contact's; one that the
            contact doesn't have yet is written to it
        :return: the account (sudo)
        :raise UserError: naming the remedy
        """
        partner.ensure_one()
        address = email_normalize(email) if email else partner.email_normalized
        if email and address not in self._list_mailboxes(partner):
            partner.email = address or email
        if obstacle := self._describe_unfit(partner):
            raise UserError(obstacle)
        # sudo: nobody has the right to make or change accounts, they are opened here only
        account = self.sudo().search([("partner_id", "=", partner.id)])
        if account:
            account._enable_again(address)
        elif user := self._get_users_of(partner, closed_too=True)[:1]:
            account = self._adopt(user, address)
            if not account.set_up_at:
                account._mail_account_link("setup")
        else:
            account = self._open_with(partner, address, self._get_own_companies())
            account._mail_way_in()
        account._vouch()
        return account

    def _enable_again(self, address):
        """Enable a contact who has an account (sudo), open or closed.

        :raise AccessError: that touches what it shows of companies the user doesn't work for
        """
        if not self._is_open():
            self._reopen(with_setup_link=True, address=address)
            return
        is_new_address = self.email != address
        is_more = bool(self._get_own_companies() - self.company_ids)
        if is_new_address or not is_more:
            self._check_companies()
        is_another = is_new_address and self._confirm_address(address)
        if is_more:
            self._add_companies()
        if is_another:
            return  # how to get in with that login was mailed
        # Who is to choose the first password got the link along with the companies.
        if not is_more or (is_new_address and self.set_up_at):
            self._mail_account_link(self._get_link_purpose())

    @api.model
    def _adopt(self, user, address=None):
        """Manage a user of Odoo's own portal as a customer portal account.

        Who signs in with the confirmed address since staff invited them keeps the password, when
        there is one.

        :param str address: the one to confirm, by default the contact's
        :return: the account (sudo)
        :raise UserError: the user is staff, or somebody else signs in with the address
        :raise AccessError: other companies opened that login
        """
        user = user.sudo()  # sudo: whoever opens accounts need not be an admin
        if self._is_staff(user):
            raise UserError(self._describe_staff(user))
        self._check_may_act_for(user.partner_id, user.company_ids)
        address = address or user.partner_id.email_normalized
        self._check_login_free(user.partner_id, user, address)
        is_known = self._keeps_password(user, address)
        account = self._open_for(
            user.partner_id, user, self._get_own_companies(), adopted=True, email=address
        )
        account._take_over_user()
        account._vouch()
        if is_known:
            account._drop_api_keys()
            account._end_sessions()
        else:
            account._forget_password()
        return account

    @api.model
    def _keeps_password(self, user, address):
        """Return whether a user of Odoo's own portal keeps the password when managed here.

        Whom staff made chose it by a link that was mailed to their login. Who signed up at the
        website may have typed anybody's address, and a login that isn't the address which is
        confirmed now may be anybody's: only the mail that goes there tells.
        """
        # sudo: only what kind of user it was
        creator, login = user.sudo().create_uid, user.sudo().login
        return email_normalize(login) == address and bool(creator) and creator._is_internal()

    def _reopen(self, with_setup_link, address=None):
        """Reopen a closed account, for the customer that its contact belongs to now.

        It shows the documents of the user's companies: that others showed theirs ended as it was
        closed.

        :param bool with_setup_link: whether the old password is void and a new one is to be
            chosen; who never chose one gets the link in any case. One that opens another
            customer's account stays as it is.
        :param str address: the one to confirm, as for :meth:`_confirm_address`
        :raise UserError: naming the remedy
        :raise AccessError: it isn't closed, and shows documents of companies the user doesn't
            work for
        """
        self.ensure_one()
        account = self.sudo()  # sudo: nobody has the right to change accounts
        if obstacle := self._describe_unfit(account.partner_id):
            raise UserError(obstacle)
        companies = self._get_own_companies()
        if account._get_closed_reason() in (None, "suspended"):
            account._check_companies()
            companies |= account.company_ids
        address = account._check_address(address)
        account._show_companies(companies)
        customer = account.partner_id.commercial_partner_id
        account.write(
            {
                **NO_DOUBT,
                "email": address,
                "customer_id": customer.id,
                "disabled_at": False,
                "disabled_by_id": False,
            }
        )
        account._vouch()
        account._sign_in_again(with_setup_link, address)

    def _sign_in_again(self, with_setup_link, address):
        """Let the contact of an account that was just reopened (sudo) in, see :meth:`_reopen`."""
        self._sign_in_with(address)
        is_shared = bool(self._get_others())
        if not is_shared:
            self.write({"failures": 0, "locked_until": False})
            # It may have been left to another customer's account, which was closed meanwhile.
            self._keep_user()
            self._take_over_user()
        self._end_asking()
        self.env["finance.portal.event"]._record("account_enabled", account=self)
        if with_setup_link and not is_shared:
            self._forget_password()
        if is_shared or not self.set_up_at:
            self._mail_way_in()

    def _unlock(self):
        """End the lock after wrong passwords, at once."""
        # sudo: nobody has the right to change accounts
        locked = self.sudo().filtered(lambda account: account.failures or account.locked_until)
        locked.write({"failures": 0, "locked_until": False})
        self.env["finance.portal.event"]._record("unlocked", account=locked)

    def _limit(self, own_documents):
        """Let the contact see only documents that name them, or all of their customer's.

        :param bool own_documents: the former; the latter says that the address is theirs
        """
        self.ensure_one()
        if self.unvouched_by_id:
            self._end_asking()
        self.write({"own_documents": own_documents, "unvouched_by_id": False})
        if not own_documents:
            self._vouch()
        kind = "limited" if own_documents else "unlimited"
        self.env["finance.portal.event"]._record(kind, account=self)

    # === CLOSING === #

    def _disable(self, reason):
        """Close accounts: who has no other can't sign in, and every session ends at once.

        :param str reason: a key of an event's ``reason``
        """
        # sudo: contacts are also archived and moved by whoever may not change accounts
        reviewed = self.sudo().filtered("closed_unreviewed")
        reviewed.closed_unreviewed = False
        reviewed._end_asking()
        for account in self.sudo().filtered(lambda account: not account.disabled_at):
            account.write({"disabled_at": fields.Datetime.now(), "disabled_by_id": self.env.uid})
            self._hold(account.user_id)
            if others := account._get_others():
                others._keep_user()
            else:
                account.user_id.active = False
            account._close_mailed()
            account._end_asking()
            self.env["finance.portal.event"]._record(
                "account_disabled", account=account, reason=reason
            )

    def _end_sessions(self):
        """Sign its contact out everywhere, at the next request of each session, see ``write``."""
        for login in self.login_id:
            login.session_version += 1
        self._drop_trusted_browsers()

    def _forget_password(self):
        """Revoke the old password and every other way in of whoever had it.

        Two-factor goes too: it would keep a new person out, whose app doesn't have the secret.
        """
        self.ensure_one()
        self.set_up_at = False
        self._drop_api_keys()
        # Of apps that not everybody has: passkeys, two-factor, and signing in with another
        # company's account.
        if "auth_passkey_key_ids" in self.user_id._fields:
            self.user_id.auth_passkey_key_ids.unlink()
        gone = {"totp_secret", "oauth_uid", "oauth_provider_id", "oauth_access_token"}
        if known := gone & self.user_id._fields.keys():
            self.user_id.write(dict.fromkeys(known, False))
        self.env.cr.execute("UPDATE res_users SET password = NULL WHERE id = %s", [self.user_id.id])
        self._end_sessions()

    def _drop_api_keys(self):
        """Delete the keys with which programs would act as its user: customers have none."""
        # sudo: keys are their user's own
        self.env["res.users.apikeys"].sudo().search([("user_id", "in", self.user_id.ids)]).unlink()

    def _drop_trusted_browsers(self):
        """Have every browser asked for the code again, where there is two-factor."""
        # sudo: whom a user trusts is theirs alone
        users = self.sudo().user_id
        if "totp_trusted_device_ids" in users._fields:
            users.totp_trusted_device_ids.unlink()

    # === HELPERS === #

    @api.model
    def _open_for(self, partner, user, companies, adopted=False, email=None):
        """Create the account (sudo) of a contact and their user.

        :param companies: whose documents it shows
        :param str email: the confirmed address, by default what the user signs in with
        """
        self.env.cr.execute("SELECT 1 FROM res_users WHERE id = %s AND password <> ''", [user.id])
        has_password = bool(self.env.cr.rowcount)
        # sudo: nobody has the right to make accounts
        account = self.sudo().create(
            {
                "partner_id": partner.id,
                "user_id": user.id,
                "customer_id": partner.commercial_partner_id.id,
                "company_id": self._choose_company(partner, companies).id,
                "company_ids": [Command.set(companies.ids)],
                "email": email or user.login,
                "adopted": adopted,
                "set_up_at": has_password and (user.login_date or fields.Datetime.now()),
            }
        )
        # Also of staff who let a job do it; Odoo itself is nobody.
        is_staff = self.env.uid != SUPERUSER_ID and self.env.user._is_internal()
        by = {"user_id": self.env.uid} if is_staff else {}
        self.env["finance.portal.event"]._record("account_enabled", account=account, **by)
        return account

    @api.model
    def _create_user(self, partner, address):
        """Create a contact's user (sudo), as Odoo's own wizard does, without a password."""
        self._check_login_free(partner, address=address)
        company = partner.company_id or self.env.company
        # As the system: in a context or a default of whoever opens it, there may be a password.
        Users = self.env(user=SUPERUSER_ID, context={"no_reset_password": True})["res.users"]
        user = Users._create_user_from_template(
            {
                "partner_id": partner.id,
                "email": partner.email,
                "login": address,
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": self._get_group_commands(),
            }
        )
        return user.with_env(self.env).sudo()  # sudo: they need not be an admin

    def _take_over_user(self):
        """Make its user a customer portal user who signs in with the confirmed address."""
        user, login = self.user_id, self.email
        vals = {"active": True, "group_ids": self._get_group_commands()}
        # Only a real change: Odoo tells the user of it by email.
        user.write({**vals, "login": login} if user.login != login else vals)

    @api.model
    def _get_group_commands(self):
        """Return what makes a user one of the customer portal, and of nothing else."""
        portal = self.env.ref("base.group_portal")
        own = self.env.ref("finance_portal.group_finance_portal_account")
        return [Command.set((portal | own).ids)]

    @api.model
    def _get_users_of(self, partners, closed_too=False):
        """Return the users (sudo) of contacts, managed or not: who has a login.

        :param bool closed_too: whether archived users count as well; they come last
        """
        # sudo: whoever may see the contact may know that they have a login
        Users = self.env["res.users"].sudo()
        if closed_too:
            Users = Users.with_context(active_test=False)
        return Users.search([("partner_id", "in", partners.ids)], order="active desc, id")

    @api.model
    def _find_users_with(self, address):
        """Return the users (sudo), archived ones too, who sign in with an email address."""
        return self._list_users_with([address])[address]

    @api.model
    def _check_login_free(self, partner, user=None, address=None, may_join=False):
        """Raise when somebody else signs in with this contact's address.

        :param str address: which one, by default the first
        :param bool may_join: whether a person who does so for other customers is no obstacle
        :raise UserError: naming who
        """
        address = address or partner.email_normalized
        if not address:
            raise UserError(
                self.env._(
                    "%s has no valid email address. Enter one first.",
                    partner._finance_portal_get_name(),
                )
            )
        others = self._find_users_with(address) - (user or self.env["res.users"])
        if may_join:
            others -= self._find_person(partner, address)
        if other := others[:1]:
            raise UserError(
                self._describe_taken(partner._finance_portal_get_name(), other, address)
            )
