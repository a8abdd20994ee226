from odoo import api, fields, models
from odoo.fields import Domain


class FinancePortalSharedContentMixin(models.AbstractModel):
    """What staff add to a record for its customers, stored in a separate table.

    Documents get no column for it, so installing rewrites none of their tables. Nobody holds
    rights on the rows: they come and go through the record, with the rights its users have
    there.
    """

    _name = "finance.portal.shared.content.mixin"
    _description = "Addition for Customers"
    _inherit = "finance.portal.system.record.mixin"

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document", model_field="res_model", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)

    # === BUSINESS METHODS === #

    @api.model
    def _get_company(self, record):
        """Return the company that shows something to the customers of a record.

        Of a document, the one that issued it; of a contact that all companies share, the user's.
        """
        if self.env["finance.portal.document"]._finance_portal_includes(record):
            return record._finance_portal_get_company()
        return record.company_id or self.env.company

    @api.model
    def _of(self, records):
        """Return the rows (sudo) of some records of one model."""
        # sudo: nobody has rights on rows; callers check those on the record
        return self.sudo().search(
            Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
        )
