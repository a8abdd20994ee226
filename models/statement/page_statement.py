from urllib.parse import urlencode

from odoo import api, models
from odoo.fields import Domain
from odoo.http import content_disposition, request

from ...const import PORTAL

MIMETYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


class FinancePortalPage(models.AbstractModel):
    """The portal's page of the statement, and its files."""

    _inherit = "finance.portal.page"

    @api.model
    def _respond_statement(self, viewer, params):
        """Return the page of the statement, its rows linked to their documents."""
        page = self.with_context(lang=self._get_viewer_lang(viewer))
        values = page.env["finance.portal.statement"]._get_page_values(
            viewer.customer, params, viewer.own_documents
        )
        page._link_rows(viewer, values["statement"].get("sections", []))
        return self._respond_portal(
            viewer, "finance_portal.portal_statement", values, current="statement"
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
    def _respond_statement_file(self, viewer, form, params, visit):
        """Return the statement as a file.

        A period that makes no sense, and who gets no statement, meet the page that says so.

        :param str form: "pdf" or "csv"
        """
        page = self.with_context(lang=self._get_viewer_lang(viewer))
        Statement = page.env["finance.portal.statement"]
        period, problem = Statement._parse_period(params, Statement._get_today(page.env.company))
        if problem or not Statement._is_available(viewer.own_documents):
            query = {name: params[name] for name in ("from", "to") if params.get(name)}
            path = f"{PORTAL}/statement?{urlencode(query)}" if query else f"{PORTAL}/statement"
            return self._secure(request.redirect(path, code=303))
        if request.httprequest.method == "HEAD":
            return request.make_response("", [("Content-Type", MIMETYPES[form])])
        if form == "pdf":
            bucket = None if viewer.staff else "rendering"
            filename, content = Statement._get_pdf(viewer.customer, *period, bucket=bucket)
        else:
            filename, content = Statement._get_csv(viewer.customer, *period)
        if not viewer.staff:
            self.env["finance.portal.event"]._record(
                "statement", account=viewer.account, visit=visit, file_name=filename
            )
        return request.make_response(
            content,
            [
                ("Content-Type", MIMETYPES[form]),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(filename)),
            ],
        )
