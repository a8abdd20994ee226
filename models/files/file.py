from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.secure_token import new_ref


class FinancePortalFile(models.Model):
    """One attachment that the customers of one record may see.

    The record is a document, or a customer with whom files are shared directly. A row alone
    shows nothing: each time a customer asks for the file, the attachment has to belong to the
    record still.
    """

    _name = "finance.portal.file"
    _description = "File Shared with Customers"
    _inherit = "finance.portal.shared.content.mixin"
    _order = "id"
    _rec_name = "attachment_id"

    attachment_id = fields.Many2one(
        "ir.attachment", required=True, readonly=True, ondelete="cascade", index=True
    )
    ref = fields.Char("Reference", required=True, readonly=True, copy=False)

    _once_per_document = models.UniqueIndex("(res_model, res_id, attachment_id)")
    _ref_unique = models.UniqueIndex("(ref)")

    # === CONSTRAINTS === #

    @api.constrains("attachment_id", "res_model", "res_id")
    def _check_attachment(self):
        """Refuse any attachment that isn't a file of the record itself."""
        for file in self:
            # sudo: only whose it is
            attachment = file.attachment_id.sudo()
            if attachment not in attachment._finance_portal_of(file.res_model, file.res_id):
                raise ValidationError(
                    self.env._(
                        "%s can't be shown to the customer here because it isn't attached to"
                        " this document. Attach the file to the document, then tick it.",
                        attachment.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Give each row a public reference of its own."""
        return super().create([{**vals, "ref": new_ref()} for vals in vals_list])

    # === BUSINESS METHODS === #

    @api.model
    def _add(self, document, attachments):
        """Show attachments to the customers of ``document``; the caller has checked who asks."""
        missing = attachments - self._of(document).attachment_id
        # sudo: nobody has rights on rows; the caller has checked who asks
        return self.sudo().create(
            [
                {
                    "res_model": document._name,
                    "res_id": document.id,
                    "attachment_id": attachment.id,
                    "company_id": self._get_company(document).id,
                }
                for attachment in missing
            ]
        )

    @api.model
    def _show(self, record, attachments):
        """Let the customers see attachments of a record, as its user asks.

        :raise AccessError: the user may not change the record, or not read a file
        :raise UserError: a file is too large, or not one of this record
        """
        record.check_access("write")
        attachments.check_access("read")
        attachments._finance_portal_check_size(self._get_company(record))
        self._add(record, attachments)

    @api.model
    def _tick(self, record, attachments):
        """Show exactly these files; leave those that the user may not see as they are."""
        record.check_access("write")
        rows = self._of(record)
        shown = rows.attachment_id.with_env(self.env)
        unticked = shown._filtered_access("read") - attachments
        rows.filtered(lambda row: row.attachment_id in unticked).unlink()
        self._show(record, attachments - shown)

    @api.model
    def _get_shown(self, record, companies=None):
        """Return what the customers of a record may download.

        :param companies: only what these shared; what all did, by default
        :return: list of ``(public reference, attachment)``, the attachments in sudo, by name
        """
        rows = self._of(record)
        if companies is not None:
            rows = rows.filtered(lambda row: not row.company_id or row.company_id in companies)
        # Looked at anew: a file may have been moved to another record since it was ticked.
        own = rows.attachment_id._finance_portal_of(record._name, record.id) if rows else ()
        files = [(row.ref, row.attachment_id) for row in rows if row.attachment_id in own]
        return sorted(files, key=lambda file: (file[1].name.casefold(), file[1].id))

    @api.model
    def _get_shared_with(self, partner, companies=None):
        """Return the files that were shared with a customer, or one contact, directly.

        :param companies: as for :meth:`_get_shown`
        """
        return self._get_shown(partner, companies)

    def _follow_to(self, record):
        """Move the rows along with attachments that moved to another record, as in a merge."""
        moved = self.exists().filtered(
            lambda file: (
                file.attachment_id in file.attachment_id._finance_portal_of(record._name, record.id)
            )
        )
        moved.res_id = record.id

    def _filter_owned(self):
        """Return the rows (sudo) whose attachment is still a file of their record.

        For many records at once; see ``_finance_portal_of`` for one.
        """
        files = self.attachment_id.filtered_domain(
            self.attachment_id._finance_portal_files_domain()
        )
        posted = files.filtered(lambda file: file.res_model == "mail.message")
        # sudo: whose a file is does not depend on who asks
        messages = self.env["mail.message"].sudo().browse(posted.mapped("res_id")).exists()
        owners = {file: (file.res_model, file.res_id) for file in files - posted}
        subjects = {message.id: (message.model, message.res_id) for message in messages}
        owners |= {file: subjects.get(file.res_id) for file in posted}
        return self.filtered(
            lambda row: owners.get(row.attachment_id) == (row.res_model, row.res_id)
        )
