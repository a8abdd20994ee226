from odoo import SUPERUSER_ID, models
from odoo.tools import SQL


class AccountMove(models.Model):
    """The legal documents of an invoice: its PDF, and the e-invoice beside it.

    Odoo makes them as an invoice is sent, and keeps them. A customer may come first, by the
    portal or by the link of an invoice that was shared in another way. Then they are made by
    the same step and kept, so that customer and staff have one document and not two.
    """

    _inherit = "account.move"

    def _finance_portal_get_pdf(self, keep=True):
        # Printing asks for a line's section, which Odoo computes by a write to the invoice: no
        # download may do that (rule L7), and who looks as the customer could not.
        move = self.with_context(skip_invoice_sync=True)
        return move._finance_portal_get_legal_pdf() or move._finance_portal_print_pdf(keep)

    def _finance_portal_get_legal_pdf(self):
        """Return ``(file name, bytes)`` of the PDF that Odoo keeps, or ``None``."""
        pdf = self._get_invoice_legal_documents("pdf")
        return pdf and (pdf["filename"], pdf["content"])

    def _finance_portal_is_pdf_ready(self):
        return bool(self.invoice_pdf_report_id)

    def _finance_portal_print_pdf(self, keep=True):
        """Make the legal documents, or only print the invoice where they can't be made yet.

        Odoo's way out would be a pro forma invoice, of one that is posted and due.
        """
        # As the system: the report leaves out what the reader's groups don't show, such as the
        # delivery address or units, and customers have no groups.
        move = self.with_user(SUPERUSER_ID).with_company(self.company_id)
        if keep:
            move._finance_portal_make_legal_documents()
            if pdf := move._finance_portal_get_legal_pdf():
                return pdf
        report = move.env["account.move.send"]._get_default_pdf_report_id(move)
        reports = move.env["ir.actions.report"]
        content, kind = reports._pre_render_qweb_pdf(report, move.ids)
        pages = reports._get_splitted_report(report, content, kind)
        return move._get_invoice_report_filename(report=report), pages[move.id]

    def _finance_portal_make_legal_documents(self):
        """Make what sending would make, without sending; nothing, where that has an error.

        What an authority has to register first is left to sending: no visitor does that.
        """
        Send = self.env["account.move.send"]
        if Send._get_default_extra_edis(self):
            return
        data = Send._get_default_sending_settings(self, sending_methods=[], extra_edis=[])
        was_sent = self.is_move_sent
        Send._generate_invoice_documents({self: data})
        self.is_move_sent = was_sent

    # === FILES === #

    def _finance_portal_get_official_files(self):
        # sudo: what the invoice itself is, whoever looks for copies of it
        return self.env["account.move.send"].sudo()._get_invoice_extra_attachments(self.sudo())

    def _finance_portal_get_files(self):
        """Show the e-invoice, which is mailed with the PDF, beside it."""
        # sudo: who may see the document may see what it is made of
        files = self._finance_portal_get_official_files() - self.sudo().invoice_pdf_report_id
        legal = [(self._finance_portal_derive_file_ref(file), file) for file in files]
        return legal + super()._finance_portal_get_files()

    def _finance_portal_get_extra_sources(self):
        own = SQL("res_model = %s AND res_id = %s AND res_field IS NOT NULL", self._name, self.id)
        return [*super()._finance_portal_get_extra_sources(), ("ir_attachment", own)]
