from odoo import api, fields, models

from ...const import BY_MAIL, BY_MAIL_KEY, MANAGER

# Whose word on an address counts: they see all of a customer's documents themselves, or decide who
# does. Groups, not rules: what somebody sees is then said in one place that people can check.
VOUCHING = (
    MANAGER,
    "account.group_account_invoice",
    "account.group_account_readonly",
)


class FinancePortalAccount(models.Model):
    """Who vouches for an address: nobody lets others see more than they may see themselves.

    Many people may enter contacts, and whoever reads the mail at an address may open an account
    with it. So a contact remembers who said last whose the address is; see ``res.partner``.
    """

    _inherit = "finance.portal.account"

    unvouched_by_id = fields.Many2one(
        "res.users",
        "Address Entered By",
        readonly=True,
        help="Entered the address or moved the contact, and can't see all documents. Until a"
        " manager decides, the account shows only the contact's own documents.",
    )

    @api.model
    def _is_added_by_outsider(self, partner):
        """Return whether a customer or a visitor, not staff, put a contact below its customer.

        As in a shop's checkout, where they type whatever address they like. Whoever entered
        another one since doesn't change that; see :meth:`_find_entered_by_outsider`.
        """
        # sudo: only what kind of user it was
        creator = partner.sudo().create_uid
        if not creator or partner.commercial_partner_id == partner:
            return False
        creator.fetch(["share"])  # and not all else of a user
        return creator.share

    @api.model
    def _find_entered_by_outsider(self, partners):
        """Return those contacts (sudo) of whom a customer or a visitor said last whose they are.

        Where no user whom we know did, whoever added them counts. Not if their whole customer is
        what somebody entered of themselves, as a shop's guest does.
        """
        # sudo: nobody has the right to read it
        below = partners.sudo().filtered(lambda one: one.commercial_partner_id != one)
        users = self.env["res.users"].sudo().browse(below.mapped("finance_portal_address_by"))
        # The public user stands for colleagues, too; see :meth:`_is_nobody`.
        known = users.exists() - self.env.ref("base.public_user")
        (known | below.create_uid | below.commercial_partner_id.create_uid).fetch(["share"])
        return below.filtered(
            lambda one: (
                (known.browse(one.finance_portal_address_by) & known or one.create_uid).share
                and not one.commercial_partner_id.create_uid.share
            )
        )

    @api.model
    def _is_vouched_for(self, partner, company):
        """Return whether a contact's address may show all of a company's documents: decides alone.

        Nobody lets others see more than they may see themselves. So whoever said last whose the
        address is has to see all of them now, or to be a manager of the company.
        """
        return not self._find_doubted(partner, company)

    @api.model
    def _find_doubted(self, partners, companies):
        """Return ``{contact: user (sudo)}`` of whose addresses nobody vouches for, and who said so.

        :param companies: whose documents the addresses are to show; see :meth:`_is_vouched_for`
        """
        doubted = {}
        # sudo: nobody has the right to read it
        for number, contacts in partners.sudo().grouped("finance_portal_address_by").items():
            author = contacts.env["res.users"].browse(number)
            # Without a number: Odoo itself, or entered before anybody was remembered.
            is_trusted = not number or (
                self._sees_all(author) and companies <= author._finance_portal_get_companies()
            )
            if not is_trusted:
                known = author.exists() or contacts.env.ref("base.public_user")
                doubted.update(dict.fromkeys(contacts, known))
        for contact in partners.sudo() - self.env["res.partner"].union(*doubted):
            if self._is_added_by_outsider(contact):
                doubted[contact] = contact.create_uid
        return doubted

    @api.model
    def _describe_doubt(self, author):
        """Return in a sentence why nobody vouches for an address, see :meth:`_find_doubted`."""
        if self._is_nobody(author):
            return self.env._(
                "No user who may see all documents has confirmed this contact's email address."
            )
        return self.env._(
            "%s entered or moved this contact, and can't see all documents.", author.name
        )

    @api.model
    def _is_nobody(self, author):
        """Return whether none of our users said whose an address is, or none alone could.

        Of those, the public user stands for an incoming email, a visitor, a user who is gone, and
        several users of different companies.
        """
        return author == self.env.ref("base.public_user")

    @api.model
    def _sees_all(self, user):
        """Return whether a user (sudo), who may be gone, works here and sees all invoices."""
        user = user.exists()
        return user.active and any(user.has_group(group) for group in VOUCHING)

    @api.model
    def _get_author(self, partner, earlier=()):
        """Return the id of who says now whose a contact's (sudo) address is, or 0 for Odoo itself.

        The least trusted of all involved. What customers enter of themselves, as in a shop's
        checkout, shows nobody else's documents.

        :param earlier: ids of users who said something that still counts
        """
        acting, is_own = self._get_acting_users(), partner.commercial_partner_id == partner
        if self.env.context.get(BY_MAIL_KEY) is BY_MAIL:
            acting = self.env.ref("base.public_user")  # anybody may write any sender
        # sudo: users that the acting one may not read
        elif acting and is_own and all(one.share for one in (acting | partner.create_uid).sudo()):
            return 0
        # sudo: only what they may see
        users = (acting | acting.browse({*earlier} - {0})).sudo()
        doubtful = users.filtered(lambda user: not self._sees_all(user))
        return (doubtful or self._choose_least(users))[:1].id or 0

    @api.model
    def _choose_least(self, users):
        """Return which of several users (sudo), who all see whole companies, sees the fewest.

        Where each sees one that another doesn't, nobody's word counts: that is the public user.
        """
        if len(users) < 2:
            return users
        seen = {user: user._finance_portal_get_companies() for user in users}
        least = users.filtered(lambda one: all(seen[one] <= more for more in seen.values()))
        return least or self.env.ref("base.public_user")

    def _vouch(self):
        """Remember that whoever is at work, a manager, says that its contact's address is right.

        They confirm one. Where the field names others beside it, who entered those still counts.
        """
        # sudo: nobody has the right to write it
        for contact in self.partner_id.sudo():
            is_alone = len(self._list_mailboxes(contact)) < 2
            earlier = [] if is_alone else [contact.finance_portal_address_by]
            contact._finance_portal_remember(earlier)

    def _limit_unless_vouched(self, company):
        """Show own documents only if nobody vouches for the address, and ask managers.

        :param company: whose documents the account (sudo) shows from now on
        """
        if self.own_documents or self._is_vouched_for(self.partner_id, company):
            return
        author = self.env["res.users"].browse(self.partner_id.finance_portal_address_by).exists()
        public = self.env.ref("base.public_user")
        self.write({"own_documents": True, "unvouched_by_id": (author or public).id})
        self.env["finance.portal.event"]._record("limited", account=self, verdict="system")
        self._ask_managers()

    @api.model
    def _find_limited(self, partners):
        """Return those contacts (sudo) who are to see their own documents only, whoever said so.

        Also of a closed account: it says no less than an open one.
        """
        # sudo: only who they are
        limited = self.sudo().with_context(active_test=False).search(
            [("partner_id", "in", partners.ids), ("own_documents", "=", True)]
        )  # fmt: skip
        is_there = limited.filtered(
            lambda one: one.customer_id == one.partner_id.commercial_partner_id
        )
        return is_there.partner_id

    def _describe_limit(self):
        """Return in a sentence why it shows own documents only, or ``None`` if staff said so."""
        author = self.sudo().unvouched_by_id  # sudo: only who it was
        if not author:
            return None
        if self._is_nobody(author):
            return self.env._(
                "Sees only their own documents: no user who may see all documents has confirmed the"
                " email address. If it's right, uncheck Only Their Own Documents to show all."
            )
        return self.env._(
            "Sees only their own documents: %(name)s entered or moved this contact, and can't see"
            " all documents. If the email address is right, uncheck Only Their Own Documents to"
            " show all.",
            name=author.name,
        )
