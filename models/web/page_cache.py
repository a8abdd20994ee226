import time
from typing import NamedTuple

from odoo import api, models, tools
from odoo.tools import SQL

SLOT_SECONDS = 15 * 60


class PossibleRows(NamedTuple):
    """Rows that a page is drawn from only where a query finds something; mostly it does not.

    Some of them may be possible rows in turn.
    """

    query: SQL
    rows: list


class FinancePortalPage(models.AbstractModel):
    """Draw a document once, and again only when something it is drawn from changed.

    Reading an invoice with its taxes, payments and addresses through the ORM costs far more
    than showing it. What a page shows is therefore kept in Odoo's cache for templates,
    under a version that PostgreSQL itself gives: the places (``ctid``) and the transactions
    (``xmin``) of all rows the page is drawn from. Every change of such a row, by whatever
    means, moves it, so an outdated page is never found. Whether the visitor may see the page
    at all is not kept: the resolver decides that on every request.
    """

    _inherit = "finance.portal.page"

    @api.model
    def _get_document_values(self, document):
        """Return what the document page and its layout show, in the language of its context.

        :param document: the document (sudo), in its own company
        :return: dict of texts and plain containers, shared by all requests: not to be changed
        """
        return self._draw_document(
            document._name,
            document.id,
            document.env.company.id,
            document.env.lang,
            self._get_version(
                [
                    *document._finance_portal_get_page_sources(),
                    *document._finance_portal_get_extra_sources(),
                ]
            ),
        )

    @api.model
    @tools.ormcache(
        "model", "res_id", "company_id", "lang", "version", cache="templates.cached_values"
    )
    def _draw_document(self, model, res_id, company_id, lang, version):  # pylint: disable=unused-argument
        """Return the values for :meth:`_get_document_values`."""
        page = self.with_context(lang=lang)
        # sudo: the resolver let the visitor in to this one document
        document = page.env[model].sudo().with_company(company_id).browse(res_id)
        return {
            "brand": page._get_brand(document._finance_portal_get_company()),
            "sender_tz": document._finance_portal_get_company().partner_id.tz,
            "page_title": document._finance_portal_get_title(),
            "has_pdf": document._finance_portal_has_pdf(),
            **document._finance_portal_get_extra_values(),
            **document._finance_portal_get_page_values(),
        }

    @api.model
    def _get_drawn_brand(self, company):
        """Return the brand for pages without a document, see :meth:`_get_brand`."""
        rows = [
            ("res_company", SQL("id = %s", company.id)),
            (
                "res_partner",
                SQL("id = (SELECT partner_id FROM res_company WHERE id = %s)", company.id),
            ),
        ]
        return self._draw_brand(company.id, self.env.lang, self._get_version(rows))

    @api.model
    @tools.ormcache("company_id", "lang", "version", cache="templates.cached_values")
    def _draw_brand(self, company_id, lang, version):  # pylint: disable=unused-argument
        """Return the values for :meth:`_get_drawn_brand`."""
        page = self.with_context(lang=lang)
        return page._get_brand(page.env["res.company"].browse(company_id))

    @api.model
    def _get_version(self, rows):
        """Return a text that changes with every change of some rows.

        Time belongs to it: "due tomorrow" is true for a day only. Midnight, in whatever time
        zone, is always the start of a slot.

        PostgreSQL plans this query anew on every click, which takes it longer than the query
        itself. So rows that lead to others are looked up once, under a name of their own.

        :param rows: list of ``(table name, SQL condition)``, maybe followed by ``(name, columns)``:
            whatever comes behind may ask for these columns under that name; and of
            :class:`PossibleRows`
        """
        self.env.flush_all()
        known, pending, version = [], rows, ""
        while pending:
            known += [row for row in pending if not isinstance(row, PossibleRows)]
            possible = [row for row in pending if isinstance(row, PossibleRows)]
            version, *found = self._read_version(known, [one.query for one in possible])
            there = [one for one, is_there in zip(possible, found, strict=True) if is_there]
            pending = [row for one in there for row in one.rows]
        return f"{int(time.time() // SLOT_SECONDS)} {version}"

    @api.model
    def _read_version(self, rows, queries=()):
        """Return the version of rows, and of each query whether it finds something."""
        named, versions = [], []
        for table, condition, *shared in rows:
            version = SQL("%s || ctid::text || xmin::text AS version", table)
            found = SQL("FROM %s WHERE %s", SQL.identifier(table), condition)
            if shared:
                name, columns = SQL.identifier(shared[0]), SQL(shared[1])
                named.append(
                    SQL("%s AS MATERIALIZED (SELECT %s, %s %s)", name, columns, version, found)
                )
                version, found = SQL("version"), SQL("FROM %s", name)
            versions.append(SQL("SELECT %s %s", version, found))
        found = [SQL(", EXISTS (%s)", query) for query in queries]
        [result] = self.env.execute_query(
            SQL(
                "%s SELECT md5(string_agg(version, ' ' ORDER BY version)) %s FROM (%s) rows",
                SQL("WITH %s", SQL(", ").join(named)) if named else SQL(),
                SQL().join(found),
                SQL(" UNION ALL ").join(versions),
            )
        )
        return result
