from odoo import models


class IrBinary(models.AbstractModel):
    _inherit = "ir.binary"

    def _find_record(
        self, xmlid=None, res_model="ir.attachment", res_id=None, access_token=None, field=None
    ):
        """Let no permanent token open a file of a document whose native links are closed."""
        record = super()._find_record(xmlid, res_model, res_id, access_token, field=field)
        if access_token and record._name == "ir.attachment":
            record._finance_portal_check_token()
        return record
