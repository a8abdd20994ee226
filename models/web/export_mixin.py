from odoo import api, models

from ...tools.spreadsheet import escape_formula


class FinancePortalExportMixin(models.AbstractModel):
    """What visitors sent, such as a name or a browser's, is a text in what staff export.

    Odoo writes each text into an Excel file that begins as a formula does as one.
    """

    _name = "finance.portal.export.mixin"
    _description = "Export of What Visitors Sent"

    @api.model
    def _finance_portal_get_visitor_fields(self):
        """Return the fields that may hold what a visitor sent."""
        return self._fields.keys()

    def _export_rows(self, fields, **options):
        """Let no spreadsheet program run what visitors sent."""
        sent = self._finance_portal_get_visitor_fields()
        columns = {place for place, path in enumerate(fields) if path and path[0] in sent}
        return [
            [
                escape_formula(cell) if place in columns and isinstance(cell, str) else cell
                for place, cell in enumerate(row)
            ]
            for row in super()._export_rows(fields, **options)
        ]
