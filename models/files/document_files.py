import base64

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, hmac

from ...tools.file_names import extension_of, safe_name
from ..web.page_cache import PossibleRows


class FinancePortalDocument(models.AbstractModel):
    """Files and a note that staff show to the customers of a document."""

    _inherit = "finance.portal.document"

    finance_file_ids = fields.Many2many(
        "ir.attachment",
        string="Files the Customer Sees",
        compute="_compute_finance_file_ids",
        inverse="_inverse_finance_file_ids",
        copy=False,
        groups="finance_portal.group_finance_portal_user",
    )
    finance_file_choice_ids = fields.Many2many(
        "ir.attachment",
        string="Files of the Document",
        compute="_compute_finance_file_ids",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_note = fields.Text(
        "Note to the Customer",
        compute="_compute_finance_note",
        inverse="_inverse_finance_note",
        copy=False,
        groups="finance_portal.group_finance_portal_user",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("uid", "su")
    def _compute_finance_file_ids(self):
        for document in self:
            choices = document._origin._finance_portal_get_choices()
            shown = self.env["finance.portal.file"]._of(document._origin).attachment_id
            document.finance_file_choice_ids = choices
            document.finance_file_ids = choices & shown.with_env(self.env)

    def _inverse_finance_file_ids(self):
        for document in self:
            document._finance_portal_tick(document.finance_file_ids)

    def _compute_finance_note(self):
        notes = self.env["finance.portal.note"]._of(self._origin).grouped("res_id")
        for document in self:
            note = notes.get(document._origin.id)
            document.finance_note = note.body if note else False

    def _inverse_finance_note(self):
        self.check_access("write")
        for document in self:
            self.env["finance.portal.note"]._store(document, document.finance_note)

    # === CRUD METHODS === #

    def write(self, vals):
        """Read what is ticked before it changes: invoices compute nothing while they write."""
        if "finance_file_ids" in vals:
            self.mapped("finance_file_ids")
        return super().write(vals)

    def unlink(self):
        """Delete what deleted documents showed their customers: rows of files, and notes."""
        files, notes = (self.env[f"finance.portal.{name}"]._of(self) for name in ("file", "note"))
        result = super().unlink()
        files.exists().unlink()
        notes.unlink()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _finance_portal_leave_behind(self, contacts, customer):
        """Show whoever left a customer none of what was shared with them as its contacts."""
        self.env["finance.portal.file"]._of(contacts).unlink()
        return super()._finance_portal_leave_behind(contacts, customer)

    def _finance_portal_get_choices(self):
        """Return the files of the document that its user may tick, newest first.

        Sending leaves copies behind, so of the same file under the same name only one is
        offered: the one that is shown already, else the document's own.
        """
        files = self.env["ir.attachment"]._finance_portal_of(self._name, self.id)
        shown = self.env["finance.portal.file"]._of(self).attachment_id
        official = self._finance_portal_get_official_files().mapped("checksum")
        kept, seen = files.browse(), set(official)
        for file in files.sorted(lambda one: (one not in shown, one.res_model != self._name)):
            mark = (file.name, file.checksum)
            if file in shown or not {mark, file.checksum} & seen:
                kept |= file
                seen.add(mark)
        return kept.sorted("id", reverse=True).with_env(self.env)._filtered_access("read")

    def _finance_portal_get_official_files(self):
        """Return the attachments (sudo) that are the document itself, such as its PDF.

        The page offers it anyway, so copies of it are not offered again.
        """
        own = Domain("res_model", "=", self._name) & Domain("res_id", "=", self.id)
        # sudo: nobody has rights on kept PDFs
        pdfs = self.env["finance.portal.pdf"].sudo().search(own)
        contents = Domain("res_model", "=", pdfs._name) & Domain("res_field", "=", "content")
        # sudo: nor on their contents; only their checksums are compared
        Attachment = self.env["ir.attachment"].sudo()
        return Attachment.search(contents & Domain("res_id", "in", pdfs.ids))

    def _finance_portal_tick(self, attachments):
        """Show exactly these files; leave those that the user may not see as they are."""
        self.ensure_one()
        self.env["finance.portal.file"]._tick(self, attachments)

    def _message_post_after_hook(self, message, msg_values):
        """Show the files of a message to the customer when its sender ticked that."""
        result = super()._message_post_after_hook(message, msg_values)
        if marks := self.env.context.get("finance_portal_show_files"):
            self._finance_portal_show_message_files(message, {tuple(mark) for mark in marks})
        return result

    def _finance_portal_show_message_files(self, message, marks):
        """Show those files of a message whose name and checksum are among ``marks``."""
        # sudo(False): Odoo posts with all rights what portal users write, in a context that
        # their browser may add to; what counts are the rights of whoever asks.
        self.sudo(False).check_access("write")
        files = message.attachment_ids.filtered(lambda file: (file.name, file.checksum) in marks)
        files.sudo(False).check_access("read")
        files._finance_portal_check_size(self.env["finance.portal.file"]._get_company(self))
        self._finance_portal_show_copies(files)

    def _finance_portal_show_copies(self, attachments):
        """Show an email's attachments; copy those that don't belong to this document.

        A template's file, say, stays the template's. The caller has checked who asks.
        """
        marks = self._finance_portal_get_file_marks()
        # sudo: as the caller found out, these files were sent about this very document
        files = attachments.sudo().filtered_domain(attachments._finance_portal_files_domain())
        new = files.filtered(lambda file: [file.name, file.checksum] not in marks)
        own = new & new._finance_portal_of(self._name, self.id)
        for file in new - own:
            own |= file.copy({"res_model": self._name, "res_id": self.id})
        self.env["finance.portal.file"]._add(self, own)

    # === WHAT CUSTOMERS GET === #

    def _finance_portal_get_files(self):
        """Return what customers may download beside the document itself.

        :return: list of ``(public reference, attachment)``, the attachments in sudo, by name
        """
        self.ensure_one()
        return self.env["finance.portal.file"]._get_shown(self)

    def _finance_portal_derive_file_ref(self, attachment):
        """Return a public reference for a file that is shown by a rule, without a row.

        Like those of rows it cannot be guessed, and it opens nothing without a link.
        """
        subject = (self._name, self.id, attachment.id)
        # sudo: to read the database secret
        digest = hmac(self.sudo().env, "finance_portal.file", subject)
        return base64.urlsafe_b64encode(bytes.fromhex(digest)).decode()[:22]

    def _finance_portal_get_file_marks(self):
        """Return what identifies the files customers see: sorted ``[name, checksum]``."""
        return sorted(
            [attachment.name, attachment.checksum or ""]
            for _ref, attachment in self._finance_portal_get_files()
        )

    def _finance_portal_get_note(self):
        """Return the note to the customer as plain text, empty when there is none."""
        return self.env["finance.portal.note"]._of(self).body or ""

    # === ON THE PAGE === #

    def _finance_portal_get_extra_values(self):
        """Return what the page of every kind of document shows besides the document.

        :return: dict of ``files`` (list of ``{ref, name, kind, size}``), ``company_note`` (text)
            and ``company_note_title``
        """
        page = self.env["finance.portal.page"]
        return {
            "files": [
                {
                    "ref": ref,
                    "name": safe_name(attachment.name),
                    "kind": extension_of(attachment.name),
                    "size": page._format_size(attachment.file_size),
                }
                for ref, attachment in self._finance_portal_get_files()
            ],
            "company_note": self._finance_portal_get_note(),
            "company_note_title": self.env._(
                "A note from %s", self._finance_portal_get_company().name
            ),
        }

    def _finance_portal_get_extra_sources(self):
        """Return the rows that these values are drawn from, as for the page itself."""
        own = SQL("res_model = %s AND res_id = %s", self._name, self.id)
        files = [
            ("finance_portal_file", own, "shown_files", "attachment_id"),
            ("ir_attachment", SQL("id IN (SELECT attachment_id FROM shown_files)")),
        ]
        return [
            ("finance_portal_note", own),
            PossibleRows(SQL("SELECT FROM finance_portal_file WHERE %s", own), files),
        ]
