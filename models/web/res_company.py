from typing import NamedTuple
from urllib.parse import urlsplit

from odoo import models
from odoo.http import db_list

from ...tools.base_address import find_problem


class AddressProblem(NamedTuple):
    """Why links don't open: ``kind`` is "address", "https" or "database"."""

    kind: str
    text: str
    remedy: str


class ResCompany(models.Model):
    _inherit = "res.company"

    def _finance_portal_get_address_warning(self):
        """Return why customers may not be able to open links in emails, with the remedy.

        :return: two sentences for staff, in their language; empty when all is well
        :rtype: str
        """
        problem = self._finance_portal_find_address_problem()
        return f"{problem.text} {problem.remedy}" if problem else ""

    def _finance_portal_find_address_problem(self):
        """Return the worst :class:`AddressProblem`, or ``None``; the network isn't asked."""
        self.ensure_one()
        url = self.get_base_url() or ""
        problem = find_problem(url)
        if problem in ("missing", "local"):
            return self._finance_portal_tell_local(url)
        if problem == "plain":
            return self._finance_portal_tell_plain(url)
        if len(self._finance_portal_get_databases(url)) > 1:
            return self._finance_portal_tell_several(url)
        return None

    def _finance_portal_tell_local(self, url):
        return AddressProblem(
            "address",
            self.env._(
                "Links in emails start with %(address)s, which customers can't open.",
                address=url or "-",
            ),
            self.env._(
                "Ask an administrator to set web.base.url in the system parameters to the public"
                " address of Odoo."
            ),
        )

    def _finance_portal_tell_plain(self, url):
        return AddressProblem(
            "https",
            self.env._(
                "Links in emails start with %(address)s, so pages and passwords travel without"
                " encryption.",
                address=url or "-",
            ),
            self.env._(
                "Ask an administrator to set up HTTPS and to correct web.base.url in the system"
                " parameters."
            ),
        )

    def _finance_portal_tell_several(self, url):
        return AddressProblem(
            "database",
            self.env._(
                "Several databases answer at %(address)s, so a customer who opens a link can't"
                " reach this one.",
                address=url or "-",
            ),
            self.env._("Ask an administrator to set dbfilter in Odoo's configuration."),
        )

    def _finance_portal_get_databases(self, url):
        """Return the databases that a visitor without a session may be led to at an address."""
        return db_list(force=True, host=urlsplit(url).netloc)
