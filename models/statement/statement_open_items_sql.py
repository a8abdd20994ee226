"""The SQL queries of what is open now, item by item. Amounts leave them as text.

``booked`` are the posted receivable journal items of the customer, see ``statement_sql.py``.
"""

# The oldest first: what is late is what the reader looks for.
OPEN_ITEMS = """
    SELECT line.company_id, line.currency_id, line.id, line.move_id,
           COALESCE(payment.name, move.name, ''), COALESCE(line.date_maturity, line.date) AS due,
           line.amount_residual_currency::text
      FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id
 LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
     WHERE line.reconciled IS NOT TRUE AND line.amount_residual_currency <> 0 AND %(booked)s
  ORDER BY due, line.id
"""

DETAILS = """
    SELECT line.id, line.date, line.amount_currency::text,
           CASE WHEN move.move_type = 'out_invoice' THEN 'invoice'
                WHEN move.move_type = 'out_refund' THEN 'credit_note'
                WHEN move.move_type = 'out_receipt' THEN 'receipt'
                WHEN payment.id IS NOT NULL OR journal.type IN ('bank', 'cash', 'credit')
                THEN CASE WHEN line.amount_currency < 0 THEN 'payment' ELSE 'refund' END
                ELSE 'adjustment'
           END,
           CASE WHEN move.move_type IN ('out_invoice', 'out_receipt') THEN move.ref END,
           CASE WHEN move.move_type IN ('out_invoice', 'out_receipt') THEN move.partner_bank_id END,
           CASE WHEN move.move_type IN ('out_invoice', 'out_receipt') THEN move.payment_reference
           END
      FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id
      JOIN account_journal journal ON journal.id = move.journal_id
 LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
     WHERE line.id = ANY(%(ids)s)
"""

# What became of documents, and what settled them last; another customer's isn't told.
OUTCOMES = """
    SELECT move.id, move.state, last.day, last.move_type, last.number
      FROM account_move move
 LEFT JOIN LATERAL (
        SELECT partial.max_date AS day, other.name AS number,
               CASE WHEN theirs.commercial_partner_id = owner.commercial_partner_id
                    THEN other.move_type END AS move_type
          FROM account_move_line line
          JOIN account_account account ON account.id = line.account_id
          JOIN account_partial_reconcile partial
            ON line.id IN (partial.debit_move_id, partial.credit_move_id)
          JOIN account_move_line counterpart
            ON counterpart.id = CASE WHEN partial.debit_move_id = line.id
                                     THEN partial.credit_move_id ELSE partial.debit_move_id END
          JOIN account_move other ON other.id = counterpart.move_id
     LEFT JOIN res_partner owner ON owner.id = line.partner_id
     LEFT JOIN res_partner theirs ON theirs.id = counterpart.partner_id
         WHERE line.move_id = move.id AND account.account_type = 'asset_receivable'
      ORDER BY partial.max_date DESC, partial.id DESC
         LIMIT 1
      ) last ON TRUE
     WHERE move.id = ANY(%(moves)s)
"""

# In each company's own currency, as it is booked, so that currencies add up.
OPEN_BY_CUSTOMER = """
    SELECT partner.commercial_partner_id, COALESCE(line.date_maturity, line.date) AS due,
           line.amount_residual_currency > 0 AS is_debt, SUM(line.amount_residual)::text
      FROM account_move_line line
      JOIN res_partner partner ON partner.id = line.partner_id
     WHERE line.reconciled IS NOT TRUE AND line.amount_residual_currency <> 0 AND %(booked)s
  GROUP BY partner.commercial_partner_id, due, line.amount_residual_currency > 0
"""

# Whose items they are, and what one unit of their currency is worth in the books.
OWNERS = """
    SELECT line.id, partner.commercial_partner_id,
           (line.amount_residual / line.amount_residual_currency)::text
      FROM account_move_line line
      JOIN res_partner partner ON partner.id = line.partner_id
     WHERE line.id = ANY(%(ids)s)
"""
