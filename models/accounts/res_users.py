from odoo import SUPERUSER_ID, models
from odoo.http import request
from odoo.tools import email_normalize
from odoo.tools.mail import email_normalize_all

from ...tools.zones import get_zone


class ResUsers(models.Model):
    """Whose login is whose: that of an account is its confirmed address, and nothing else.

    And for which companies a user may open accounts.
    """

    _inherit = "res.users"

    def write(self, vals):
        """Change no login of an account that is in use, unless to its confirmed address.

        Odoo's form writes the address along with the login. Then the address decides, and the
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

    def _finance_portal_get_companies(self):
        """Return the companies (sudo), archived ones too, that this user works for.

        Odoo itself works for all.
        """
        # sudo: only which companies they are
        user = self.sudo().with_context(active_test=False)
        if self.id == SUPERUSER_ID:
            return user.env["res.company"].search([])  # pylint: disable=no-search-all
        return user.company_ids

    def _finance_portal_get_zone(self):
        """Return the time zone in which this user reads times on screen.

        Odoo's lists show the browser's, whatever the user's own; a sentence beside them follows.
        """
        # sudo: the time zone of a company is no secret
        company = self.company_id.sudo().partner_id
        browser = request and request.httprequest.cookies.get("tz")
        return get_zone(browser, self.tz, company.tz)

    def _finance_portal_format_time(self, moment):
        """Return a date and time as this user reads them, in the context's language."""
        zone = self._finance_portal_get_zone()
        return self.env["finance.portal.page"]._format_moment(moment, zone)
