from odoo import api, fields, models
from odoo.fields import Domain

MOST_CHARACTERS = 4000


class FinancePortalNote(models.Model):
    """What staff want to tell the customers of one record, shown on its page.

    A table of its own: documents get no column for it, so installing rewrites none of their
    tables. Nobody holds rights on the rows; they are written through the document.
    """

    _name = "finance.portal.note"
    _description = "Note to the Customer"
    _rec_name = "body"

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    body = fields.Text("Note", required=True)
    company_id = fields.Many2one("res.company", readonly=True)

    _one_per_document = models.UniqueIndex("(res_model, res_id)")
    _length = models.Constraint(
        f"CHECK (length(body) <= {MOST_CHARACTERS})",
        f"A note to the customer has room for {MOST_CHARACTERS} characters."
        " Attach a file when you have more to say.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _of(self, records):
        """Return the rows (sudo) of some records of one model."""
        # sudo: nobody has rights on rows; callers check those on the record
        return self.sudo().search(
            Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
        )

    @api.model
    def _store(self, document, body):
        """Keep ``body`` as the note of ``document``, or none; the caller has checked who asks."""
        row, body = self._of(document), (body or "").strip()
        if not body:
            row.unlink()
        elif row:
            row.body = body
        else:
            # sudo: as for _of()
            self.sudo().create(
                {
                    "res_model": document._name,
                    "res_id": document.id,
                    "body": body,
                    "company_id": document.company_id.id,
                }
            )
