import hashlib
import re

from odoo import api, fields, models
from odoo.tools.safe_eval import safe_eval, time

from ...tools.renderers import DOCUMENTS
from ...tools.zones import get_zone

# What some system does not take in the name of a file.
UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
LETTERHEAD = (
    "name",
    "vat",
    "report_header",
    "report_footer",
    "company_details",
    "external_report_layout_id",
    "paperformat_id",
    "font",
    "primary_color",
    "secondary_color",
    "layout_background",
)
PARTNER = ("name", "commercial_company_name", "contact_address", "vat", "phone")
CURRENCY = ("name", "symbol", "position", "decimal_places")


def read_printed(records, names):
    """Return the values of some records in their order, of the fields that there are."""
    return records.read([name for name in names if name in records._fields], load=None)


class FinancePortalDocument(models.AbstractModel):
    """The official PDF of documents whose PDF Odoo does not keep itself.

    A kind names its report and tells what is printed; see ``finance.portal.pdf``. Kinds whose
    PDF Odoo keeps answer :meth:`_finance_portal_get_pdf` and
    :meth:`_finance_portal_is_pdf_ready` themselves and need nothing else of this.
    """

    _inherit = "finance.portal.document"

    finance_has_pdf = fields.Boolean("Has a PDF", compute="_compute_finance_has_pdf")

    def _compute_finance_has_pdf(self):
        for document in self:
            document.finance_has_pdf = document._finance_portal_has_pdf()

    # === WHAT A DOCUMENT MUST TELL === #

    def _finance_portal_has_pdf(self):
        """Return whether this kind of document has a PDF at all."""
        return True

    def _finance_portal_get_report(self):
        """Return the report that prints the official PDF, or none where Odoo keeps it."""
        return self.env["ir.actions.report"]

    def _finance_portal_get_printed(self):
        """Return what the report prints of this document.

        Two documents that return the same are printed alike, so whatever is added to the
        report belongs in here, too.

        :return: any JSON-able structure, in the language of the context
        """
        raise NotImplementedError

    def _finance_portal_has_official_pdf(self):
        """Return whether its PDF is the official one now, not that of a draft."""
        return self._finance_portal_is_shareable()

    # === THE OFFICIAL PDF === #

    def _finance_portal_fetch_pdf(self, bucket="rendering", keep=True, queue=DOCUMENTS):
        """Return ``(file name, bytes)`` of the official PDF for a visitor.

        :param str bucket: what the request is counted in when it has to be made, if anything
        :param bool keep: whether to keep it when it has to be made
        :param str queue: whose places for making it may be taken, see ``tools/renderers.py``
        :raise TooManyRequests: it has to be made, and this address had too many made
        :raise RendererBusy: it has to be made, and others are being made
        """
        if not self._finance_portal_is_pdf_ready():
            self.env["finance.portal.throttle"]._acquire_renderer(bucket, queue)
        return self._finance_portal_get_pdf(keep)

    def _finance_portal_get_pdf(self, keep=True):
        """Return ``(file name, bytes)`` of the official PDF, the one that staff send.

        :param bool keep: whether to keep it when it has to be made
        """
        self.ensure_one()
        kept = self.env["finance.portal.pdf"]._get_kept(self)
        return kept or self._finance_portal_print_pdf(keep)

    def _finance_portal_is_pdf_ready(self):
        """Return whether that PDF exists already, so that nothing has to be rendered."""
        return bool(self.env["finance.portal.pdf"]._find(self))

    def _finance_portal_print_pdf(self, keep=True):
        """Render the official PDF and keep it; takes seconds, so hold no lock meanwhile."""
        report = self._finance_portal_get_report()
        lang = self._finance_portal_get_pdf_lang()
        # As the sender would print it: in the customer's language and the sender's time zone.
        company = self._finance_portal_get_company()
        zone = get_zone(company.partner_id.tz, self.env.context.get("tz"))
        context = {"lang": lang, "tz": str(zone)}
        reports = self.env["ir.actions.report"].with_context(**context)
        content, kind = reports._render_qweb_pdf(report, self.ids)
        filename = self._finance_portal_get_pdf_name()
        if kind != "pdf" or not keep or not self._finance_portal_has_official_pdf():
            return filename, content
        return self.env["finance.portal.pdf"]._keep(self, filename, content)

    def _finance_portal_remember_pdfs(self, contents):
        """Keep PDFs that staff made for customers; the newest is the official one.

        :param dict contents: the PDF of each of these documents, by its id
        """
        if self.env.context.get("proforma"):
            return
        files = [
            (document, document._finance_portal_get_pdf_name(), contents[document.id])
            for document in self
            if contents[document.id].startswith(b"%PDF")
            and document._finance_portal_has_official_pdf()
        ]
        self.env["finance.portal.pdf"]._keep_newest(files)

    def _finance_portal_get_pdf_name(self):
        """Return the name to download the PDF under: the one it is mailed under, if it has one."""
        document = self.with_context(lang=self._finance_portal_get_pdf_lang())
        expression = document._finance_portal_get_report().print_report_name
        name = expression and safe_eval(expression, {"object": document, "time": time})
        name = UNSAFE.sub("-", str(name or document._finance_portal_get_title())).strip(" .-")
        return f"{name[:150] or 'PDF'}.pdf"

    def _finance_portal_get_pdf_lang(self):
        """Return the language that Odoo prints the document in."""
        return self.env["finance.portal.page"]._get_installed_lang(
            self.partner_id.lang, self._finance_portal_get_company().partner_id.lang
        )

    def _finance_portal_print_in_installed_lang(self):
        """Have Odoo's reports find a language that is installed on the contacts they ask.

        The reports put what is stored into a context themselves, and fail where that language
        was archived. Only this transaction sees another one: nothing is written.
        """
        Page = self.env["finance.portal.page"]
        # sudo: only for the language that is printed
        for document in self.sudo():
            company = document._finance_portal_get_company().partner_id
            for partner in document.partner_id | company:
                if partner.lang and partner.lang != Page._get_installed_lang(partner.lang):
                    code = Page._get_installed_lang(partner.lang, company.lang)
                    partner._update_cache({"lang": code}, validate=False)

    # === VERSIONS === #

    def _finance_portal_get_pdf_key(self):
        """Return what identifies a PDF: the document, its version and its language."""
        self.ensure_one()
        return {
            "res_model": self._name,
            "res_id": self.id,
            "version": self._finance_portal_get_pdf_version(),
            "lang": self._finance_portal_get_pdf_lang(),
        }

    def _finance_portal_get_pdf_version(self):
        """Return a text that changes whenever the content of the PDF does.

        It is made of values, not of times of changes: a change that is taken back, or that is
        not printed, leaves the PDF that was mailed the official one.
        """
        # sudo: whoever prints it need not be allowed to read all of it
        document = self.sudo().with_company(self._finance_portal_get_company())
        document = document.with_context(lang=self._finance_portal_get_pdf_lang(), tz=False)
        printed = [
            document._finance_portal_get_letterhead(),
            document._finance_portal_get_printed(),
        ]
        return self.env["finance.portal.pdf"]._make_version(printed)

    def _finance_portal_get_letterhead(self):
        """Return what the company's document layout prints on every document."""
        return self._finance_portal_describe_letterhead(self._finance_portal_get_company())

    @api.model
    def _finance_portal_describe_letterhead(self, company):
        """Return what a company's document layout prints."""
        background = company.layout_background == "Custom" and company.layout_background_image
        pictures = [
            hashlib.sha256(picture or b"").hexdigest() for picture in (company.logo_web, background)
        ]
        return [
            read_printed(company, LETTERHEAD),
            read_printed(company.partner_id, PARTNER),
            pictures,
        ]

    # === CRUD METHODS === #

    def unlink(self):
        """Delete the PDFs with their documents."""
        # sudo: nobody has rights on the PDFs, whoever may delete the document
        Pdf = self.env["finance.portal.pdf"].sudo()
        kept = Pdf.search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        result = super().unlink()
        kept.unlink()
        return result
