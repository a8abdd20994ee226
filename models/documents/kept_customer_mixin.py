from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

KEPT = "finance_customer_id"
# A contact may have been a customer earlier: documents that were kept for it move on, too.
KEEP_CUSTOMER = """
    UPDATE %(table)s SET %(kept)s = %(customer)s
     WHERE ((%(named)s IN %(contacts)s AND %(kept)s IS NULL) OR %(kept)s IN %(contacts)s)
       AND %(staying)s
"""


class Contacts(NamedTuple):
    """The ids of all contacts of a customer, and its own id; ``None`` where it is of several."""

    customer: int | None
    ids: list


class FinancePortalKeptCustomerMixin(models.AbstractModel):
    """A document that stays with its customer when its contact goes to another one.

    Of such documents Odoo keeps the contact only, and takes whatever company the contact
    belongs to now for the customer. Whose they were is written down as the contact leaves, so
    all others hold nothing, and installing the addon writes to none of them.
    """

    _name = "finance.portal.kept.customer.mixin"
    _description = "Document That Stays With Its Customer"
    _inherit = "finance.portal.document"

    finance_customer_id = fields.Many2one(
        "res.partner",
        "Customer It Stayed With",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The customer it belongs to, even if its contact has since moved to another company.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Begin without a kept customer, whatever the caller, their defaults or the context say.

        Only what the system itself passes counts: it, too, works with the context and the defaults
        of whoever called, as when Odoo books the payment of an order.
        """
        nobody = dict.fromkeys(self._finance_portal_get_kept_fields(), False)
        vals_list = [
            {**nobody, **vals} if self.env.su else {**vals, **nobody} for vals in vals_list
        ]
        return super().create(vals_list)

    def write(self, vals):
        """Forget the kept customer when staff give a document to somebody else.

        :raise AccessError: somebody writes it, which only the system does
        """
        kept = self._finance_portal_get_kept_fields()
        if kept.keys() & vals.keys() and not self.env.su:
            raise AccessError(
                self.env._("To give this document to another customer, change its customer.")
            )
        if not {*kept.values()} & vals.keys():
            return super().write(vals)
        outdated = self.grouped(lambda one: one._finance_portal_get_outdated(vals))
        for names, documents in outdated.items():
            forgotten = dict.fromkeys(names, False)
            super(FinancePortalKeptCustomerMixin, documents).write({**vals, **forgotten})
        return True

    def _finance_portal_get_outdated(self, vals):
        """Return the names of the kept customers that it loses when these values are written.

        Changing the customer clears all of them.
        """
        # sudo: whose it was, whoever may change whose it is
        own, kept = self.sudo(), self._finance_portal_get_kept_fields()
        named = {*kept.values()} & vals.keys()
        changed = {name for name in named if own[name].id != vals[name]}
        return tuple(
            field for field, name in kept.items() if own[field] and {name, "partner_id"} & changed
        )

    # === FINANCE PORTAL DOCUMENT === #

    def _finance_portal_get_customer(self):
        stayed_with = self.finance_customer_id.commercial_partner_id
        return stayed_with or super()._finance_portal_get_customer()

    @api.model
    def _finance_portal_get_customer_domain(self, customer, contacts=None):
        """Return the domain of what is a customer's.

        The contacts are looked up first: each half of it is then found by an index.
        """
        is_known = contacts and contacts.customer == customer.id
        ids = contacts.ids if is_known else self._finance_portal_find_contacts(customer)
        stayed, own = Domain("finance_customer_id", "in", ids), Domain("partner_id", "in", ids)
        return stayed | (Domain("finance_customer_id", "=", False) & own)

    @api.model
    def _finance_portal_find_contacts(self, customer):
        """Return the ids of a customer's contacts."""
        # sudo: whose contacts they are, also those of other companies
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        return contacts.search([("commercial_partner_id", "=", customer.id)], order="id").ids

    @api.model
    def _finance_portal_get_unstayed_domain(self, customer):
        own = Domain("finance_customer_id.commercial_partner_id", "=", customer.id)
        return Domain("finance_customer_id", "=", False) | own

    def _finance_portal_watched_fields(self):
        return super()._finance_portal_watched_fields() | {"finance_customer_id"}

    # === BUSINESS METHODS === #

    @api.model
    def _finance_portal_get_kept_fields(self):
        """Return ``{field: field of the contact whose customer it keeps}``."""
        return {KEPT: "partner_id"}

    @api.model
    def _finance_portal_get_staying_condition(self):
        """Return which of its records stay with their customer at all, as SQL."""
        return SQL("TRUE")

    @api.model
    def _finance_portal_keep_customer(self, contacts, customer):
        """Write down whose they were, also of those that a contact left to its customer before.

        One statement for each: there may be thousands, and nothing else follows from it.
        """
        for kept, named in self._finance_portal_get_kept_fields().items():
            self.env.cr.execute(
                SQL(
                    KEEP_CUSTOMER,
                    table=SQL.identifier(self._table),
                    kept=SQL.identifier(kept),
                    named=SQL.identifier(named),
                    customer=customer.id,
                    contacts=tuple(contacts.ids),
                    staying=self._finance_portal_get_staying_condition(),
                )
            )
            self.invalidate_model([kept])
        return super()._finance_portal_keep_customer(contacts, customer)
