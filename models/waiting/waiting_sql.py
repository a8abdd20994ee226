"""The SQL queries behind payments that wait for the bank. Amounts leave them as text."""

# Which payments a document has, and which documents a payment, as Odoo keeps it.
PAYMENTS_OF = "SELECT payment_id FROM account_move__account_payment WHERE invoice_id = %(move)s"
MOVES_OF = "SELECT invoice_id FROM account_move__account_payment WHERE payment_id = %(payment)s"

# Open documents, by a condition on journal items.
OPEN_MOVES = """
    SELECT line.move_id
      FROM account_move_line line
     WHERE line.reconciled IS NOT TRUE AND line.amount_residual_currency <> 0 AND (%(asked)s)
"""

# Whether any of some documents has a payment without a journal entry.
FIRST = """
    SELECT 1
      FROM (%(moves)s) seed (id)
CROSS JOIN LATERAL (%(payments_of_seed)s) link (payment_id)
      JOIN account_payment payment ON payment.id = link.payment_id
     WHERE payment.move_id IS NULL AND payment.state IN ('in_process', 'paid')
     LIMIT 1
"""

# From some documents to their payments without a journal entry, on to all documents of these,
# and so forth: one payment may be for several documents, and one document have several.
PAIRS = """
    WITH RECURSIVE pair (payment_id, move_id) AS (
        SELECT payment.id, seed.id
          FROM (SELECT DISTINCT * FROM (%(moves)s) move) seed (id)
    CROSS JOIN LATERAL (%(payments_of_seed)s) link (payment_id)
          JOIN account_payment payment ON payment.id = link.payment_id
         WHERE payment.move_id IS NULL AND payment.state IN ('in_process', 'paid')
         UNION
        SELECT payment.id, other.move_id
          FROM pair
    CROSS JOIN LATERAL (%(moves_of_pair)s) other (move_id)
    CROSS JOIN LATERAL (%(payments_of_other)s) link (payment_id)
          JOIN account_payment payment ON payment.id = link.payment_id
         WHERE payment.move_id IS NULL AND payment.state IN ('in_process', 'paid')
    )
    SELECT payment_id, move_id FROM pair
"""

PAYMENTS = """
    SELECT payment.id, payment.date,
           (CASE WHEN payment.payment_type = 'inbound' THEN payment.amount
                 ELSE -payment.amount END)::text,
           payment.currency_id, payment.create_date
      FROM account_payment payment
     WHERE payment.id = ANY(%(payments)s)
"""

# Odoo grants an early payment discount as long as nothing of the document is settled.
ITEMS = """
    SELECT line.id, line.move_id, line.company_id, line.currency_id, currency.rounding::text,
           COALESCE(line.date_maturity, line.date), line.amount_residual_currency::text,
           CASE WHEN term.early_discount AND line.discount_date IS NOT NULL
                     AND line.amount_residual_currency = line.amount_currency
                THEN line.discount_amount_currency::text
           END,
           line.discount_date,
           (%(asked)s) AS is_asked
      FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id
      JOIN res_currency currency ON currency.id = line.currency_id
 LEFT JOIN account_payment_term term ON term.id = move.invoice_payment_term_id
     WHERE line.move_id = ANY(%(moves)s)
       AND line.display_type = 'payment_term'
       AND line.reconciled IS NOT TRUE
       AND line.parent_state = 'posted'
"""

BANK_LINES = """
    SELECT partial.id, line.move_id, line.currency_id,
           CASE WHEN partial.debit_move_id = line.id THEN partial.debit_amount_currency
                ELSE -partial.credit_amount_currency
           END::text,
           partial.create_date
      FROM account_move_line line
      JOIN account_partial_reconcile partial
        ON line.id IN (partial.debit_move_id, partial.credit_move_id)
      JOIN account_move_line other
        ON other.id = CASE WHEN partial.debit_move_id = line.id THEN partial.credit_move_id
                           ELSE partial.debit_move_id
                      END
      JOIN account_move bank ON bank.id = other.move_id
      JOIN account_journal journal ON journal.id = bank.journal_id
     WHERE line.move_id = ANY(%(moves)s)
       AND line.display_type = 'payment_term'
       AND bank.origin_payment_id IS NULL
       AND (bank.statement_line_id IS NOT NULL OR journal.type IN ('bank', 'cash', 'credit'))
"""

# As ``_get_rates`` of the currencies, for many days at once.
RATES = """
    SELECT need.currency_id, need.company_id, need.day,
           COALESCE(
               (SELECT rate FROM res_currency_rate
                 WHERE currency_id = need.currency_id AND name <= need.day
                   AND (company_id = need.company_id OR company_id IS NULL)
              ORDER BY company_id, name DESC LIMIT 1),
               (SELECT rate FROM res_currency_rate
                 WHERE currency_id = need.currency_id
                   AND (company_id = need.company_id OR company_id IS NULL)
              ORDER BY company_id, name LIMIT 1),
               1.0
           )::text
      FROM unnest(%s::int[], %s::int[], %s::date[]) need (currency_id, company_id, day)
"""
