"""The SQL queries of a statement. Amounts leave it as text, since floats are not exact.

The first two columns of each query are the company and the currency. ``booked`` are the
posted receivable journal items of the customer; ``settled`` are what partial reconciliations
since ``start`` took off them. The two sides of a reconciliation within one statement cancel
each other out; where they do not, ``transfers`` are what is left.
"""

# Which items there are, as long as they are few.
IDS = "SELECT line.id FROM account_move_line line WHERE %(booked)s LIMIT %(most)s"

SETTLED = """
    SELECT line.id AS item_id, line.company_id, line.currency_id, line.move_id, line.date AS day,
           COALESCE(line.date_maturity, line.date) AS due, partial.id AS partial_id,
           partial.max_date, -partial.debit_amount_currency AS amount,
           partial.debit_currency_id <> partial.credit_currency_id AS is_foreign
      FROM account_partial_reconcile partial
      JOIN account_move_line line ON line.id = partial.debit_move_id
     WHERE partial.max_date >= %(start)s AND %(booked)s %(few_debits)s
     UNION ALL
    SELECT line.id, line.company_id, line.currency_id, line.move_id, line.date,
           COALESCE(line.date_maturity, line.date), partial.id,
           partial.max_date, partial.credit_amount_currency,
           partial.debit_currency_id <> partial.credit_currency_id
      FROM account_partial_reconcile partial
      JOIN account_move_line line ON line.id = partial.credit_move_id
     WHERE partial.max_date >= %(start)s AND %(booked)s %(few_credits)s
"""

# For the index of reconciliations: how many items a customer has is hard to guess.
FEW_DEBITS = "AND partial.debit_move_id = ANY(%(ids)s)"
FEW_CREDITS = "AND partial.credit_move_id = ANY(%(ids)s)"

TRANSFERS = """
    SELECT company_id, currency_id, max_date, MIN(move_id), partial_id, BOOL_OR(is_foreign),
           SUM(amount)::text
      FROM (%(settled)s) settled
  GROUP BY company_id, currency_id, max_date, partial_id
    HAVING SUM(amount) <> 0
"""

# The same again, as a table.
TRANSFERRED = """
    unnest(%s::int[], %s::int[], %s::date[], %s::int[], %s::int[], %s::bool[], %s::numeric[])
        AS transfer (company_id, currency_id, day, move_id, partial_id, is_foreign, amount)
"""

# Reads the index that Odoo keeps of what is not reconciled.
OPEN_NOW = """
    SELECT line.company_id, line.currency_id, COALESCE(line.date_maturity, line.date) AS due,
           SUM(line.amount_residual_currency)::text
      FROM account_move_line line
     WHERE line.reconciled IS NOT TRUE AND line.amount_residual_currency <> 0 AND %(booked)s
  GROUP BY line.company_id, line.currency_id, due, line.amount_residual_currency > 0
"""

# What is open now, and what was settled only later, as if it had not been.
OPEN_AT = """
    WITH item AS (
        SELECT company_id, currency_id, due, SUM(amount) AS amount
          FROM (
            SELECT line.id AS item_id, line.company_id, line.currency_id,
                   COALESCE(line.date_maturity, line.date) AS due,
                   line.amount_residual_currency AS amount
              FROM account_move_line line
             WHERE line.reconciled IS NOT TRUE AND line.date <= %(end)s AND %(booked)s
             UNION ALL
            SELECT item_id, company_id, currency_id, due, -amount
              FROM (%(settled)s) settled
             WHERE max_date > %(end)s AND day <= %(end)s
          ) part
      GROUP BY item_id, company_id, currency_id, due
        HAVING SUM(amount) <> 0
    )
    SELECT company_id, currency_id, due, SUM(amount)::text
      FROM item
  GROUP BY company_id, currency_id, due, amount > 0
"""

CHANGES = """
    WITH change AS (
        SELECT line.company_id, line.currency_id, line.date AS day, line.amount_currency AS amount
          FROM account_move_line line
         WHERE line.date >= %(start)s AND %(booked)s
         UNION ALL
        SELECT company_id, currency_id, day, amount FROM %(transfers)s
    )
    SELECT company_id, currency_id, day, SUM(amount)::text
      FROM change
  GROUP BY company_id, currency_id, day
"""

# The newest of each company and currency, the oldest of them first.
MOVEMENTS = """
    WITH movement AS (
        SELECT line.company_id, line.currency_id, line.date AS day, line.move_id,
               0 AS partial_id, FALSE AS is_foreign, SUM(line.amount_currency) AS amount,
               MIN(COALESCE(line.date_maturity, line.date)) AS due,
               MAX(COALESCE(line.date_maturity, line.date)) AS last_due
          FROM account_move_line line
         WHERE line.date BETWEEN %(start)s AND %(end)s AND %(booked)s
      GROUP BY line.company_id, line.currency_id, line.date, line.move_id
        HAVING SUM(line.amount_currency) <> 0
         UNION ALL
        SELECT company_id, currency_id, day, move_id, partial_id, is_foreign, amount, NULL, NULL
          FROM %(transfers)s
         WHERE day <= %(end)s
    ), ranked AS (
        SELECT *, COUNT(*) OVER (PARTITION BY company_id, currency_id) AS how_many,
               ROW_NUMBER() OVER (
                   PARTITION BY company_id, currency_id
                   ORDER BY day DESC, partial_id DESC, move_id DESC
               ) AS place
          FROM movement
    )
    SELECT ranked.company_id, ranked.currency_id, ranked.how_many, ranked.day,
           ranked.amount::text,
           CASE WHEN ranked.partial_id <> 0
                THEN CASE WHEN ranked.is_foreign THEN 'other_currency' ELSE 'other_party' END
                WHEN move.move_type = 'out_invoice' THEN 'invoice'
                WHEN move.move_type = 'out_refund' THEN 'credit_note'
                WHEN move.move_type = 'out_receipt' THEN 'receipt'
                WHEN payment.id IS NOT NULL OR journal.type IN ('bank', 'cash', 'credit')
                THEN CASE WHEN ranked.amount < 0 THEN 'payment' ELSE 'refund' END
                WHEN EXISTS (SELECT FROM account_partial_reconcile WHERE exchange_move_id = move.id)
                THEN 'exchange'
                ELSE 'adjustment'
           END AS kind,
           COALESCE(payment.name, move.name) AS number,
           CASE WHEN move.move_type IN ('out_invoice', 'out_receipt') THEN move.ref
           END AS reference,
           CASE WHEN move.move_type IN ('out_invoice', 'out_receipt') THEN ranked.due
           END AS due,
           ranked.last_due,
           CASE WHEN payment.currency_id = ranked.currency_id AND ranked.partial_id = 0
                     AND payment.amount <> ABS(ranked.amount) THEN payment.amount::text
           END AS paid,
           CASE WHEN move.move_type IN ('out_invoice', 'out_refund', 'out_receipt') THEN move.id
           END AS invoice_id,
           payment.id AS payment_id
      FROM ranked
      JOIN account_move move ON move.id = ranked.move_id
      JOIN account_journal journal ON journal.id = move.journal_id
 LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
     WHERE ranked.place <= %(most)s
  ORDER BY ranked.company_id, ranked.currency_id, ranked.place DESC
"""
