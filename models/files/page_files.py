from babel.units import format_unit

from odoo import api, models
from odoo.tools.misc import babel_locale_parse, get_lang

from ...failures import FileGone

UNITS = ("kilobyte", "megabyte", "gigabyte")


class FinancePortalPage(models.AbstractModel):
    """Find the files that customers ask for, and write their sizes."""

    _inherit = "finance.portal.page"

    @api.model
    def _get_document_file(self, access, ref):
        """Return a file (sudo) of the document behind an access.

        :param str ref: the file's public reference
        :raise FileGone: customers of the document may not see such a file
        """
        # sudo: the resolver let the visitor in to this one document
        document = access._get_document().sudo().with_company(access.company_id)
        attachment = dict(document._finance_portal_get_files()).get(ref)
        if attachment is None:
            raise FileGone("no such file for customers", access=access)
        return attachment

    @api.model
    def _format_size(self, size):
        """Return a file size as text in the context's language."""
        locale = babel_locale_parse(get_lang(self.env).code)
        power, number = 0, (size or 0) / 1024
        while number >= 1000 and power < len(UNITS) - 1:
            number, power = number / 1024, power + 1
        digits = "#,##0" if number >= 10 else "#,##0.#"
        return format_unit(number, f"digital-{UNITS[power]}", "short", digits, locale=locale)
