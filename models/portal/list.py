from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

from ...const import PORTAL
from ...tools.list_query import ListQuery, read_query

PAGE_SIZE = 20
MAX_COUNTED = 1000


class Sort(NamedTuple):
    """An order of a list: by one field, then by id."""

    label: str
    field: str
    descending: bool = False
    nullable: bool = False


class Batch(NamedTuple):
    """A page of a list: documents, and whether there are more on either side."""

    documents: object
    has_previous: bool
    has_next: bool


class FinancePortalList(models.AbstractModel):
    """A list of one sort of documents in the portal: search, filters, orders, pages.

    Each sort inherits from this and fills in the methods under "what a list must tell". A page
    begins behind a document, not at a number: the database finds that place by an index, so
    the last page costs no more than the first, and nothing is skipped or shown twice when
    documents come in between.
    """

    _name = "finance.portal.list"
    _description = "List of Documents in the Portal"

    # === WHAT A LIST MUST TELL === #

    @api.model
    def _get_model(self):
        """Return the name of the documents' model."""
        raise NotImplementedError

    @api.model
    def _get_section(self):
        """Return the path of the page that shows it, below the portal."""
        raise NotImplementedError

    @api.model
    def _get_domain(self):
        """Return the domain of the list's documents, among all that a customer may see."""
        return Domain.TRUE

    @api.model
    def _get_filters(self):
        """Return the filters: ``{key: (label, domain)}``; the first has the key ""."""
        raise NotImplementedError

    @api.model
    def _get_filter_domain(self, viewer, show):
        """Return the domain of a filter, which may depend on who looks."""
        return self._get_filters()[show][1]

    @api.model
    def _get_sorts(self):
        """Return the orders: ``{key: Sort}``; the first, the newest first, has the key ""."""
        raise NotImplementedError

    @api.model
    def _get_search_fields(self):
        """Return the names of the fields that are searched: the number, their reference."""
        raise NotImplementedError

    @api.model
    def _get_search_hint(self):
        """Return the search field's hint."""
        return self.env._("Number or your reference")

    @api.model
    def _get_texts(self):
        """Return the texts of the page.

        :return: dict of ``heads`` (labels of columns by the names of cells: ``name``, ``date``,
            ``due``, ``amount``, ``open``; those it does not name are not shown) and ``empty``
            (what will appear here, a sentence)
        """
        raise NotImplementedError

    @api.model
    def _prepare_cells(self, document):
        """Return the cells of a document: a dict of texts with the keys of ``heads``.

        With ``kind`` and ``detail``, words beside the number and below it, or nothing; ``part``,
        a sentence on what of the amount is due, where that isn't all of it; and
        ``told``, the amount as an email says it, if that is another text.
        """
        raise NotImplementedError

    @api.model
    def _get_states(self, documents):
        """Return the states of documents: ``{id: list of (tone, text)}``."""
        return {document.id: document._finance_portal_get_states() for document in documents}

    @api.model
    def _get_read_fields(self):
        """Return the fields that rows of the overview are drawn from; all of them when empty.

        By itself the ORM reads all columns of a wide table.
        """
        return ()

    @api.model
    def _warm_up(self, documents):
        """Read for all documents at once what the cells would otherwise read one by one."""

    @api.model
    def _take_kept(self, viewer, documents):
        """Tell documents what the page has found out about them already."""

    @api.model
    def _get_waiting(self):
        """Return what waits for the customer's answer: title, filter and order, or ``None``."""
        return None

    @api.model
    def _get_still_open(self):
        """Return what a customer still has to pay or to answer: filter and order, or ``None``."""
        waiting = self._get_waiting()
        return waiting[1:] if waiting else None

    @api.model
    def _get_due_day(self, document):
        """Return until when a document that is still open is to be paid or answered, if it says."""
        return None

    @api.model
    def _is_still_open(self, document):
        """Return whether a document that the filter found is still open, to the hour."""
        return True

    @api.model
    def _get_open_amount(self, document, cells):
        """Return as text how much of a document is still open.

        :param dict cells: see :meth:`_prepare_cells`
        """
        return cells.get("told") or cells.get("open") or cells["amount"]

    @api.model
    def _get_news(self, document):
        """Return a sentence for "recent activity", or an empty text."""
        raise NotImplementedError

    # === THE PAGE === #

    @api.model
    def _get_page_values(self, viewer, params):
        """Return what the page of the list shows.

        :param Viewer viewer: who looks
        :param dict params: what the address says, as the visitor sent it
        :return: dict of ``listing``: ``path``, ``query`` (:class:`ListQuery`), ``rows`` (see
            :meth:`_get_rows`), ``heads``, ``empty``, ``hint``, ``number``, ``position`` (texts),
            ``filters`` (list of ``{label, path, current}``), ``sorts`` (list of ``{key, label,
            current}``), ``previous``, ``next`` and ``first`` (addresses, or empty)
        """
        filters, sorts = self._get_filters(), self._get_sorts()
        query = read_query(params, filters, sorts)
        path = viewer.get_address(f"{PORTAL}/{self._get_section()}")
        shown = self._get_viewer_domain(viewer) & self._get_filter_domain(viewer, query.show)
        wanted = shown & self._get_search_domain(query.search)
        batch = self._get_batch(viewer, wanted, query)
        rows = self._get_rows(viewer, batch.documents)
        steps = query._replace(after="", before="", at=0)
        # Carried along in the address: finding it out would take longer the further it is.
        at = query.at if batch.has_previous else 1
        back = max(1, at - PAGE_SIZE) if at else 0
        on = at + len(rows) if at else 0
        count = self._count(wanted) if rows else ""
        return {
            "listing": {
                "path": path,
                "query": query,
                "rows": rows,
                **self._get_texts(),
                "hint": self._get_search_hint(),
                "is_narrowed": bool(query.search or query.show),
                "all": ListQuery("", "").address(path),
                "number": self.env["finance.portal.page"]._word_documents(count),
                "position": self._get_position(at, len(rows), batch, count),
                **self._describe_choices(filters, sorts, query, steps, path),
                "previous": batch.has_previous
                and steps.address(path, before=rows[0]["ref"], at=back),
                "next": batch.has_next and steps.address(path, after=rows[-1]["ref"], at=on),
            }
        }

    @api.model
    def _get_position(self, at, number, batch, count):
        """Return which documents of how many a page shows, where that is known."""
        if not at or not (batch.has_previous or batch.has_next):
            return ""
        return self.env._(
            "%(first)s to %(last)s of %(count)s", first=at, last=at + number - 1, count=count
        )

    @api.model
    def _describe_choices(self, filters, sorts, query, steps, path):
        """Return the parts ``filters`` and ``sorts`` of :meth:`_get_page_values`."""
        return {
            "filters": [
                {
                    "label": label,
                    "path": steps.address(path, show=key),
                    "current": key == query.show,
                }
                for key, (label, _domain) in filters.items()
            ],
            "sorts": [
                {"key": key, "label": sort.label, "current": key == query.sort}
                for key, sort in sorts.items()
            ],
        }

    @api.model
    def _get_viewer_domain(self, viewer):
        """Return the domain of all that the viewer has in this list."""
        scope = self.env["finance.portal.scope"]._get_viewer_domain(self._get_model(), viewer)
        return scope & self._get_domain()

    @api.model
    def _get_newest(self, viewer, show="", sort="", limit=PAGE_SIZE):
        """Return the first documents (sudo) of a filter and an order."""
        domain = self._get_viewer_domain(viewer) & self._get_filter_domain(viewer, show)
        return self._find(domain, self._get_sorts()[sort], limit)

    @api.model
    def _query_newest(self, viewer, show, sort, limit):
        """Return the query of the same, with columns ``id`` and ``value``, what they're ordered by.

        :return: :class:`SQL`, or ``None`` when it is known to find nothing
        """
        domain = self._get_viewer_domain(viewer) & self._get_filter_domain(viewer, show)
        by = self._get_sorts()[sort]
        # sudo: the scope is in the domain
        Document = self.env[self._get_model()].sudo().with_context(active_test=False)
        query = Document._search(domain, order=self._get_order(by), limit=limit)
        if query.is_empty():
            return None
        value = Document._field_to_sql(query.table, by.field, query)
        return query.select(
            SQL("%s AS id", SQL.identifier(query.table, "id")), SQL("%s::text AS value", value)
        )

    @api.model
    def _get_rows(self, viewer, documents):
        """Return documents as a list draws them, in the language of the context.

        :return: list of dicts of ``ref``, ``states`` and what :meth:`_prepare_cells` returns
        """
        scope = self.env["finance.portal.scope"]
        company = self.env["finance.portal.page"]._get_viewer_company(viewer)
        self._warm_up(documents)
        local = self._localize(documents)
        states = self._get_states(local)
        rows = []
        for document in local:
            cells = {"kind": "", "detail": "", "part": "", **self._prepare_cells(document)}
            own = document._finance_portal_get_company()
            if own != company:
                details = (cells["detail"], own.name)
                cells["detail"] = " · ".join(filter(None, details))
            ref = scope._make_ref(document)
            rows.append({"ref": ref, "states": states[document.id], **cells})
        return rows

    # === HELPERS === #

    @api.model
    def _localize(self, documents):
        """Return documents, each where days are counted as its company counts them."""
        places, local = {}, []
        for document in documents.with_context(lang=self.env.lang):
            company = document._finance_portal_get_company()
            if company.id not in places:
                there = document.with_company(company)._finance_portal_in_company_time()
                places[company.id] = there.with_context(skip_invoice_sync=True).env
            local.append(document.with_env(places[company.id]))
        return local

    @api.model
    def _get_search_domain(self, search):
        """Return the domain of what a visitor searches for, taken literally."""
        if not search:
            return Domain.TRUE
        pattern = escape_psql(search)
        return Domain.OR(Domain(name, "ilike", pattern) for name in self._get_search_fields())

    @api.model
    def _count(self, domain):
        """Return how many there are, as text; counting stops at a thousand."""
        # sudo: the scope is in the domain
        Document = self.env[self._get_model()].sudo().with_context(active_test=False)
        count = Document.search_count(domain, limit=MAX_COUNTED + 1)
        lang = self.env["res.lang"]._get_data(code=self.env.lang)
        number = self.env["res.lang"].browse(lang.id).format("%d", min(count, MAX_COUNTED), True)
        return f"{number}+" if count > MAX_COUNTED else number

    @api.model
    def _find(self, domain, sort, limit, forwards=True):
        """Return documents (sudo) in an order, or in its reverse."""
        # sudo: the scope is in the domain
        Document = self.env[self._get_model()].sudo().with_context(active_test=False)
        order = self._get_order(sort, forwards)
        return Document.search_fetch(domain, [sort.field], order=order, limit=limit)

    @api.model
    def _get_order(self, sort, forwards=True):
        """Return an order, or its reverse, as Odoo's searches take it."""
        way = "DESC" if sort.descending == forwards else "ASC"
        return f"{sort.field} {way}, id {way}"

    @api.model
    def _get_batch(self, viewer, domain, query):
        """Return the :class:`Batch` that a visitor asks for, the first one when in doubt."""
        sort = self._get_sorts()[query.sort]
        cursor = self._find_cursor(viewer, query.after or query.before)
        if cursor and query.before:
            beyond = self._get_beyond(sort, cursor, forwards=False)
            found = self._find(domain & beyond, sort, PAGE_SIZE + 1, forwards=False)
            if len(found) > PAGE_SIZE:
                return Batch(found[:PAGE_SIZE][::-1], True, True)
            cursor = None  # so few are left that it is the first page
        behind = None
        if cursor:
            beyond = self._get_beyond(sort, cursor, forwards=True)
            behind = self._find(domain & beyond, sort, PAGE_SIZE + 1)
        # What came behind it may have been answered or cancelled meanwhile.
        found = behind or self._find(domain, sort, PAGE_SIZE + 1)
        return Batch(found[:PAGE_SIZE], bool(behind), len(found) > PAGE_SIZE)

    @api.model
    def _find_cursor(self, viewer, ref):
        """Return the viewer's document (sudo) that a page begins behind or ends before, if any."""
        Scope = self.env["finance.portal.scope"]
        subject = Scope._read_ref(ref) if ref else None
        if not subject or subject[0] != self._get_model():
            return None
        return Scope._find(subject[0], viewer, subject[1])

    @api.model
    def _get_beyond(self, sort, document, forwards):
        """Return the domain of what comes behind a document in an order, or before it.

        The first part lets the database begin at the right place of the index.
        """
        value, is_lower = document[sort.field], sort.descending == forwards
        sign = "<" if is_lower else ">"
        further = Domain("id", sign, document.id)
        empty = Domain(sort.field, "=", False)
        if sort.nullable and not value:  # to PostgreSQL, nothing is more than anything
            return (empty & further) | (~empty if is_lower else Domain.FALSE)
        beyond = Domain(sort.field, f"{sign}=", value) & (Domain(sort.field, sign, value) | further)
        return beyond | empty if sort.nullable and not is_lower else beyond
