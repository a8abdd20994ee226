from odoo import models
from odoo.exceptions import AccessError

ADMIN = "base.group_system"
# What turns a provider on or off for customers.
SWITCHES = {"state", "is_published"}


class PaymentProvider(models.Model):
    """Where the money goes that customers pay online: only administrators turn a provider on.

    Some providers send the browser back to a page of Odoo's, with the account to connect. Odoo
    stores that account with all rights and turns the provider on, whoever opens the page.
    """

    _inherit = "payment.provider"

    # === CRUD METHODS === #

    def write(self, vals):
        if SWITCHES & vals.keys():
            self._finance_portal_check_admin()
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _finance_portal_check_admin(self):
        """Raise unless only administrators, or Odoo itself, take part in what is being done.

        :raise AccessError: naming who can
        """
        users = self.env["finance.portal.account"]._get_acting_users()
        if not all(user.has_group(ADMIN) for user in users):
            raise AccessError(
                self.env._(
                    "Customers pay with this payment provider. Ask an administrator to set it up."
                )
            )
