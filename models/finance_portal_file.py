from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.secure_token import new_ref


class FinancePortalFile(models.Model):
    """One attachment that the customers of one record may see.

    A row is no promise: whether the attachment is still the record's own is looked at again
    whenever a customer asks for it.
    """

    _name = "finance.portal.file"
    _description = "File Shared with Customers"
    _inherit = "finance.portal.supplement"
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
        """Refuse whatever is not a file of the record itself."""
        for file in self:
            # sudo: only whose it is
            attachment = file.attachment_id.sudo()
            if attachment not in attachment._finance_portal_of(file.res_model, file.res_id):
                raise ValidationError(
                    self.env._(
                        "%s cannot be shown to the customer here: it is not a file of this"
                        " document. Attach the file itself to the document, then tick it.",
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
        # sudo: as for _of()
        return self.sudo().create(
            [
                {
                    "res_model": document._name,
                    "res_id": document.id,
                    "attachment_id": attachment.id,
                    "company_id": document.company_id.id,
                }
                for attachment in missing
            ]
        )
