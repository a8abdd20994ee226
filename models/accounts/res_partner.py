from odoo import api, fields, models
from odoo.tools.mail import email_normalize_all

ADDRESS_BY = "finance_portal_address_by"
# Values of a call never say who entered an address. Nor what it is in one spelling, by which it is
# looked up and confirmed: that is computed, but a call may write into any stored computed field.
NOT_GIVEN = {ADDRESS_BY, "email_normalized"}


class ResPartner(models.Model):
    """Remember who said whose an email address is: what it may show depends on them."""

    _inherit = "res.partner"

    # A number, not a reference: that a user was deleted vouches for nothing they entered.
    finance_portal_address_by = fields.Integer(
        "Address Entered By", readonly=True, copy=False, groups=fields.NO_ACCESS
    )

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Take no default for who entered an address, or for another one, whoever keeps one."""
        return super().default_get([name for name in fields if name not in NOT_GIVEN])

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create([_drop_not_given(vals) for vals in vals_list])
        # sudo: nobody has the right to write it
        partners.sudo().filtered("email")._finance_portal_remember()
        return partners

    def write(self, vals):
        vals = _drop_not_given(vals)
        new = {*email_normalize_all(vals.get("email"))}
        if not new:
            return super().write(vals)
        # sudo: nobody has the right to write it
        before = {one: {*email_normalize_all(one.email)} for one in self.sudo()}
        entered = self.sudo().filtered(lambda one: new - before[one])
        # Who entered an address that stays beside a new one still counts.
        earlier = entered.grouped(lambda one: one[ADDRESS_BY] if new & before[one] else 0)
        result = super().write(vals)
        for author, contacts in earlier.items():
            contacts._finance_portal_remember([author])
        return result

    # === WHO ENTERED AN ADDRESS === #

    def _finance_portal_remember(self, earlier=()):  # pylint: disable=missing-return
        """Remember that whoever is at work says whose the addresses of these contacts (sudo) are.

        :param earlier: ids of users who said something that still counts
        """
        Account = self.env["finance.portal.account"]
        authors = self.grouped(lambda partner: Account._get_author(partner, earlier))
        for author, partners in authors.items():
            changed = partners.filtered(lambda one, author=author: one[ADDRESS_BY] != author)
            if changed:
                # Not ``write``, which takes this from nobody.
                super(ResPartner, changed).write({ADDRESS_BY: author})  # pylint: disable=super-method-mismatch

    def _finance_portal_remember_moved(self):
        """Remember who put contacts (sudo) below another customer, besides who entered an address.

        Who became a customer of their own was put below none.
        """
        for contact in self:
            if contact.email and contact.commercial_partner_id != contact:
                contact._finance_portal_remember([contact[ADDRESS_BY]])

    def _finance_portal_get_authors(self):
        """Return ``{contact: (addresses, id of who entered them)}``."""
        # sudo: nobody has the right to read it
        return {one: ({*email_normalize_all(one.email)}, one[ADDRESS_BY]) for one in self.sudo()}

    def _finance_portal_remember_merged(self, authors):
        """Remember who said that several contacts are one, besides who entered its addresses.

        :param dict authors: what :meth:`_finance_portal_get_authors` said before
        """
        # sudo: nobody has the right to write it
        for contact in self.sudo().exists():
            own, author = authors[contact]
            taken = {*email_normalize_all(contact.email)} - own
            others = [by for addresses, by in authors.values() if addresses & taken]
            contact._finance_portal_remember([author, *others])

    # === STAFF === #

    def _finance_portal_open_contact(self):
        """Return the action that opens the contact's own form."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }


def _drop_not_given(vals):
    """Return values without who entered the address, and without what it reads as."""
    return {name: value for name, value in vals.items() if name not in NOT_GIVEN}
