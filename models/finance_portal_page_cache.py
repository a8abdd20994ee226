import time

from odoo import api, models, tools
from odoo.tools import SQL

SLOT_SECONDS = 15 * 60


class FinancePortalPage(models.AbstractModel):
    """Draw a document once, and again only when something it is drawn from changed.

    Reading an invoice with its taxes, payments and addresses through the ORM costs far more
    than showing it. What a page shows is therefore kept in the ERP's cache for templates,
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
            self._get_document_version(document),
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
            "brand": page._get_brand(document.company_id),
            "sender_tz": document.company_id.partner_id.tz,
            "page_title": document._finance_portal_get_title(),
            **document._finance_portal_get_page_values(),
        }

    @api.model
    def _get_document_version(self, document):
        """Return a text that is another one after every change of what the page shows.

        Time belongs to it: "due tomorrow" is true for a day only. Midnight, in whatever time
        zone, is always the start of a slot.
        """
        document.env.flush_all()
        versions = SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s || ctid::text || xmin::text AS version FROM %s WHERE %s",
                table,
                SQL.identifier(table),
                condition,
            )
            for table, condition in document._finance_portal_get_page_sources()
        )
        [(version,)] = self.env.execute_query(
            SQL("SELECT md5(string_agg(version, ' ' ORDER BY version)) FROM (%s) rows", versions)
        )
        return f"{int(time.time() // SLOT_SECONDS)} {version}"
