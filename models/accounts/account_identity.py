from markupsafe import escape

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.mail import email_normalize_all

from ...const import BY_MAIL, BY_MAIL_KEY, MANAGER
from ...tools.address_key import address_key

# What follows when somebody changes who the person behind an account is: for each change, what it
# means for each sort of actor. A login alone is nobody's to change: it is the confirmed address.
CONSEQUENCES = {
    "address": {
        "manager": "confirm",
        "system": "confirm",
        "staff": "suspend",
        "mail": "suspend",
        "outsider": "refuse",
    },
    "login": dict.fromkeys(("manager", "system", "staff", "mail", "outsider"), "refuse"),
    "moved": dict.fromkeys(("manager", "system", "staff", "mail", "outsider"), "close"),
    # Odoo archives no contact who can sign in; staff mean to close the account as well. A
    # colleague who tidies the customer's addresses must not.
    "archived": {
        **dict.fromkeys(("manager", "system", "staff", "mail"), "close"),
        "outsider": "refuse",
    },
}

NO_DOUBT = {
    "suspended_at": False, "suspended_by_id": False, "objected_at": False,
    "closed_unreviewed": False,
}  # fmt: skip
TO_DO = "finance_portal.mail_activity_address"
MAX_ASKED = 5


class FinancePortalAccount(models.Model):
    """Who may say who a person is.

    Whoever reads the mail at an account's address has the account. So one address is confirmed
    for each, by a manager; all that is about the account goes there and nowhere else. Many people
    and programs may correct an address, but a correction opens nothing until a manager confirms it.
    """

    _inherit = "finance.portal.account"

    email = fields.Char(
        "Confirmed Address",
        compute="_compute_email",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="The contact signs in with it, and gets all emails about the account there.",
    )
    email_key = fields.Char(
        "Normalized Email",
        compute="_compute_email_key", store=True, precompute=True, index=True,
        help="The address in one spelling, by which its owner is found.",
    )  # fmt: skip
    suspended_at = fields.Datetime(
        "Suspended", readonly=True, help="When a manager was asked to confirm the address."
    )
    suspended_by_id = fields.Many2one("res.users", "Address Changed By", readonly=True)
    objected_at = fields.Datetime(
        "Change Disputed",
        readonly=True,
        help="When someone at the old address pressed That wasn't me.",
    )
    closed_unreviewed = fields.Boolean(
        "Closed Without Review",
        readonly=True,
        help="Someone who isn't a Finance Portal manager archived or moved the contact, which"
        " closed the account, and no manager has reviewed that yet. If the contact's email address"
        " changes, managers are still asked to confirm it.",
    )

    @api.depends("user_id")
    def _compute_email(self):
        for account in self:
            account.email = account.user_id.login

    @api.depends("email")
    def _compute_email_key(self):
        for account in self:
            account.email_key = address_key(account.email)

    # === WHO DECIDES WHAT === #

    @api.model
    def _get_acting_users(self):
        """Return all users who take part in what is being done, except Odoo itself.

        A page of Odoo's may work as somebody else, or as the system, but for a visitor; so may
        what a program calls. Where that began, the transaction knows.
        """
        origin = self.env.transaction.default_env
        ids = {
            self.env.uid,
            origin.uid if origin else None,
            request.env.uid if request and request.env else None,
        }
        return self.env["res.users"].browse(ids - {None, SUPERUSER_ID})

    @api.model
    def _get_actor(self):
        """Return who is at work, a key of ``CONSEQUENCES``: the least trusted of all involved."""
        if self.env.context.get(BY_MAIL_KEY) is BY_MAIL:
            return "mail"  # anybody may write any sender on an envelope
        users = self._get_acting_users()
        if not users:
            return "system"
        if not all(user._is_internal() for user in users):
            return "outsider"
        return "manager" if all(user.has_group(MANAGER) for user in users) else "staff"

    def _weigh(self, actor):
        """Return what an actor counts as for this account: other companies' managers are staff."""
        users = self._get_acting_users()
        if actor == "manager" and not all(self._may_be_changed_by(user) for user in users):
            return "staff"
        return actor

    @api.model
    def _judge(self, actor, change):
        """Return what follows when an actor changes who a person is: the one place that decides.

        :param str actor: as :meth:`_get_actor` returns it
        :param str change: "address", "login", "moved" (to another customer) or "archived"
        :return: "confirm" (it counts at once), "suspend" (until a manager confirms), "close" (until
            a manager enables the account again) or "refuse" (it isn't made)
        """
        return CONSEQUENCES[change][actor]

    def _settle(self, change):
        """Do what follows from a change that was just made, or is about to be.

        :raise UserError: it may not be made
        """
        actor = self._get_actor()
        for account in self:
            weighed = account._weigh(actor)
            verdict = self._judge(weighed, change)
            if verdict == "close":
                account._close(change, reviewed=weighed == "manager")
            elif verdict == "refuse":
                raise UserError(account._describe_refusal(change))
            elif verdict == "confirm" and account.disabled_at:
                account._end_doubt()
            elif verdict == "confirm" and account._get_mailboxes():
                account._confirm_address()
            else:
                account._suspend()

    def _describe_refusal(self, change):
        if change == "archived":
            return self.env._(
                "%(name)s has a customer portal account, so this address can't be removed here."
                " Please contact us.",
                name=self.partner_id._finance_portal_get_name(),
            )
        return self.env._(
            "%(name)s signs in to the customer portal with %(address)s. Change the email address of"
            " the contact instead, and the login follows.",
            name=self.partner_id._finance_portal_get_name(),
            address=self.email,
        )

    # === THE CONFIRMED ADDRESS === #

    @api.model
    def _list_mailboxes(self, partner):
        """Return the addresses, normalized, that a contact's email field names."""
        return email_normalize_all(partner.email)

    def _get_mailboxes(self):
        """Return the addresses that its contact's email field names now."""
        self.ensure_one()
        return self._list_mailboxes(self.partner_id)

    def _choose_address(self):
        """Return the address a manager is asked to confirm: the old one if it's still there."""
        mailboxes = self._get_mailboxes()
        return self.email if self.email in mailboxes else (mailboxes or [False])[0]

    def _is_suspended(self):
        """Return whether nobody confirmed that the contact's address, or the login, is theirs."""
        return (
            bool(self.suspended_at)
            or self.email not in self._get_mailboxes()
            or self.user_id.login != self.email
        )

    @api.model
    def _is_in_doubt(self, partner):
        """Return whether a contact's address waits for a manager, see :meth:`_find_in_doubt`."""
        return bool(self._find_in_doubt(partner))

    @api.model
    def _find_in_doubt(self, partners):
        """Return those contacts (sudo) whose address waits for a manager: only staff write to it.

        The system mails them nothing by itself, whoever would have it do so. Closing an account
        doesn't answer the question whose the address is.
        """
        # sudo: asked on behalf of visitors
        accounts = self.sudo().search([("partner_id", "in", partners.ids)])
        return accounts.filtered(lambda one: one._get_doubt()).partner_id

    def _get_doubt(self):
        """Return what a manager is asked about the contact's address, or ``None``.

        Also of a closed account: nobody can sign in, but the system mails its contact nothing.

        :return: "suspended" (somebody changed it) or "disputed" (and the old one says it's wrong)
        """
        self.ensure_one()
        if not self.suspended_at and self._get_closed_reason() != "suspended":
            return None
        return "disputed" if self.objected_at else "suspended"

    @api.model
    def _describe_in_doubt(self, partner):
        """Return in a sentence why the system mails a contact nothing, see above."""
        return self.env._(
            "The email address of %s was changed. A Finance Portal manager has to confirm it first,"
            " on the contact's Portal Access tab.",
            partner._finance_portal_get_name(),
        )

    def _confirm_address(self, address=None):
        """Make an address of the contact's the one confirmed address, as a manager said.

        :param str address: by default the one that :meth:`_choose_address` returns
        :return: whether the contact now signs in with another login, as who shares one does
        :raise UserError: it isn't the contact's, or somebody else signs in with it
        """
        self.ensure_one()
        old, asked = self.email, self.suspended_at
        address = self._check_address(address)
        self.write({**NO_DOUBT, "email": address})
        is_another = self._sign_in_with(address)
        self._vouch()
        self._close_mailed()
        self._end_asking()
        kind = "login_changed" if old != address else "address_confirmed"
        self.env["finance.portal.event"]._record(kind, account=self)
        if old != address and not asked:
            self._mail_address_notice(old)
        if is_another:
            self._mail_way_in()
        return is_another

    def _check_address(self, address=None):
        """Return the address to confirm, which has to be the contact's and nobody else's login.

        :raise UserError: it isn't
        """
        address = address or self._choose_address()
        self._check_mailbox(self.partner_id, address)
        self._check_login_free(self.partner_id, self.user_id, address, may_join=True)
        return address

    @api.model
    def _check_mailbox(self, partner, address):
        """Raise if an address that a manager saw isn't the contact's any more.

        :raise UserError: naming the remedy
        """
        if address and address not in self._list_mailboxes(partner):
            raise UserError(
                self.env._(
                    "The email address of %(name)s is no longer %(address)s. Check it again, and"
                    " confirm the right one.",
                    name=partner._finance_portal_get_name(),
                    address=address,
                )
            )

    def _end_doubt(self):
        """Believe that the address of a closed account's contact is right, as a manager said.

        The account stays closed, and its own address as it is until somebody enables it again.
        """
        self.ensure_one()
        was_asked = self.suspended_at
        self.write({**NO_DOUBT})
        self._vouch()
        self._end_asking()
        if was_asked:
            email = self.partner_id.email_normalized
            self.env["finance.portal.event"]._record("address_confirmed", account=self, email=email)

    # === IN DOUBT === #

    def _close(self, change, reviewed):
        """Close the account since its contact was archived or moved, see ``closed_unreviewed``.

        An address that waits for a manager goes on waiting, or closing the account would be a way
        around the answer.
        """
        self._disable(change)
        self.closed_unreviewed = not reviewed
        if not reviewed and self.suspended_at:
            self._ask_managers()

    def _suspend(self):
        """Let nobody in until a manager confirms, and tell those who would know."""
        self.ensure_one()
        now = fields.Datetime.now()
        by = self._get_acting_users()[:1] or self.env.user
        self.write({"suspended_at": self.suspended_at or now, "suspended_by_id": by.id})
        self._close_mailed()
        self.env["finance.portal.event"]._record("suspended", account=self)
        self._mail_stop_link()
        self._ask_managers()

    def _take_objection(self, address):
        """Believe whoever reads the old address that the change is wrong, until a manager decides.

        Also when a manager confirmed meanwhile: they may not have known.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        self.write({"suspended_at": self.suspended_at or now, "objected_at": now})
        self._close_mailed()
        self.env["finance.portal.event"]._record(
            "stopped", account=self, email=address, reason=False
        )
        self._ask_managers()

    def _end_mailed(self):
        """End what was mailed, except what stops a change of address.

        That is for whoever had the account before, whatever whoever has it now does.
        """
        self.mailed_link_ids.filtered(lambda link: link.purpose != "stop")._end()

    def _close_mailed(self):
        """End what was mailed, see :meth:`_end_mailed`, and all sessions.

        Who also signs in for another customer stays signed in for that one.
        """
        self._end_mailed()
        self.filtered(lambda account: not account._get_all_open() - account)._end_sessions()

    def _ask_managers(self):
        """Give managers a to-do on the contact, in place of earlier ones."""
        self._end_asking()
        # As the system: the visitor's browser may be signed in as anybody.
        account = self._as_mailer()
        contact = account.partner_id.with_user(SUPERUSER_ID)
        for user in account._find_managers():
            lang = self.env["finance.portal.page"]._get_installed_lang(user.lang)
            local = account.with_context(lang=lang)
            note = local._get_status() if account._is_suspended() else local._describe_limit()
            contact.with_context(lang=lang).activity_schedule(
                TO_DO,
                summary=local.env._("Is this email address right?"),
                note=escape(note),  # names are text, a note is HTML
                user_id=user.id,
            )

    def _end_asking(self):
        """Take the managers' to-do away: somebody decided."""
        self._as_mailer().partner_id.with_user(SUPERUSER_ID).activity_unlink([TO_DO])

    def _find_managers(self):
        """Return who can confirm: the contact's or the customer's salesperson, or some managers."""
        everybody = self._get_managers()
        # Where nobody works for all of its companies, those of one learn who has to be asked.
        managers = everybody.filtered(self._may_be_changed_by) or everybody.filtered(
            lambda user: user.company_ids & self.company_ids
        )
        responsible = self.partner_id.user_id | self.customer_id.user_id
        return (responsible & managers)[:1] or managers[:MAX_ASKED]
