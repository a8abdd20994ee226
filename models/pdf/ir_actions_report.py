import lxml.html
from markupsafe import Markup

from odoo import models

from odoo.addons.base.models.ir_actions_report import _wkhtml

MARGIN_MM = 10
# What customers download, and what models that inherit these print.
LETTERHEAD_MODELS = ("finance.portal.document", "finance.portal.statement")
# On each further page a wkhtmltopdf with patched Qt prints the headings of a table again; it
# makes room for them only where no row may be broken, and else prints them over the first one.
WHOLE_ROWS = Markup("<style>tr { page-break-inside: avoid; }</style></head>")


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def get_paperformat_by_xmlid(self, xml_id):
        """Find the report without asking whether it still exists, three times for each PDF."""
        if not xml_id:
            return super().get_paperformat_by_xmlid(xml_id)
        number = self.env["ir.model.data"]._xmlid_to_res_id(xml_id, raise_if_not_found=True)
        return self.browse(number).get_paperformat()

    def _get_rendering_context(self, report, docids, data):
        """Print in a language that is installed, whatever the contact's record says.

        :raise AccessError: the user may not read one of the documents
        """
        model = self.env.get(report.model or "")
        if self.env["finance.portal.document"]._finance_portal_includes(model):
            documents = model.browse(docids)
            # Those of a batch were found a moment ago.
            if not self.env.context.get("finance_portal_batch"):
                documents = documents.exists()
            # Odoo leaves it to the fields that a template reads. Those that are read with all
            # rights from here on are known by then, and known ones are given to everybody.
            documents.check_access("read")
            documents._finance_portal_print_in_installed_lang()
        return super()._get_rendering_context(report, docids, data)

    def _prepare_html(self, html, report_model=False):
        """Keep the rows of tables whole, and print the letterhead whatever the renderer is.

        A wkhtmltopdf without patched Qt ignores its header and footer switches and still
        reports success, so the customer would get a document without a sender.
        """
        model = self.env.get(report_model or "")
        shared = model is not None and any(
            isinstance(model, self.env.registry[name])
            for name in self._finance_portal_get_letterhead_models()
        )
        if not shared:
            return super()._prepare_html(html, report_model=report_model)
        inline = not _wkhtml().is_patched_qt
        if inline:
            html = self._finance_portal_inline_letterhead(html)
        bodies, res_ids, header, footer, paper = super()._prepare_html(
            html, report_model=report_model
        )
        if inline:
            margins = {"data-report-margin-top": MARGIN_MM, "data-report-margin-bottom": MARGIN_MM}
            header, footer, paper = None, None, {**margins, **paper}
        bodies = [body.replace("</head>", WHOLE_ROWS, 1) for body in bodies]
        return bodies, res_ids, header, footer, paper

    def _finance_portal_get_letterhead_models(self):
        """Return the models whose reports are ours to print well; what inherits them, too."""
        return LETTERHEAD_MODELS

    def _finance_portal_inline_letterhead(self, html):
        """Return the report with each header and footer moved into the article it belongs to."""
        root = lxml.html.fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))
        articles = root.find_class("article")
        for name, place in (("header", 0), ("footer", None)):
            for article, part in zip(articles, root.find_class(name), strict=False):
                part.drop_tree()
                # Under its old name Odoo would take it out of the page again.
                part.classes.discard(name)
                part.classes.add(f"finance_portal_{name}")
                for number in part.find_class("page"):
                    number.getparent().drop_tree()  # only the renderer's own footer can count pages
                article.insert(len(article) if place is None else place, part)
        return lxml.html.tostring(root, encoding="unicode")
