from urllib.parse import urljoin, urlsplit

import requests

from odoo import models
from odoo.http import request

from ...tools.base_address import find_problem
from ..web.page_assets import load_asset
from .probes import LIMIT, fetch, within
from .setup_check import Result

# Public, harmless, and nobody else's: it proves who answers, and changes nothing.
ASKED_FOR = "portal.css"


class FinancePortalSetupCheck(models.Model):
    """Does the address in emails lead customers here?"""

    _inherit = "finance.portal.setup.check"

    def _check_address(self):
        problem = self.env.company._finance_portal_find_address_problem()
        if problem and problem.kind == "address":
            return Result("bad", problem.text, problem.remedy, "parameters")
        return Result(
            "good", self.env._("Links in emails start with %s.", self.env.company.get_base_url())
        )

    def _check_frozen(self):
        # sudo: one setting, of which the row tells whether it is there
        if self.env["ir.config_parameter"].sudo().get_param("web.base.url.freeze"):
            return Result("good", self.env._("Signing in doesn't change the address."))
        return Result(
            "fair",
            self.env._(
                "When an administrator signs in at another address, links in emails start with"
                " that one."
            ),
            self.env._(
                "In the system parameters, set web.base.url to the address that customers reach,"
                " and web.base.url.freeze to True."
            ),
            "parameters",
        )

    def _check_answers(self):
        url = self.env.company.get_base_url()
        if find_problem(url) == "missing":
            return Result(
                "bad",
                self.env._("There's no address to try."),
                self._tell_where_to_set_address(),
                "parameters",
            )
        found = self._find_who_answers(url)
        return found or Result("good", self.env._("Finance Portal answers at %s.", url))

    def _find_who_answers(self, url):
        """Ask an address for one of our files; return a :class:`Result`, or ``None`` if it came.

        :raise TimeoutError: it doesn't answer in time
        """
        asset = load_asset(ASKED_FOR)
        path = self.env["finance.portal.page"]._get_asset_url(ASKED_FOR)
        try:
            # Of a longer file, one byte more shows that it is another one.
            answer = within(LIMIT, fetch, url.rstrip("/") + path, len(asset.content) + 1)
        except requests.exceptions.SSLError:
            return Result(
                "bad",
                self.env._("The certificate of %s isn't valid.", url),
                self.env._(
                    "Get one for this name from an authority that browsers trust, renew it in time,"
                    " and have your server send the full chain."
                ),
            )
        except requests.exceptions.Timeout as error:
            raise TimeoutError from error
        except requests.exceptions.RequestException:
            return Result(
                "fair",
                self.env._("This server can't reach %s.", url),
                self.env._("Open a link on a phone outside your network. It must open there."),
            )
        if answer.status == 200 and answer.content == asset.content:
            return None
        if answer.status in range(300, 400):
            return self._tell_of_redirect(url, answer.location)
        return Result(
            "bad",
            self.env._(
                "Something other than Finance Portal answers at %(url)s (status %(status)s).",
                url=url,
                status=answer.status,
            ),
            self.env._(
                "Check web.base.url, your reverse proxy, and dbfilter in Odoo's configuration."
            ),
            "parameters",
        )

    def _tell_of_redirect(self, url, location):
        target = urlsplit(urljoin(url, location))
        return Result(
            "fair",
            self.env._(
                "%(url)s sends visitors on to %(target)s.",
                url=url,
                target=f"{target.scheme}://{target.netloc.rpartition('@')[2]}",
            ),
            self.env._("If that's your public address, set web.base.url to it."),
            "parameters",
        )

    def _check_https(self):
        company = self.env.company
        url = company.get_base_url() or ""
        if urlsplit(url).scheme != "https":
            problem = company._finance_portal_tell_plain(url)
            return Result("bad", problem.text, problem.remedy, "parameters")
        here = request and request.httprequest
        if here and here.host == urlsplit(url).netloc and here.scheme != "https":
            return Result(
                "fair",
                self.env._(
                    "Visitors use HTTPS, but Odoo doesn't know, so its cookies aren't limited to"
                    " HTTPS."
                ),
                self.env._(
                    "Start Odoo with --proxy-mode, and have your reverse proxy send"
                    " X-Forwarded-Host and X-Forwarded-Proto."
                ),
            )
        return Result("good", self.env._("Pages and passwords travel encrypted."))

    def _check_database(self):
        company = self.env.company
        url = company.get_base_url() or ""
        names = company._finance_portal_get_databases(url)
        if len(names) > 1:
            problem = company._finance_portal_tell_several(url)
            return Result("bad", problem.text, problem.remedy)
        if names and self.env.cr.dbname not in names:
            return Result(
                "bad",
                self.env._("At %s, the database filter leads customers to another database.", url),
                self.env._("Set dbfilter in Odoo's configuration so that it finds this one."),
            )
        return Result("good", self.env._("Links lead to this database."))

    def _tell_where_to_set_address(self):
        return self.env.company._finance_portal_tell_local("").remedy
