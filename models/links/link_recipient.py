from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain

RECIPIENT_FIELDS = (
    "active", "commercial_partner_id", "create_uid", "email", "email_normalized",
    "finance_portal_sign_in", "lang", "tz",
)  # fmt: skip
COMPANY_FIELDS = (
    "partner_id", "finance_portal_email_change", "finance_portal_offer_account",
    "finance_portal_require_sign_in",
)  # fmt: skip


class FinancePortalLink(models.Model):
    """Close links when the contacts they were mailed to change.

    The resolver works it out again on every request; here links are also closed for good as
    soon as a change is known, so that undoing the change revives none.
    """

    _inherit = "finance.portal.link"

    def _fetch_recipients(self, document):
        """Read no more than decides here and is needed for the page, of all contacts at once.

        By itself the ORM reads all columns of these wide tables.
        """
        self.company_id.fetch(COMPANY_FIELDS)
        contacts = self.partner_id | self.customer_id | document.partner_id
        (contacts | self.company_id.partner_id).fetch(RECIPIENT_FIELDS)

    def _get_recipient_obstacle(self):
        """Return how the recipient changed since, see :meth:`_get_obstacle`."""
        partner = self.partner_id
        if not partner.active:
            return "recipient"
        if not self.is_external and partner.commercial_partner_id != self.customer_id:
            return "recipient"
        if self._went_elsewhere() and self.company_id.finance_portal_email_change == "revoke":
            return "address"
        return None

    def _went_elsewhere(self):
        """Return whether the address the link was mailed to is no longer on file."""
        on_file = self.partner_id._finance_portal_get_addresses() if self.email else ()
        return bool(self.email) and self.email not in on_file

    def _get_address_on_file(self):
        """Return where a fresh link goes: to the same address, unless it was removed since."""
        # A recipient without a contact has no other address than the one used.
        gone = self.partner_id and self._went_elsewhere()
        return self.partner_id.email if gone or not self.email else self.email

    @api.model
    def _get_newest_of(self, documents, partner, email):
        """Return the newest link (sudo) of each document, as :meth:`_get_newest` does of one.

        :param documents: of one model
        :return: ``{document id: link}``
        """
        domain = self._get_recipient_domain(partner, email)
        domain &= Domain("res_model", "=", documents._name) & Domain("res_id", "in", documents.ids)
        # sudo: what staff decided last holds for everybody
        found = self.sudo()._read_group(domain, ["res_id"], ["id:max"])
        links = self.sudo().browse([newest for _document, newest in found])
        return dict(zip([document for document, _newest in found], links, strict=True))

    @api.model
    def _get_recipient_domain(self, partner, email):
        """Return the domain of the links that went to a recipient, see :meth:`_get_newest`."""
        if not partner:
            return Domain("email", "=", email)
        on_file = partner._finance_portal_get_addresses()
        others = [one for one in on_file if one != email] if email in on_file else []
        return Domain("partner_id", "=", partner.id) & Domain("email", "not in", others)

    @api.model
    def _find_unchecked(self, partners):
        """Return those contacts (sudo) whom a customer added, and no colleague has mailed yet.

        Odoo chooses such a billing address by itself for all that comes after it.
        """
        outside = self.env["finance.portal.account"]._find_entered_by_outsider(partners)
        if not outside:
            return outside
        by_staff = Domain("user_id.share", "=", False) & Domain("user_id", "!=", SUPERUSER_ID)
        to_them = Domain("kind", "=", "sent") & Domain("partner_id", "in", outside.ids)
        # sudo: whether anybody was mailed
        Event = self.env["finance.portal.event"].sudo()
        sent = Event._read_group(to_them & by_staff, ["partner_id", "email"])
        mailed = {(partner.id, email) for partner, email in sent}
        return outside.filtered(
            lambda one: any(
                (one.id, address) not in mailed for address in one._finance_portal_get_addresses()
            )
        )

    @api.model
    def _find_live_of(self, partners, contacts_too=False):
        """Return the live links (sudo) of recipients.

        :param bool contacts_too: whether those of all contacts below them count as well
        """
        operator = "child_of" if contacts_too else "in"
        # sudo: the rules hold for every user's change
        Link = self.sudo().with_context(active_test=False)
        return Link.search(Link._live_domain() & Domain("partner_id", operator, partners.ids))

    @api.model
    def _find_live_in(self, customers):
        """Return the live links (sudo) of documents of these customers."""
        # sudo: the rules hold for every user's change
        return self.sudo().search(self._live_domain() & Domain("customer_id", "in", customers.ids))

    def _close_for_recipients(self):
        """Close links that their recipients may no longer open, in a fixed number of queries."""
        (self.partner_id | self.customer_id).fetch(RECIPIENT_FIELDS)
        self._close_by(
            lambda link: link._get_recipient_obstacle() if link.partner_id else "recipient"
        )

    def _close_for_documents(self):
        """Close links whose document belongs to another customer now."""
        still_open = self.filtered(lambda link: not link.revoked_at and link.res_model in self.env)
        for model, links in still_open.grouped("res_model").items():
            documents = self.env[model].browse(links.mapped("res_id")).exists()
            customers = {one.id: one._finance_portal_get_customer() for one in documents}
            links.filtered(
                lambda link, customers=customers: (
                    customers.get(link.res_id, link.customer_id) != link.customer_id
                )
            )._revoke("customer")

    def _close_by(self, get_obstacle):
        """Close the links for which a function returns a key of ``revoke_reason``."""
        for reason, links in self.grouped(get_obstacle).items():
            if reason:
                links._revoke(reason)
