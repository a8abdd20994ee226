from datetime import timedelta

from odoo import fields, models
from odoo.http import request
from odoo.tools import config

from ...tools.rate_window import is_inside, network_of
from .setup_check import Result

RECENT_DAYS, RECENT_VISITS = 7, 100
# So many visits by so many people from one network are no chance.
FEWEST_VISITS, FEWEST_PEOPLE = 10, 3


class FinancePortalSetupCheck(models.Model):
    """Does Odoo see where visitors come from? All limits are counted by that."""

    _inherit = "finance.portal.setup.check"

    def _check_proxy(self):
        headers = request.httprequest.headers if request else {}
        if not config["proxy_mode"] and headers.get("X-Forwarded-For"):
            return Result(
                "bad",
                self.env._(
                    "A reverse proxy is in front of Odoo, but proxy mode is off: all visitors are"
                    " counted as one."
                ),
                self.env._("Start Odoo with --proxy-mode."),
            )
        network, count = self._find_only_network()
        if network:
            return Result(
                "bad" if is_inside(network.partition("/")[0]) else "fair",
                self.env._(
                    "All of the last %(count)s visits came from %(ip)s: visitors are counted as"
                    " one.",
                    count=count,
                    ip=network,
                ),
                self.env._("Start Odoo with --proxy-mode.")
                if not config["proxy_mode"]
                else self.env._(
                    "Have your reverse proxy send X-Forwarded-For and X-Forwarded-Host."
                ),
            )
        if config["proxy_mode"]:
            return Result("good", self.env._("Proxy mode is on."))
        return Result("good", self.env._("No reverse proxy was noticed."))

    def _find_only_network(self):
        """Return ``(network, visits)`` where many people came from one network, else nothing."""
        since = fields.Datetime.now() - timedelta(days=RECENT_DAYS)
        # sudo: counted for the manager, who sees all activity of the company
        visits = self.env["finance.portal.event"].sudo().search(
            [
                ("company_id", "=", self.env.company.id),
                ("date", ">=", since),
                ("verdict", "in", ("person", "unknown")),
                ("ip", "!=", False),
            ],
            limit=RECENT_VISITS,
        )  # fmt: skip
        networks = {network_of(ip) for ip in visits.mapped("ip")}
        people = set(visits.mapped("email")) - {False}
        if len(networks) == 1 and len(visits) >= FEWEST_VISITS and len(people) >= FEWEST_PEOPLE:
            return networks.pop(), len(visits)
        return None, 0
