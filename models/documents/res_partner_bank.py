from odoo import api, models

# Who may say where customers pay: who may write invoices, or trust an account.
BANK_GROUPS = ("account.group_account_invoice", "account.group_validate_bank_account")


class ResPartnerBank(models.Model):
    """The accounts that customers are asked to pay to: only accounting may change them.

    Odoo lets everybody who may change contacts change those of the company as well. Our pages and
    reminders show an account as it is now, also for invoices that were sent long ago.
    """

    _inherit = "res.partner.bank"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._finance_portal_check_own()
        return accounts

    def write(self, vals):
        self._finance_portal_check_own()
        result = super().write(vals)
        if "partner_id" in vals:
            self._finance_portal_check_own()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_finance_portal_own(self):
        self._finance_portal_check_own()

    # === BUSINESS METHODS === #

    def _finance_portal_check_own(self):
        """Raise if one of these is our own account, and the user isn't of accounting.

        :raise AccessError: naming who can
        """
        # sudo: only whose they are
        self.sudo().partner_id.sudo(False)._finance_portal_check_bank_rights()
