from odoo import models


class ProductDocument(models.Model):
    """Tell at once whether any product document is shown to customers of quotes at all."""

    _inherit = "product.document"

    _finance_portal_shown_index = models.Index("(id) WHERE attached_on_sale <> 'hidden'")
