import base64
import logging
from contextlib import contextmanager

from odoo import models

_logger = logging.getLogger(__name__)


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _generate_template_attachments(self, res_ids, render_fields, render_results=None):
        """Remember the PDF that is attached as the official one, so that customers get the same.

        Odoo's dialog renders it when it opens, before the document counts as sent. What jobs
        mail is printed with all rights: so nothing is of a report for other records, which would
        print the one of the same id.
        """
        earlier = {
            res_id: len(values.get("attachments", []))
            for res_id, values in (render_results or {}).items()
        }
        with self._finance_portal_without_foreign_reports():
            results = super()._generate_template_attachments(
                res_ids, render_fields, render_results=render_results
            )
            if "report_template_ids" in render_fields:
                self._finance_portal_remember_pdfs(res_ids, results, earlier)
        return results

    @contextmanager
    def _finance_portal_without_foreign_reports(self):
        """Leave out reports for other records while documents are printed; nothing is written."""
        documents, chosen = self.env.get(self.model or ""), self.report_template_ids
        # sudo: which records a report is for is no secret
        own = chosen.filtered(lambda one: one.sudo().model == self.model)
        is_shared = self.env["finance.portal.document"]._finance_portal_includes(documents)
        if own == chosen or not is_shared:
            yield
            return
        _logger.warning("%s printed without %s, which is for other records", self, chosen - own)
        # Odoo reads them of the template itself, and takes no others.
        self._update_cache({"report_template_ids": own}, validate=False)
        try:
            yield
        finally:
            self._update_cache({"report_template_ids": chosen}, validate=False)

    def _finance_portal_remember_pdfs(self, res_ids, results, earlier):
        """Keep what was rendered of the documents' official report.

        :param dict results: what the template was rendered to, by document
        :param dict earlier: how many attachments each document had before
        """
        documents = self.env.get(self.model or "")
        if not self.env["finance.portal.document"]._finance_portal_includes(documents):
            return
        documents, contents = documents.browse(res_ids), {}
        for document in documents:
            report = document._finance_portal_get_report()
            if not report or report not in self.report_template_ids:
                continue
            # Attachments follow in the order of the reports, before those of other addons.
            place = earlier.get(document.id, 0) + self.report_template_ids.ids.index(report.id)
            _name, content = results[document.id]["attachments"][place]
            contents[document.id] = base64.b64decode(content)
            if not report.print_report_name:  # Odoo would call it "Report"
                named = (document._finance_portal_get_pdf_name(), content)
                results[document.id]["attachments"][place] = named
        if contents:
            documents.browse(contents)._finance_portal_remember_pdfs(contents)
