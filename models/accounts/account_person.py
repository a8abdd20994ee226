from odoo import Command, api, models


class FinancePortalAccount(models.Model):
    """One person, several customers: accounts that share a sign-in.

    A login is whose who reads the mail at its address. So an account joins one only by its
    confirmed address, and leaves it when another address is confirmed; the login itself, with
    its password, stays where it is as long as another account uses it.
    """

    _inherit = "finance.portal.account"

    def _get_others(self):
        """Return the same person's other accounts (sudo) that weren't disabled."""
        self.ensure_one()
        accounts = self.sudo().login_id.account_ids  # sudo: only whose they are
        return accounts.filtered(lambda account: not account.disabled_at) - self

    def _get_all_open(self):
        """Return all accounts (sudo) of the same person that are open."""
        accounts = self.sudo().login_id.account_ids  # sudo: only whose they are
        return accounts.filtered(lambda account: account._is_open())

    def _choose_first(self):
        """Return the one of these accounts of one person that stands for them all.

        An open one, and rather that of the contact who is Odoo's user.
        """
        return self.sorted(
            lambda account: (
                not account._is_open(),
                account.partner_id != account.user_id.partner_id,
                account.id,
            )
        )[:1]

    # === JOINING AND LEAVING === #

    @api.model
    def _hold(self, users):
        """Let nobody else join or leave these users' logins until this is through."""
        # An update, not a mere lock: who comes second begins anew and sees what changed.
        self.env.cr.execute(
            "UPDATE finance_portal_login SET write_date = write_date WHERE user_id = ANY(%s)",
            [users.ids],
            log_exceptions=False,
        )

    @api.model
    def _is_ours(self, user):
        """Return whether a user is one of the customer portal, and of nothing else."""
        # Not `ref`, which asks the database for each user.
        own = "finance_portal.group_finance_portal_account"
        return user.share and self.env["ir.model.data"]._xmlid_to_res_id(own) in user.group_ids.ids

    @api.model
    def _find_person(self, partner, address):
        """Return the user (sudo) who signs in with an address, if a contact may share that."""
        found = self._list_users_with([address])
        persons = self._find_persons({partner: address}, found)
        return persons.get(partner, self.env["res.users"])

    @api.model
    def _find_persons(self, wanted, found):
        """Return ``{contact: user (sudo)}`` of those who may share the sign-in of their address.

        Not with a colleague: two accounts with one customer would show the same documents. Nor
        where somebody archived the user: that would open the other accounts again.

        :param dict wanted: the address of each contact
        :param dict found: as :meth:`_list_users_with` returns it
        """
        users = self.env["res.users"].union(*(found[address] for address in wanted.values()))
        # sudo: only whose they are
        opened = self.sudo().search([("user_id", "in", users.ids), ("disabled_at", "=", False)])
        accounts = opened.grouped("user_id")
        persons = {}
        for partner, address in wanted.items():
            user = found[address]
            if len(user) != 1 or user.login != address or not self._is_ours(user):
                continue
            others = accounts.get(user, self).filtered(
                lambda account, partner=partner: account.partner_id != partner
            )
            if partner.commercial_partner_id in others.customer_id:
                continue
            if user.active or not others:
                persons[partner] = user
        return persons

    @api.model
    def _open_with(self, partner, address, companies):
        """Give a contact without a user an account, with the login of whoever has the address.

        :return: the account (sudo)
        :raise UserError: who signs in with it can't share it
        """
        self._check_login_free(partner, address=address, may_join=True)
        person = self._find_person(partner, address)
        self._hold(person)
        user = person or self._create_user(partner, address)
        account = self._open_for(partner, user, companies, email=address)
        if person:
            account._settle_in()
        return account

    def _sign_in_with(self, address):
        """Have the contact sign in with an address that was confirmed and may be used.

        :return: whether that is another login than before
        """
        self.ensure_one()
        user, before = self._find_person(self.partner_id, address), self.user_id
        self._hold(user | before)
        # The old login stays that of whoever reads the mail at its address, also where the other
        # accounts are closed: one of them may be opened again, with the old password.
        is_left = before.login != address and bool(self.login_id.account_ids - self)
        if not user and (is_left or self._get_others()):
            user = self._create_user(self.partner_id, address)
        if user and user != before:
            self._move_to(user)
            return True
        if before.login != address:
            before.login = address
        return False

    def _move_to(self, user):
        """Sign in as another user from now on; the one before is left to its other accounts."""
        before, others = self.login_id, self._get_others()
        if not others:
            before.session_version += 1
            before.user_id.active = False
        if left := others or before.account_ids - self:
            left._keep_user()
        self.login_id = self.env["finance.portal.login"]._get_of(user.id)
        self._settle_in()

    def _settle_in(self):
        """Take over a login that no other account uses: with a new password, as its own."""
        if self._get_others():
            return
        self._keep_user()
        self._take_over_user()
        self._forget_password()

    def _keep_user(self):
        """Have Odoo's user be one of these accounts' contacts, preferably of an open one."""
        user, contacts = self.user_id, self.partner_id
        if user.partner_id in contacts and user.partner_id.active:
            return
        contact = self._choose_first().partner_id
        vals = {"partner_id": contact.id}
        if (company := contact.company_id) and company not in user.company_ids:
            # Else Odoo's rules would keep them from their own contact.
            vals.update(company_id=company.id, company_ids=[Command.set(company.ids)])
        user.write(vals)

    # === WHAT PEOPLE READ === #

    def _mail_way_in(self):
        """Mail how to get in: a link to choose the first password, or that the old one does."""
        if self.set_up_at:
            self._mail_joined()
        else:
            self._mail_account_link("setup")

    @api.model
    def _describe_customers(self, accounts):
        """Return whom else a person signs in for, as far as the user may know it, or ``None``."""
        if not accounts:
            return None
        own = self._get_own_companies()
        known = accounts.filtered(lambda account: account.company_ids & own)
        names = known.customer_id.mapped("display_name")
        return ", ".join(names) if names else self.env._("another customer")

    @api.model
    def _describe_joining(self, partner, address):
        """Return in a sentence that a contact would share another account's login, if so."""
        person = address and self._find_person(partner, address)
        # sudo: only whom they sign in for
        accounts = person and self.sudo().search(
            [
                ("user_id", "=", person.id),
                ("disabled_at", "=", False),
                ("partner_id", "!=", partner.id),
            ]
        )
        customers = accounts and self._describe_customers(accounts)
        if not customers:
            return False
        if not accounts.login_id.set_up_at:
            return self.env._(
                "This person is already invited to sign in for %(customers)s. The password they"
                " choose will open both.",
                customers=customers,
            )
        return self.env._(
            "This person already signs in for %(customers)s. The same sign-in will open both, and"
            " an email tells them.",
            customers=customers,
        )
