from odoo import models
from odoo.tools import email_normalize
from odoo.tools.mail import email_normalize_all


class ResUsers(models.Model):
    """The login of a customer portal account is its confirmed address, and nothing else."""

    _inherit = "res.users"

    def write(self, vals):
        """Change no login of an account that is in use, unless to its confirmed address.

        The ERP's form writes the address along with the login. Then the address decides, and the
        login follows.

        :raise UserError: the login alone is to be changed
        """
        if vals.get("login"):
            # sudo: the rules hold for every user's change
            Account = self.env["finance.portal.account"].sudo()
            accounts = Account.search([("user_id", "in", self.ids), ("disabled_at", "=", False)])
            if others := accounts.filtered(lambda account: account.email != vals["login"]):
                if email_normalize(vals["login"]) not in email_normalize_all(vals.get("email")):
                    others._settle("login")
                vals = {name: value for name, value in vals.items() if name != "login"}
        return super().write(vals)
