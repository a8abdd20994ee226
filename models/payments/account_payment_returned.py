from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# What a reversal of the entry, or a bank line, took back of a payment.
RETURNED = """
    SELECT SUM(partial.credit_amount_currency)
      FROM account_move_line own
      JOIN account_partial_reconcile partial ON partial.credit_move_id = own.id
      JOIN account_move_line back ON back.id = partial.debit_move_id
      JOIN account_move entry ON entry.id = back.move_id
      JOIN account_account account ON account.id = own.account_id
     WHERE own.move_id = %(move)s
       AND account.account_type = 'asset_receivable'
       AND entry.move_type = 'entry'
       AND (entry.reversed_entry_id IS NOT NULL OR entry.statement_line_id IS NOT NULL)
"""
FLUSHED = ("account.move", "account.move.line", "account.partial.reconcile", "account.payment")


class AccountPayment(models.Model):
    """Payments that went back, such as a direct debit that bounced.

    Odoo keeps them as paid. One without a journal entry is rejected, and closes its links.
    """

    _inherit = "account.payment"

    finance_is_returned = fields.Boolean(
        "Returned", compute="_compute_finance_is_returned", help="The full amount was returned."
    )

    @api.depends("amount", "move_id.line_ids.matched_debit_ids")
    def _compute_finance_is_returned(self):
        query = SQL(
            "SELECT payment.id FROM account_payment payment WHERE payment.id = ANY(%s) AND %s",
            self.ids,
            self._finance_portal_get_returned_condition("payment"),
        )
        found = {key for (key,) in self.env.execute_query(query)} if self.ids else set()
        for payment in self:
            payment.finance_is_returned = payment.id in found

    @api.model
    def _finance_portal_get_returned_condition(self, alias):
        """Return whether all of a payment went back, as SQL."""
        for name in FLUSHED:
            self.env[name].flush_model()
        returned = SQL(RETURNED, move=SQL.identifier(alias, "move_id"))
        amount = SQL.identifier(alias, "amount")
        return SQL("(%s > 0 AND COALESCE((%s), 0) >= %s)", amount, returned, amount)

    @api.model
    def _finance_portal_get_returned_domain(self):
        """Return the domain of payments that went back."""
        return Domain.custom(
            to_sql=lambda model, alias, _query: model._finance_portal_get_returned_condition(alias)
        )
