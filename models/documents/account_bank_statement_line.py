from odoo import models

from ...const import BY_FILE, BY_FILE_KEY


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _find_or_create_bank_account(self):
        """Record no account as one of ours: the name on a bank statement is what the sender wrote.

        Odoo would record each account that money came from for the partner who seems to have sent
        it.
        """
        partner = self.partner_id.with_context(**{BY_FILE_KEY: BY_FILE})
        if not partner._finance_portal_get_guarded_companies():
            return super()._find_or_create_bank_account()
        # sudo: only whether it is known, as Odoo looks it up itself
        known = self.env["res.partner.bank"].sudo().with_context(active_test=False)
        own = [("acc_number", "=", self.account_number), ("partner_id", "=", self.partner_id.id)]
        if known.search_count(own, limit=1):
            return super()._find_or_create_bank_account()
        return self.env["res.partner.bank"]
