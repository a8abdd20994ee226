import time
from importlib.util import find_spec

import psutil

from odoo import models
from odoo.tools import config

from ...const import MEGABYTE
from ...log_masking import is_on_from_the_start
from ...tools.zones import get_zones
from .setup_check import Result

# Contacts that were added last, and that were sent something last.
SAMPLE = 1000
# What a worker takes with all apps; each file that is mailed takes several times its size.
WORKER_MB, FILE_COPIES = 1024, 4
SECONDS_NOTICED, SECONDS_TOO_MANY = 5, 60


class FinancePortalSetupCheck(models.Model):
    """Is the server set up for what it has to do?"""

    _inherit = "finance.portal.setup.check"

    def _check_languages(self):
        active = {code for code, _name in self.env["res.lang"].get_installed()}
        missing = sorted(self._get_customers_languages() - active)
        if not missing:
            return Result("good", self.env._("All languages that customers speak are active."))
        return Result(
            "fair",
            self.env._(
                "Some customers' languages aren't active, so they read another one: %s.",
                ", ".join(missing),
            ),
            self.env._("Activate them in Settings > Translations > Languages."),
            "languages",
        )

    def _get_customers_languages(self):
        """Return the codes of the languages of a sample of contacts, as reading all takes long."""
        self.env.cr.execute(
            """
            SELECT DISTINCT lang FROM res_partner WHERE lang <> '' AND id IN (
                (SELECT id FROM res_partner ORDER BY id DESC LIMIT %(sample)s) UNION
                (SELECT partner_id FROM finance_portal_link ORDER BY id DESC LIMIT %(sample)s))
            """,
            {"sample": SAMPLE},
        )
        return {code for (code,) in self.env.cr.fetchall()}

    def _check_time_zones(self):
        if not get_zones("Europe/Berlin"):
            return Result(
                "bad",
                self.env._("This server knows no time zones, so all times are UTC."),
                self.env._("Install the package tzdata, and restart Odoo."),
            )
        # sudo: time zones of companies and colleagues are no secret
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        users = self.env["res.users"].sudo().search([("share", "=", False)])
        names = sorted({*companies.partner_id.mapped("tz"), *users.mapped("tz")} - {False})
        unknown = [name for name in names if not get_zones(name)]
        if not unknown:
            return Result("good", self.env._("The time zones of all companies are known."))
        return Result(
            "fair",
            self.env._("This server doesn't know the time zone %s.", ", ".join(unknown)),
            self.env._("Choose another one, or install the package tzdata and restart Odoo."),
        )

    def _check_workers(self):
        workers = config["workers"]
        remedy = self.env._("Set workers to 2 or more in Odoo's configuration.")
        if not workers:
            text = self.env._("One process serves everyone, so others wait while a PDF is made.")
            return Result("fair", text, remedy)
        if workers == 1:
            text = self.env._("With one worker, no PDF can be made: it would wait for itself.")
            return Result("bad", text, remedy)
        if not find_spec("gevent"):
            return Result(
                "fair",
                self.env._("gevent is missing, so the back office gets no notifications."),
                self.env._("Install the Python package gevent, and restart Odoo."),
            )
        return Result("good", self.env._("%s workers serve customers and staff.", workers))

    def _check_memory(self):
        limit = config["limit_memory_soft"] if config["workers"] else 0
        if not limit:
            return Result("good", self.env._("A worker's memory isn't limited."))
        # sudo: a setting
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        file_mb = max(companies.mapped("finance_portal_file_mb"))
        needed = WORKER_MB + FILE_COPIES * file_mb
        # What Odoo itself compares with the limit.
        used = psutil.Process().memory_info().vms // MEGABYTE
        values = {"limit": limit // MEGABYTE, "needed": needed, "used": used}
        remedy = self.env._(
            "Raise limit_memory_soft and limit_memory_hard in Odoo's configuration, or lower"
            " Largest File (MB) in the settings."
        )
        if used * MEGABYTE >= limit:
            text = self.env._(
                "A worker may use %(limit)s MB and uses %(used)s MB: it restarts after each"
                " request.",
                **values,
            )
            return Result("bad", text, remedy)
        if needed * MEGABYTE > limit:
            text = self.env._(
                "A worker may use %(limit)s MB. With the largest files, it needs %(needed)s MB.",
                **values,
            )
            return Result("fair", text, remedy)
        return Result("good", self.env._("A worker may use %(limit)s MB.", **values))

    def _check_clock(self):
        self.env.cr.execute("SELECT extract(epoch FROM clock_timestamp())")
        difference = abs(time.time() - float(self.env.cr.fetchone()[0]))
        if difference <= SECONDS_NOTICED:
            return Result("good", self.env._("Odoo's and PostgreSQL's clocks agree."))
        return Result(
            "bad" if difference > SECONDS_TOO_MANY else "fair",
            self.env._(
                "Odoo's and PostgreSQL's clocks differ by %s seconds, so links expire too early"
                " or too late.",
                round(difference),
            ),
            self.env._("Have both servers set their clocks by NTP."),
        )

    def _check_log(self):
        if is_on_from_the_start():
            return Result("good", self.env._("No process logs the secret of a link."))
        return Result(
            "fair",
            self.env._("Until a process opens this database, it may log the secret of a link."),
            self.env._("Add finance_portal to server_wide_modules in Odoo's configuration."),
        )
