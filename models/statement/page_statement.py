from odoo import api, models
from odoo.fields import Domain

from ...const import PORTAL
from .statement_page import MAX_MOVEMENTS

MAX_SENT = 3  # beside the statement; the list has all


class FinancePortalPage(models.AbstractModel):
    """The portal's page of the statement, and its files."""

    _inherit = "finance.portal.page"

    @api.model
    def _respond_statement(self, viewer, params, status=200):
        """Return the page of the statement, its rows linked to their documents."""
        page = self.with_context(lang=self._get_viewer_lang(viewer))
        values = page.env["finance.portal.statement"]._get_page_values(
            viewer.customer, viewer.companies, params, viewer.own_documents
        )
        page._link_rows(viewer, values["statement"].get("sections", []))
        values["statement_path"] = viewer.get_address(f"{PORTAL}/statement")
        if values["statement"]["available"]:
            values["sent"] = page._get_sent_statements(viewer)
            values |= page._get_statement_pays(viewer)
        return self._respond_portal(
            viewer,
            "finance_portal.portal_statement",
            values,
            current="statement",
            status=status,
        )

    @api.model
    def _get_statement_pays(self, viewer):
        """Return what there is to pay now, whatever the period shown.

        :return: dict of ``pays``, how to pay by bank transfer, and ``owes``, whether to pay at all
        """
        Statement = self.env["finance.portal.statement"]
        parts = Statement._get_open_items(viewer.customer, viewer.companies, MAX_MOVEMENTS)
        return {
            "pays": Statement._get_pays(parts, viewer.customer),
            "owes": any(part["total"] > 0 for part in parts),
        }

    @api.model
    def _get_sent_statements(self, viewer):
        """Return the newest statements that were sent to the customer, as the list draws them."""
        List = self.env["finance.portal.list.statements"]
        newest = List._get_newest(viewer, limit=MAX_SENT + 1)
        return {
            "rows": List._get_rows(viewer, newest[:MAX_SENT]),
            "heads": List._get_texts()["heads"],
            "has_more": len(newest) > MAX_SENT,
        }

    @api.model
    def _respond_sent_statements(self, viewer, params):
        """Return the list of statements that were sent; who gets none is told so instead."""
        if not self.env["finance.portal.statement"]._is_available(viewer.own_documents):
            return self._respond_statement(viewer, {})
        page = self.with_context(lang=self._get_viewer_lang(viewer))
        values = page.env["finance.portal.list.statements"]._get_page_values(viewer, params)
        return self._respond_portal(
            viewer, "finance_portal.portal_statements", values, current="statement"
        )

    @api.model
    def _link_rows(self, viewer, sections):
        """Put the address of its document into each row, where the viewer may see that."""
        scope = self.env["finance.portal.scope"]
        rows = [row for section in sections for row in section["rows"] if row["key"]]
        for model in {row["key"][0] for row in rows}:
            ids = [row["key"][1] for row in rows if row["key"][0] == model]
            domain = scope._get_viewer_domain(model, viewer) & Domain("id", "in", ids)
            # sudo: the scope is in the domain
            Document = self.env[model].sudo().with_context(active_test=False)
            seen = {one.id: f"/finance/d/{scope._make_ref(one)}" for one in Document.search(domain)}
            for row in rows:
                if row["key"][0] == model and row["key"][1] in seen:
                    row["href"] = seen[row["key"][1]]

    @api.model
    def _get_statement_period(self, viewer, params):
        """Return ``(first day, last day)`` of a statement to download, or ``None``.

        There is none for a period that makes no sense, and for who gets no statement.
        """
        page = self.with_context(lang=self._get_viewer_lang(viewer))
        Statement = page.env["finance.portal.statement"]
        period, problem = Statement._parse_period(params, Statement._get_today(page.env.company))
        return None if problem or not Statement._is_available(viewer.own_documents) else period

    @api.model
    def _get_statement_file(self, viewer, form, period):
        """Return ``(file name, bytes)`` of the statement of a period.

        :param str form: "pdf" or "csv"
        """
        page = self.with_context(lang=self._get_viewer_lang(viewer))
        Statement = page.env["finance.portal.statement"]
        if form == "csv":
            return Statement._get_csv(viewer.customer, viewer.companies, *period)
        # Staff who look as the customer leave nothing behind, not even the PDF.
        account = None if viewer.staff else viewer.account
        return Statement._get_pdf(
            viewer.customer, viewer.companies, *period, account=account, keep=not viewer.staff
        )
