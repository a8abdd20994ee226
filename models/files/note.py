from odoo import api, fields, models

MAX_CHARACTERS = 4000


class FinancePortalNote(models.Model):
    """What staff want to tell the customers of one record, shown on its page."""

    _name = "finance.portal.note"
    _description = "Note to the Customer"
    _inherit = "finance.portal.shared.content.mixin"
    _rec_name = "body"

    body = fields.Text("Note", required=True)

    _one_per_document = models.UniqueIndex("(res_model, res_id)")
    _length = models.Constraint(
        f"CHECK (length(body) <= {MAX_CHARACTERS})",
        f"A note to the customer can have up to {MAX_CHARACTERS} characters. Attach a file if you"
        " need more.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _store(self, document, body):
        """Keep ``body`` as the note of ``document``, or none; the caller has checked who asks."""
        row, body = self._of(document), (body or "").strip()
        if not body:
            row.unlink()
        elif row:
            row.body = body
        else:
            # sudo: nobody has rights on rows; the caller has checked who asks
            self.sudo().create(
                {
                    "res_model": document._name,
                    "res_id": document.id,
                    "body": body,
                    "company_id": self._get_company(document).id,
                }
            )
