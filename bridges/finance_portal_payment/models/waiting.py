from odoo import api, models
from odoo.tools import SQL

# A document's payments by its transactions; of what was reserved, by the parts that were captured.
PAYMENTS_OF = """
    %(others)s
     UNION ALL
    SELECT own.payment_id
      FROM account_invoice_transaction_rel rel
      JOIN payment_transaction own ON own.id = rel.transaction_id
     WHERE rel.invoice_id = %(move)s AND own.payment_id IS NOT NULL
     UNION ALL
    SELECT part.payment_id
      FROM account_invoice_transaction_rel rel
      JOIN payment_transaction part ON part.source_transaction_id = rel.transaction_id
     WHERE rel.invoice_id = %(move)s AND part.payment_id IS NOT NULL
"""
MOVES_OF = """
    %(others)s
     UNION ALL
    SELECT rel.invoice_id
      FROM account_payment paid
      JOIN payment_transaction own ON own.id = paid.payment_transaction_id
      JOIN account_invoice_transaction_rel rel
        ON rel.transaction_id IN (own.id, own.source_transaction_id)
     WHERE paid.id = %(payment)s
"""


class FinancePortalWaiting(models.AbstractModel):
    """Count what was paid online for a document, or for the order it invoices."""

    _inherit = "finance.portal.waiting"

    @api.model
    def _get_payments_of(self, move):
        return SQL(PAYMENTS_OF, others=super()._get_payments_of(move), move=move)

    @api.model
    def _get_moves_of(self, payment):
        return SQL(MOVES_OF, others=super()._get_moves_of(payment), payment=payment)
