from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

KEPT = "finance_customer_id"
CONTACTS_KEY = "finance_portal_contacts"


class Contacts(NamedTuple):
    """The ids of all contacts of a customer, and its own id; ``None`` where it is of several."""

    customer: int | None
    ids: list


class FinancePortalKeptCustomerMixin(models.AbstractModel):
    """A document that stays with its customer when its contact goes to another one.

    Of such documents the ERP keeps the contact only, and takes whatever company the contact
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
        nobody = {KEPT: False}
        vals_list = [
            {**nobody, **vals} if self.env.su else {**vals, **nobody} for vals in vals_list
        ]
        return super().create(vals_list)

    def write(self, vals):
        """Forget the kept customer when staff give a document to somebody else.

        :raise AccessError: somebody writes it, which only the system does
        """
        if KEPT in vals and not self.env.su:
            raise AccessError(
                self.env._("To give this document to another customer, change its customer.")
            )
        if "partner_id" not in vals:
            return super().write(vals)
        # sudo: whose it was, whoever may change whose it is
        given = self.filtered(
            lambda one: one.sudo().finance_customer_id and one.partner_id.id != vals["partner_id"]
        )
        if given:
            super(FinancePortalKeptCustomerMixin, given).write({**vals, KEPT: False})
        return super(FinancePortalKeptCustomerMixin, self - given).write(vals)

    # === FINANCE PORTAL DOCUMENT === #

    def _finance_portal_get_customer(self):
        stayed_with = self.finance_customer_id.commercial_partner_id
        return stayed_with or super()._finance_portal_get_customer()

    @api.model
    def _finance_portal_get_customer_domain(self, customer):
        """Return the domain of what is a customer's.

        The contacts are looked up first: each half of it is then found by an index.
        """
        ids = self._finance_portal_find_contacts(customer)
        stayed, own = Domain("finance_customer_id", "in", ids), Domain("partner_id", "in", ids)
        return stayed | (Domain("finance_customer_id", "=", False) & own)

    @api.model
    def _finance_portal_find_contacts(self, customer):
        """Return the ids of a customer's contacts; who asks for several kinds passes them on."""
        known = self.env.context.get(CONTACTS_KEY)
        # No request can send such a value, only what JSON knows.
        if isinstance(known, Contacts) and known.customer == customer.id:
            return known.ids
        # sudo: whose contacts they are, also those of other companies
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        return contacts.search([("commercial_partner_id", "=", customer.id)], order="id").ids

    def _finance_portal_watched_fields(self):
        return super()._finance_portal_watched_fields() | {"finance_customer_id"}

    # === BUSINESS METHODS === #

    @api.model
    def _finance_portal_get_staying_condition(self):
        """Return which of its records stay with their customer at all, as SQL."""
        return SQL("TRUE")

    @api.model
    def _finance_portal_leave_behind(self, contacts, customer):
        """Write down that the contacts' documents stay with ``customer``."""
        self.env.flush_all()
        staying = self.env.registry["finance.portal.kept.customer.mixin"]
        for name in self.env["finance.portal.document"]._finance_portal_get_models():
            if not issubclass(self.env.registry[name], staying):
                continue
            # One statement: there may be thousands, and nothing else follows from it.
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET finance_customer_id = %s"
                    " WHERE partner_id IN %s AND finance_customer_id IS NULL AND %s",
                    SQL.identifier(self.env[name]._table),
                    customer.id,
                    tuple(contacts.ids),
                    self.env[name]._finance_portal_get_staying_condition(),
                )
            )
            self.env[name].invalidate_model(["finance_customer_id"])
        # What record rules were made of: which contacts a customer has.
        self.env.registry.clear_cache()
