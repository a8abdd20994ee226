from odoo import models
from odoo.tools import SQL

from ..web.page_cache import PossibleRows


class SaleOrder(models.Model):
    """Files that Odoo shows to customers of a quote: documents of its products."""

    _inherit = "sale.order"

    def _finance_portal_get_files(self):
        files = super()._finance_portal_get_files()
        documents = self._get_product_documents().ir_attachment_id
        return files + [
            (self._finance_portal_derive_file_ref(attachment), attachment)
            for attachment in documents.filtered_domain(documents._finance_portal_files_domain())
        ]

    def _finance_portal_get_extra_sources(self):
        products = SQL("SELECT product_id FROM sale_order_line WHERE order_id = %s", self.id)
        templates = SQL("SELECT product_tmpl_id FROM product_product WHERE id IN (%s)", products)
        # As arrays, so that the index finds them among the pictures of all products.
        attached = SQL(
            "((res_model = 'product.product' AND res_id = ANY(ARRAY(%s)))"
            " OR (res_model = 'product.template' AND res_id = ANY(ARRAY(%s))))"
            " AND res_field IS NULL",
            products,
            templates,
        )
        rows = [
            ("ir_attachment", attached, "product_files", "id"),
            ("product_document", SQL("ir_attachment_id IN (SELECT id FROM product_files)")),
        ]
        shown_anywhere = SQL("SELECT FROM product_document WHERE attached_on_sale <> 'hidden'")
        return [*super()._finance_portal_get_extra_sources(), PossibleRows(shown_anywhere, rows)]
