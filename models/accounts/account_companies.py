from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import MANAGER

MAX_NAMED = 3


class FinancePortalAccount(models.Model):
    """Whose documents an account shows, and who may act for that: the company boundary.

    An account shows the documents of the companies whose managers opened it or agreed. Whoever
    does something that touches all of it has to work for all of them.
    """

    _inherit = "finance.portal.account"

    company_ids = fields.Many2many(
        "res.company",
        "finance_portal_account_company_rel",
        "account_id",
        "company_id",
        "Shows Documents Of",
        readonly=True,
        context={"active_test": False},
        help="The companies whose managers opened the account, or agreed to it.",
    )

    # === AS IT IS OPENED === #

    @api.model
    def _show_opener(self, vals):
        """Show the documents of the company that opens an account, unless told of more."""
        return {"company_ids": [Command.set([vals["company_id"]])], **vals}

    # === WHO MAY === #

    @api.model
    def _may_act_for(self, user, partners, companies):
        """Return whether a user may act for a customer in these companies: the one place.

        They have to work for all of them, and for those that the customer and its contact are
        kept to. Nobody works for an archived company, so those bar nobody.

        :param partners: the customer, and the contact it is about
        """
        # sudo: only which companies they are
        needed = companies.sudo() | partners.sudo().company_id
        return not (needed - user._finance_portal_get_companies()).filtered("active")

    def _may_be_changed_by(self, user):
        """Return whether a user may do what touches all that the account shows."""
        self.ensure_one()
        account = self.sudo()  # sudo: only whose it is
        partners = account.partner_id | account.customer_id
        return self._may_act_for(user, partners, account.company_ids)

    def _check_companies(self):
        """Raise unless the user may do what touches all that the account shows.

        :raise AccessError: naming who can
        """
        for account in self.sudo():  # sudo: only whose it is
            partners = account.partner_id | account.customer_id
            self._check_may_act_for(partners, account.company_ids)

    def _check_may_unlock(self):
        """Raise unless the user works for all companies whose documents the same sign-in opens.

        Whoever lifts a lock again and again lets somebody guess without end.

        :raise AccessError: naming who can
        """
        self.ensure_one()
        opened = self._get_all_open()
        companies = opened.company_ids | (opened.partner_id | opened.customer_id).company_id
        account = self.sudo()  # sudo: only whose it is
        self._check_may_act_for(account.partner_id | account.customer_id, companies)

    @api.model
    def _check_may_act_for(self, partners, companies):
        """Raise unless the user may act for a customer, see :meth:`_may_act_for`.

        :raise AccessError: naming who can
        """
        if not self._may_act_for(self.env.user, partners, companies):
            raise AccessError(self._describe_who_can(partners, companies))

    @api.model
    def _describe_who_can(self, partners, companies, managers=None):
        """Return in a sentence who may do for a contact what the user may not.

        :param partners: the contact, and its customer
        :param managers: those of all companies (sudo), when they are known
        """
        managers = self._get_managers() if managers is None else managers
        able = managers.filtered(lambda user: self._may_act_for(user, partners, companies))
        # sudo: whoever may see the contact may know their name
        values = {
            "name": partners[:1].sudo()._finance_portal_get_name(),
            "managers": ", ".join(able[:MAX_NAMED].mapped("name")),
        }
        if able:
            return self.env._(
                "The portal account of %(name)s is also for companies that you don't work for. Ask"
                " a manager who works for all of them: %(managers)s.",
                **values,
            )
        return self.env._(
            "The portal account of %(name)s is also for companies that you don't work for, and no"
            " Finance Portal manager works for all of them. Ask an administrator.",
            **values,
        )

    @api.model
    def _describe_missing(self, companies):
        """Return in a sentence which of the user's companies an account shows nothing of."""
        if len(companies) > MAX_NAMED:
            return self.env._("Doesn't show documents of %s of your companies.", len(companies))
        names = ", ".join(companies.mapped("name"))
        return self.env._("Doesn't show documents of %(companies)s.", companies=names)

    @api.model
    def _get_managers(self):
        """Return the managers (sudo) of all companies."""
        # sudo: only who they are, and for whom they work
        Users = self.env["res.users"].sudo()
        return Users.search(Domain("all_group_ids", "in", self.env.ref(MANAGER).ids), order="id")

    # === WHAT IT SHOWS === #

    @api.model
    def _get_own_companies(self):
        """Return the companies (sudo) that the user can open an account for."""
        return self.env.user._finance_portal_get_companies()

    def _get_shown_companies(self, staff):
        """Return the companies (sudo) whose documents the portal shows, also to staff who look.

        :param staff: who looks as the customer, if anybody: without an account, or with one that
            was closed, they see what an account would show that they open
        """
        shows = bool(self) and self._get_closed_reason() in (None, "suspended")
        return self.company_ids if shows else staff._finance_portal_get_companies()

    def _show_companies(self, companies):
        """Have it show the documents of exactly these companies, and write down what changed."""
        self.ensure_one()
        account = self.sudo()  # sudo: nobody has the right to change accounts
        before = account.company_ids
        if before == companies:
            return
        bearer = account.company_id
        if bearer not in companies:
            bearer = self._choose_company(account.partner_id, companies)
        # Writes the row as well: of two managers who take theirs away at once, the second is
        # tried again, and sees what the first one left.
        account.write({"company_ids": [Command.set(companies.ids)], "company_id": bearer.id})
        Event = self.env["finance.portal.event"]
        for kind, changed in (
            ("company_added", companies - before),
            ("company_removed", before - companies),
        ):
            for company in changed:
                Event._record(kind, account=account, company_id=company.id)

    def _add_companies(self):
        """Show the documents of the user's companies, too, as their manager decides.

        Who chose a password already needs no email to see them.
        """
        self._show_companies(self.company_ids | self._get_own_companies())
        if not self.set_up_at:
            self._mail_account_link("setup")

    def _remove_companies(self):
        """Take the user's companies away; the account is closed if nobody else's are left.

        :return: whether others still keep it open
        :raise AccessError: it shows nothing of theirs
        """
        self.ensure_one()
        rest = self.company_ids - self._get_own_companies()
        if not rest or self._may_be_changed_by(self.env.user):
            self._disable("staff")
            return False
        if rest == self.company_ids:
            self._check_companies()
        self._show_companies(rest)
        return True

    @api.model
    def _choose_company(self, partner, companies):
        """Return the company whose name and address an account bears, of those it shows."""
        wanted = partner.company_id or self.env.company
        return wanted if wanted in companies else companies[:1]
