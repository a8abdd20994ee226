from lxml import etree

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class FinancePortalDocument(models.AbstractModel):
    """What a record needs in order to be shared with a customer by secure link.

    A document model inherits from this next to ``portal.mixin`` and ``mail.thread``, and fills
    in the methods under "what a document must tell". The engine knows nothing else of it.
    """

    _name = "finance.portal.document"
    _description = "Document Shared with Customers"

    finance_is_kind = fields.Boolean("Shared with Customers", compute="_compute_finance_is_kind")

    def _compute_finance_is_kind(self):
        for document in self:
            document.finance_is_kind = document._finance_portal_is_kind()

    # === WHICH MODELS ARE SHARED === #

    @api.model
    def _finance_portal_get_models(self):
        """Return the names of the models whose records are shared with customers."""
        kind = self.env.registry["finance.portal.document"]
        return [
            name
            for name, model in self.env.registry.items()
            if issubclass(model, kind) and not model._abstract
        ]

    @api.model
    def _finance_portal_includes(self, records):
        """Return whether these records, if any, are of such a model."""
        return isinstance(records, self.env.registry["finance.portal.document"])

    # === VIEWS === #

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Add the Sharing tab and the warning above the sheet to every kind's form."""
        arch, view = super()._get_view(view_id, view_type, **options)
        sheet = arch.find("./sheet") if view_type == "form" else None
        if sheet is not None:
            # sudo: views are public to whoever may open the form
            own = self.env.ref("finance_portal.finance_portal_document_view_form").sudo()
            form = own._get_combined_arch()
            for part in form.xpath("./*[not(self::sheet)]"):
                sheet.addprevious(part)
            notebook = sheet.find(".//notebook")
            if notebook is None:
                notebook = etree.SubElement(sheet, "notebook")
            notebook.extend(form.findall("./sheet/notebook/page"))
            for button in arch.xpath("//button[contains(@class, 'o_finance_send')]"):
                # Some localizations put a label of their own into Odoo's button, such as "Send".
                # It would be shown in place of "Send to Customer".
                button[:] = []
        return arch, view

    # === WHAT A DOCUMENT MUST TELL === #

    def _finance_portal_is_kind(self):
        """Return whether this record is of a kind that is shared (an invoice, not a bill)."""
        raise NotImplementedError

    def _finance_portal_is_shareable(self):
        """Return whether its state allows customers to see it now."""
        raise NotImplementedError

    @api.model
    def _finance_portal_get_shareable_domain(self):
        """Return the domain of the records that are shareable: the same rule, for searches."""
        raise NotImplementedError

    def _finance_portal_get_company(self):
        """Return the company that issued the document and whose letterhead it has."""
        return self.company_id

    def _finance_portal_get_customer(self):
        """Return the customer: the commercial partner the document belongs to."""
        return self.partner_id.commercial_partner_id

    @api.model
    def _finance_portal_get_customer_domain(self, customer, contacts=None):
        """Return the domain of the records of one customer: the same rule, for searches.

        :param Contacts contacts: of this customer, where they were found already
        """
        return Domain("partner_id.commercial_partner_id", "=", customer.id)

    @api.model
    def _finance_portal_get_own_domain(self, customer, contact):
        """Return the domain of a contact's own documents, among their customer's."""
        return Domain("partner_id", "=", contact.id)

    @api.model
    def _finance_portal_get_companies_domain(self, companies):
        """Return the domain of what some companies issued: as :meth:`_finance_portal_get_company`.

        For searches.
        """
        return Domain("company_id", "in", companies.ids)

    def _finance_portal_get_template(self):
        """Return the external id of the QWeb template that draws the document page."""
        raise NotImplementedError

    def _finance_portal_get_page_values(self):
        """Return the values for that template, already formatted for the context's language."""
        raise NotImplementedError

    def _finance_portal_get_page_sources(self):
        """Return which rows those values are drawn from.

        :return: list of ``(table name, SQL condition)``, maybe with a name and columns, or with
            what is there only in some cases; see ``_get_version`` of ``finance.portal.page``
        """
        raise NotImplementedError

    def _finance_portal_fill_sources(self, sources, **values):
        """Return the sources of a page with these values in their conditions.

        :param sources: the same, but with texts of the code as conditions; nobody enters any
        """
        filled = []
        for table, condition, *shared in sources:  # Odoo's pylint crashes on a comprehension
            filled.append((table, SQL(condition, **values), *shared))
        return filled

    def _finance_portal_get_live_values(self, access):
        """Return further values for that template, worked out on each request.

        For what hangs on the moment or on the visitor, and so must not be kept with the drawn
        page.

        :param access: the access (sudo) the page is shown through
        """
        return {}

    def _finance_portal_get_answers(self):
        """Return the kinds of :class:`Answer` that the document accepts."""
        return ()

    def _finance_portal_get_decision(self, access, drawn, refusal=None, chosen=None):
        """Return what the page shows about the customer's answer; ``None`` where none is wanted.

        :param access: the access (sudo) the page is shown through
        :param dict drawn: what the page shows of the document
        :param refusal: the :class:`DecisionRefused` or :class:`Refusal` that the visitor just
            met, if any
        :param dict chosen: what the visitor had typed, if they just changed what is optional
        :return: dict of ``state`` ("open", "accepted", "declined", "closed"), ``title``,
            ``notes`` (sentences), ``needs_signature``, ``options``, ``seen`` (to be posted
            back), ``changes`` (list of ``label``, ``old``, ``new``), ``error`` (a sentence),
            ``typed`` (``name`` and ``reason`` to fill in again) and ``signed_by`` (whose
            signature there is to see)
        """
        return None

    def _finance_portal_get_signature(self):
        """Return the signature (PNG) under what its customer accepted; ``None`` without one."""
        return None

    def _finance_portal_get_responsible(self):
        """Return the user who looks after the document, if it has one."""
        return self.env["res.users"]

    def _finance_portal_get_states(self):
        """Return its states, as its page and the portal's lists show them.

        For many records of one recordset it takes no more queries than for one.

        :return: list of ``(tone, text)``, tone being one of good, calm, warn, bad
        """
        raise NotImplementedError

    def _finance_portal_get_section(self):
        """Return the portal's page that lists it, a key of ``_get_sections``."""
        raise NotImplementedError

    def _finance_portal_get_title(self):
        """Return its title for the customer, such as "Invoice INV/2026/0001"."""
        raise NotImplementedError

    def _finance_portal_get_kind_name(self):
        """Return the kind alone, such as "Invoice"."""
        return self._description

    def _finance_portal_get_prefix(self):
        """Return the first part of the address of its links."""
        return "i"

    def _finance_portal_watched_fields(self):
        """Return the fields whose change may end the life of a link."""
        return {"state", "partner_id", "company_id"}

    def _finance_portal_get_read_fields(self):
        """Return the fields that every click reads, in one query.

        By itself the ORM reads all columns of a wide table.
        """
        return self._finance_portal_watched_fields()

    # === WHETHER ODOO'S OWN LINKS ARE CLOSED === #

    def _finance_portal_native_closed(self):
        """Return whether Odoo's own permanent links to this record are closed.

        Checked against the record's current state when a link is made and again when it is
        followed: a cart's link doesn't open the order that the cart becomes.
        """
        # sudo: asked on behalf of visitors, who cannot read the record
        return self._finance_portal_replaces_native() and not self.sudo()._finance_portal_is_cart()

    def _finance_portal_replaces_native(self):
        """Return whether Odoo's links to this kind of record are closed in its company."""
        # sudo: asked on behalf of visitors, who cannot read the company
        document = self.sudo()
        return (
            document._finance_portal_is_kind()
            and document._finance_portal_get_company().finance_portal_close_native
        )

    def _finance_portal_is_cart(self):
        """Return whether it is still a visitor's cart, whose checkout needs Odoo's token."""
        return False

    def _finance_portal_get_native_token(self):
        """Return Odoo's own permanent token; not every kind of document has one."""
        return self.access_token if "access_token" in self._fields else False
