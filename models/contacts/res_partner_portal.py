from odoo import api, fields, models
from odoo.fields import Domain

MAX_ROWS = 10


class ResPartner(models.Model):
    """The Portal Access tab: who can sign in, which links they got and what they did."""

    _inherit = "res.partner"

    finance_portal_contact_ids = fields.Many2many(
        "res.partner",
        string="Who Can Sign In",
        compute="_compute_finance_portal_contact_ids",
        context={"active_test": False},
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_access = fields.Selection(
        [
            ("none", "Not enabled"),
            ("native", "Odoo portal"),
            ("staff", "Colleague"),
            ("elsewhere", "Other company"),
            ("invited", "Invited"),
            ("invite_expired", "Link expired"),
            ("active", "Active"),
            ("locked", "Locked"),
            ("suspended", "Address to confirm"),
            ("disputed", "Address disputed"),
            ("disabled", "Disabled"),
            ("moved", "Moved"),
        ],
        "Portal Access",
        compute="_compute_finance_portal_access",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_status = fields.Char(
        "Portal Access Summary",
        compute="_compute_finance_portal_access",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_address = fields.Char(
        "Address of the Account",
        compute="_compute_finance_portal_access",
        groups="finance_portal.group_finance_portal_user",
        help="The account's address, or the one a manager is asked to confirm.",
    )
    finance_portal_to_confirm = fields.Selection(
        [("suspended", "Address to confirm"), ("disputed", "Address disputed")],
        "Address Waiting for a Manager",
        compute="_compute_finance_portal_access",
        groups="finance_portal.group_finance_portal_user",
        help="Set while a manager is asked to confirm the contact's email address, even if the"
        " account was closed. Until then, Odoo sends the contact no emails by itself.",
    )
    finance_portal_is_closed = fields.Boolean(
        "Account Closed",
        compute="_compute_finance_portal_access",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_own_documents = fields.Boolean(
        "Only Their Own Documents",
        compute="_compute_finance_portal_access",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_companies = fields.Char(
        "Companies of the Account",
        compute="_compute_finance_portal_access",
        groups="finance_portal.group_finance_portal_user",
        help="What the account shows of the user's companies and of others, if that isn't all.",
    )
    finance_portal_may_act = fields.Boolean(
        "Works for All Companies of the Account",
        compute="_compute_finance_portal_access",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_may_show_ours = fields.Boolean(
        "May Show More Documents",
        compute="_compute_finance_portal_access",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_is_customer = fields.Boolean(
        "Whose Documents They Are",
        compute="_compute_finance_portal_is_customer",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_sign_in_default = fields.Boolean(
        "Customers Must Sign In",
        compute="_compute_finance_portal_sign_in_default",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_link_ids = fields.Many2many(
        "finance.portal.link",
        string="Newest Links",
        compute="_compute_finance_portal_traces",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_live_link_count = fields.Integer(
        "Live Links of the Customer",
        compute="_compute_finance_portal_traces",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_event_ids = fields.Many2many(
        "finance.portal.event",
        string="Newest Activity",
        compute="_compute_finance_portal_traces",
        groups="finance_portal.group_finance_portal_user",
    )

    # === COMPUTE METHODS === #

    def _compute_finance_portal_contact_ids(self):
        for partner in self:
            origin = partner._origin
            # sudo: whoever may see the contact may know that they have an account
            Account = self.env["finance.portal.account"].sudo().with_context(active_test=False)
            accounts = Account._search([("partner_id", "child_of", origin.ids)])
            has_account = Domain("id", "in", accounts.subselect("partner_id"))
            reachable = Domain("email", "!=", False) & Domain("active", "=", True)
            own = Domain("commercial_partner_id", "=", origin.commercial_partner_id.id)
            domain = Domain("id", "child_of", origin.ids) & own & (has_account | reachable)
            contacts = self.with_context(active_test=False).search(
                Domain("id", "!=", origin.id) & domain, order="name, id"
            )
            partner.finance_portal_contact_ids = origin | contacts

    @api.depends_context("lang", "tz", "uid")
    def _compute_finance_portal_access(self):
        """Tell which of these contacts can sign in, in a fixed number of queries.

        Of an account that is other companies' alone, no more than that there is one.
        """
        Account = self.env["finance.portal.account"]
        found = self._origin._finance_portal_get_account()
        found.mailed_link_ids.mapped("delivery_state")  # for all at once
        accounts = found.grouped("partner_id")
        others = Account._get_first_users(self._origin)
        managers = Account._get_managers()
        natives = self._origin.filtered(
            lambda one: one not in accounts and one in others and others[one].share
        )
        doubted = Account._find_doubted(natives, Account._get_own_companies())
        for partner in self:
            account = accounts.get(partner._origin)
            user = others.get(partner._origin, self.env["res.users"])
            partner.finance_portal_own_documents = bool(account) and account.own_documents
            partner.finance_portal_address = partner._finance_portal_choose_address(account)
            partner.finance_portal_to_confirm = bool(account) and account._get_doubt()
            partner.finance_portal_is_closed = bool(account) and bool(account.disabled_at)
            if account:
                access, status = account._get_state(), account._get_status()
            else:
                access = ("native" if user.share else "staff") if user else "none"
                status = partner._finance_portal_describe(access)
            partner.finance_portal_access, partner.finance_portal_status = access, status
            partner._finance_portal_apply_companies(account, managers)
            if author := doubted.get(partner._origin):
                partner.finance_portal_companies = Account._describe_doubt(author)

    def _finance_portal_choose_address(self, account):
        """Return the address that a manager is asked to confirm for this contact, if any.

        :param account: the contact's (sudo), or nothing
        """
        return account._choose_address() if account else self.email_normalized

    def _finance_portal_apply_companies(self, account, managers):
        """Tell what the account shows of whose documents, and hide what is other companies'.

        :param account: the contact's (sudo), or nothing
        :param managers: those of all companies (sudo)
        """
        self.finance_portal_companies = self.finance_portal_may_show_ours = False
        self.finance_portal_may_act = not account or account._may_be_changed_by(self.env.user)
        if not account:
            return
        own = account._get_own_companies()
        missing = own - account.company_ids
        if own & account.company_ids:
            notes = [
                account.also and self.env._("Also signs in for %s.", account.also),
                missing and account._is_open() and account._describe_missing(missing),
                account._is_open() and account._describe_limit(),
            ]
        else:
            self.finance_portal_address = self.finance_portal_own_documents = False
            self.finance_portal_to_confirm = False
            if account._get_closed_reason() in (None, "suspended"):
                self.finance_portal_access = "elsewhere"
                self.finance_portal_status = self.env._("Sees none of your documents yet")
            else:
                if self.finance_portal_access in ("suspended", "disputed"):
                    self.finance_portal_access = "disabled"
                self.finance_portal_status = self.env._("Had an account, which is closed")
            notes = []
        self.finance_portal_may_show_ours = bool(missing) and account._is_open()
        if not self.finance_portal_may_act and account._get_closed_reason() in (None, "suspended"):
            partners = account.partner_id | account.customer_id
            notes.append(account._describe_who_can(partners, account.company_ids, managers))
        self.finance_portal_companies = " ".join(filter(None, notes))

    def _finance_portal_describe(self, access):
        """Return a sentence on a contact without an account of the customer portal."""
        if access == "native":
            return self.env._("Has a login for Odoo's own portal, but not for this one")
        if access == "staff":
            return self.env._("Works in the back office and doesn't need an account")
        if not self.email:
            return self.env._("Can't sign in, and has no email address yet")
        return self.env._("Can't sign in")

    @api.depends("commercial_partner_id")
    def _compute_finance_portal_is_customer(self):
        for partner in self:
            partner.finance_portal_is_customer = partner.commercial_partner_id == partner

    @api.depends_context("company")
    def _compute_finance_portal_sign_in_default(self):
        # sudo: a setting of the company
        self.finance_portal_sign_in_default = self.env.company.sudo().finance_portal_require_sign_in

    def _compute_finance_portal_traces(self):
        Link, Event = self.env["finance.portal.link"], self.env["finance.portal.event"]
        for partner in self:
            origin = partner._origin
            domain = origin._finance_portal_get_links_domain()
            links = partner.finance_portal_link_ids = Link.search(domain, limit=MAX_ROWS)
            live = links.filtered(lambda link: link.state == "live")
            # Counted only where there may be more than are shown.
            partner.finance_portal_live_link_count = (
                len(live)
                if len(links) < MAX_ROWS
                else Link.search_count(Link._live_domain() & domain)
            )
            partner.finance_portal_event_ids = Event.search(
                origin._finance_portal_get_event_domain(), limit=MAX_ROWS
            )

    def _finance_portal_get_links_domain(self):
        """Return the domain of the links of a customer, or of one of its contacts."""
        domain = Domain("partner_id", "child_of", self.ids)
        return domain | Domain("customer_id", "in", self.ids)

    def _finance_portal_get_event_domain(self):
        """Return the domain of what these contacts did, and those below them."""
        return Domain("partner_id", "child_of", self.ids)

    # === ACTION METHODS === #

    def action_finance_portal_open_links(self):
        """Open all links of the customer, or of the contact."""
        return self._finance_portal_open_list(
            "finance_portal.finance_portal_link_action", self._finance_portal_get_links_domain()
        )

    def action_finance_portal_open_events(self):
        """Open all activity of the customer, or of the contact."""
        return self._finance_portal_open_list(
            "finance_portal.finance_portal_event_action",
            self._finance_portal_get_event_domain(),
        )

    def _finance_portal_open_list(self, action, domain):
        self.ensure_one()
        values = self.env["ir.actions.act_window"]._for_xml_id(action)
        return {**values, "domain": list(domain)}

    def action_finance_portal_revoke_all(self):
        """Close every live link of the customer, or of the contact."""
        self.ensure_one()
        Link = self.env["finance.portal.link"]
        Link.search(Link._live_domain() & self._finance_portal_get_links_domain()).action_revoke()
        return True
