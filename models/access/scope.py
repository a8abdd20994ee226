from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.document_ref import make_document_ref, read_document_ref
from ..documents.kept_customer_mixin import Contacts

ITEMS = """
    line.partner_id = ANY(%(partners)s)
    AND line.account_id = ANY(%(accounts)s)
    AND line.parent_state = 'posted'
    AND line.company_id = ANY(%(companies)s)
    %(own)s
"""
OWN_ITEMS = "AND line.move_id IN (SELECT id FROM account_move WHERE partner_id = %(contact)s)"


class Books(NamedTuple):
    """Whose journal items make a customer's balance: of these contacts, on these accounts."""

    contacts: Contacts
    accounts: list


class FinancePortalScope(models.AbstractModel):
    """What a customer may see: the one place that decides it.

    Lists, pages, files, statement, record rules and calls over RPC all ask here.
    """

    _name = "finance.portal.scope"
    _description = "What a Customer May See"

    @api.model
    def _get_domain(self, model, customer, companies, contact=None, contacts=None):
        """Return the domain of the documents of one kind that a customer may see.

        :param str model: a model that is shared with customers
        :param customer: the commercial partner
        :param companies: those whose documents the account shows, or staff may see
        :param contact: the contact to limit it to, for who may see their own documents only
        :param Contacts contacts: of this customer, where they were found already
        """
        Document = self.env[model]
        domain = Document._finance_portal_get_shareable_domain()
        domain &= Document._finance_portal_get_customer_domain(customer, contacts)
        domain &= Document._finance_portal_get_companies_domain(companies)
        if contact:
            domain &= Document._finance_portal_get_own_domain(customer, contact)
        return domain

    @api.model
    def _get_items_condition(self, customer, companies, contact=None, books=None):
        """Return which journal items a customer's balance is made of: the posted receivable ones.

        :param customer: the commercial partner, or several
        :param companies: as for :meth:`_get_domain`
        :param contact: as for :meth:`_get_domain`
        :param Books books: of this customer, where they were found already
        :return: a condition (:class:`SQL`) on ``account_move_line`` as ``line``
        """
        books = books or self._find_books(customer)
        return SQL(
            ITEMS,
            partners=books.contacts.ids,
            accounts=books.accounts,
            companies=companies.ids,
            own=SQL(OWN_ITEMS, contact=contact.id) if contact else SQL(),
        )

    @api.model
    def _find_books(self, customer):
        """Return in whose name, and on which accounts, a customer's balance is booked.

        :param customer: the commercial partner, or several
        :return: :class:`Books`
        """
        # sudo: in all companies, also of archived contacts, and customers may read neither
        # accounts nor journal items
        everything = self.sudo().with_context(active_test=False).env
        # Not in Odoo's order: accounts have codes by company, which takes it several joins.
        contacts, accounts = (
            everything[model]._search(domain, order="id").select()
            for model, domain in (
                ("res.partner", [("commercial_partner_id", "in", customer.ids)]),
                ("account.account", [("account_type", "=", "asset_receivable")]),
            )
        )
        rows = self.env.execute_query(SQL("SELECT ARRAY(%s), ARRAY(%s)", contacts, accounts))
        [(partners, accounts)] = rows
        return Books(Contacts(customer.id if len(customer) == 1 else None, partners), accounts)

    @api.model
    def _get_viewer_domain(self, model, viewer):
        """Return the domain of the documents of one kind for a viewer, see :meth:`_get_domain`."""
        asked = model, viewer.customer, viewer.companies, viewer.only_contact
        if not viewer.known:
            return self._get_domain(*asked)
        domains = viewer.known.domains
        if model not in domains:
            domain = self._get_domain(*asked, contacts=viewer.known.contacts)
            # sudo: as the searches that it becomes a part of, for all of which this is done once
            Document = self.env[model].sudo().with_context(active_test=False)
            domains[model] = domain.optimize_full(Document)
        return domains[model]

    @api.model
    def _get_recipient_domain(self, model, viewer):
        """Return the domain of what a contact may be mailed links to when they ask for all.

        Who is limited to their own documents also has what was mailed to them, and may ask for
        each of these again. Not who reads another address than it was mailed to, as long as nobody
        vouches for that: whoever corrects an address would see what went to the old one.

        :param Viewer viewer: the contact, see ``_as_recipient`` of an account
        """
        if not viewer.own_documents:
            return self._get_viewer_domain(model, viewer)
        sent = Domain("res_model", "=", model) & Domain("partner_id", "=", viewer.contact.id)
        if not self.env["finance.portal.account"]._is_vouched_for(viewer.contact, viewer.companies):
            sent &= Domain("email", "in", viewer.addresses)
        # sudo: only which documents were mailed to this contact
        Link = self.env["finance.portal.link"].sudo()
        mailed = Link._search(sent & Domain("is_external", "=", False))
        own = self.env[model]._finance_portal_get_own_domain(viewer.customer, viewer.contact)
        everything = self._get_domain(model, viewer.customer, viewer.companies)
        return everything & (own | Domain("id", "in", mailed.subselect("res_id")))

    @api.model
    def _find(self, model, viewer, res_id):
        """Return one document (sudo) if it is among those the viewer may see, else empty."""
        # sudo: customers have no rights; the scope is what lets them see it
        Document = self.env[model].sudo().with_context(active_test=False)
        domain = self._get_viewer_domain(model, viewer) & Domain("id", "=", res_id)
        return Document.search(domain)

    # === PUBLIC REFERENCES === #

    @api.model
    def _make_ref(self, document):
        """Return the reference of a document in addresses for signed-in customers."""
        return make_document_ref(self._get_secret(), document._name, document.id)

    @api.model
    def _read_ref(self, ref):
        """Return ``(model, id)`` behind such a reference, or ``None``."""
        models = self.env["finance.portal.document"]._finance_portal_get_models()
        return read_document_ref(self._get_secret(), ref, models)

    @api.model
    def _get_secret(self):
        # sudo: to read the database secret
        return self.env["ir.config_parameter"].sudo().get_param("database.secret")
