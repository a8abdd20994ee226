from odoo import api, models

# What pages and emails show of a bank.
SHOWN = {"name", "bic"}


class ResBank(models.Model):
    """The bank of an account that customers are asked to pay to: as the account itself.

    Odoo lets everybody who may change contacts change it, also through a customer's account there.
    """

    _inherit = "res.bank"

    # === CRUD METHODS === #

    def write(self, vals):
        # Not what stays as it is: a list of banks that is imported again names ours, too.
        told = {name: vals[name] or False for name in SHOWN & vals.keys()}
        changed = self.filtered(
            lambda bank: any((bank[name] or False) != value for name, value in told.items())
        )
        changed._finance_portal_check_ours()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_finance_portal_own(self):
        self._finance_portal_check_ours()

    # === BUSINESS METHODS === #

    def _finance_portal_check_ours(self):
        """Raise if one of our own accounts is there, and the user isn't of accounting.

        :raise AccessError: naming who can
        """
        # sudo: only whose they are
        accounts = self.env["res.partner.bank"].sudo().with_context(active_test=False)
        accounts.search([("bank_id", "in", self.ids)])._finance_portal_check_own()
