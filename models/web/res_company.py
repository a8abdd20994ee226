from urllib.parse import urlsplit

from odoo import models
from odoo.http import db_list

from ...tools.base_address import find_problem


class ResCompany(models.Model):
    _inherit = "res.company"

    def _finance_portal_get_address_warning(self):
        """Return why customers may not be able to open links in emails, with the remedy.

        :return: a sentence for staff, in their language; empty when all is well
        :rtype: str
        """
        self.ensure_one()
        url = self.get_base_url() or ""
        problem = find_problem(url)
        if problem in ("missing", "local"):
            return self.env._(
                "Links in emails start with %(address)s, which customers can't open. Ask an"
                " administrator to set web.base.url in the system parameters to the public"
                " address of Odoo.",
                address=url or "-",
            )
        if problem == "plain":
            return self.env._(
                "Links in emails start with %(address)s, so pages and passwords travel without"
                " encryption. Ask an administrator to set up HTTPS and to correct web.base.url"
                " in the system parameters.",
                address=url,
            )
        if self._finance_portal_has_several_databases(url):
            return self.env._(
                "Several databases answer at %(address)s, so a customer who opens a link can't"
                " reach this one. Ask an administrator to set dbfilter in Odoo's configuration.",
                address=url,
            )
        return ""

    def _finance_portal_has_several_databases(self, url):
        """Return whether a visitor without a session can't be led to this database."""
        return len(db_list(force=True, host=urlsplit(url).netloc)) > 1
