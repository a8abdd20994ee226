"""A server that is set up well, of which a test breaks one thing at a time."""

from contextlib import ExitStack, contextmanager
from datetime import timedelta
from time import time as real_time
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.tools import config

from odoo.addons.base.models.ir_actions_report import WkhtmlInfo

from ..const import MEGABYTE
from ..models.setup_check import (
    setup_check_address,
    setup_check_mail,
    setup_check_pdf,
    setup_check_sender,
    setup_check_server,
    setup_check_visitors,
)
from ..models.setup_check.probes import Answer
from ..models.web import res_company
from ..models.web.page_assets import load_asset
from .common import FinancePortalCase

URL = "https://erp.example.com"
PASSWORD = "smtp-password-7391"
OWN = load_asset("portal.css").content
RENDERER = WkhtmlInfo("ok", True, "wkhtmltopdf", "0.12.6", True, "wkhtmltoimage", None)


class SetupCheckCase(FinancePortalCase):
    """All is well in :meth:`world`, but for what a test changes in ``self.found``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.make_user("boss", "account.group_account_manager")
        cls.clerk = cls.make_user("clerk", "account.group_account_invoice")
        cls.env["ir.mail_server"].sudo().search([]).active = False
        cls.server = cls.env["ir.mail_server"].create(
            {
                "name": "Ours",
                "smtp_host": "mail.example.com",
                "smtp_port": 587,
                "smtp_encryption": "starttls_strict",
                "smtp_user": "odoo",
                "smtp_pass": PASSWORD,
            }
        )
        cls.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": "shop.example.com"}
        )
        cls.Check = cls.env["finance.portal.setup.check"].with_user(cls.boss)
        cls.Check = cls.Check.with_company(cls.company)

    def setUp(self):
        super().setUp()
        self.make_well()

    def make_well(self):
        """Set up all well."""
        self.parameters = self.env["ir.config_parameter"].sudo()
        self.parameters.set_param("web.base.url", URL)
        self.parameters.set_param("web.base.url.freeze", "True")
        self.parameters.set_param("report.url", False)
        self.jobs = self.Check._get_jobs()
        self.jobs.write({"active": True, "nextcall": fields.Datetime.now() + timedelta(hours=1)})
        self.set_failures(0)
        self.env.cr.execute("UPDATE res_partner SET lang = 'en_US', tz = 'Europe/Berlin'")
        self.env.invalidate_all()
        self.asked = []
        self.found = SimpleNamespace(
            answer=Answer(200, OWN, ""),
            smtp=None,
            dns={
                "shop.example.com": ["v=spf1 mx -all", "site=x"],
                "_domainkey.shop.example.com": [],
                "_dmarc.example.com": ["v=DMARC1; p=none"],
            },
            databases=[self.env.cr.dbname],
            request=SimpleNamespace(
                httprequest=SimpleNamespace(
                    host="erp.example.com", scheme="https", headers={"X-Forwarded-For": "1.2.3.4"}
                )
            ),
            config={
                "proxy_mode": True,
                "workers": 4,
                "limit_memory_soft": 2**45,
                "server_wide_modules": ["base", "web", "finance_portal"],
            },
            renderer=RENDERER,
            state="ok",
            font=["/fonts/Sans.ttf"],
            zones=setup_check_server.get_zones,
            seconds=0,
            memory=200 * MEGABYTE,
            gevent=True,
        )

    def set_failures(self, number):
        """Past Odoo, which lets nobody write it."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_cron SET failure_count = %s WHERE id = ANY(%s)", [number, self.jobs.ids]
        )
        self.env.invalidate_all()

    def fetch(self, url, size):
        self.asked.append(url)
        return self.give(self.found.answer)

    def greet(self, *arguments):
        self.asked.append(arguments)
        return self.give(self.found.smtp)

    def lookup_texts(self, name):
        self.asked.append(name)
        return self.give(self.found.dns and self.found.dns.get(name))

    def give(self, answer):
        if callable(answer):
            return answer()
        if isinstance(answer, Exception):
            raise answer
        return answer

    @contextmanager
    def world(self):
        """Put what was found in place of the network and of this machine."""
        found, report = self.found, type(self.env["ir.actions.report"])
        process = SimpleNamespace(memory_info=lambda: SimpleNamespace(vms=found.memory))
        time = SimpleNamespace(time=lambda: real_time() + found.seconds)
        with ExitStack() as stack:
            for module, name, value in (
                (setup_check_address, "fetch", self.fetch),
                (setup_check_address, "request", found.request),
                (setup_check_visitors, "request", found.request),
                (setup_check_mail, "greet", self.greet),
                (setup_check_sender, "lookup_texts", self.lookup_texts),
                (setup_check_pdf, "_wkhtml", lambda: found.renderer),
                (setup_check_pdf, "find_font", lambda text: found.font),
                (setup_check_server, "get_zones", found.zones),
                (setup_check_server, "find_spec", lambda name: found.gevent),
                (setup_check_server.psutil, "Process", lambda: process),
                (setup_check_server, "time", time),
                (res_company, "db_list", lambda force, host: found.databases),
                (report, "get_wkhtmltopdf_state", lambda _reports: found.state),
            ):
                stack.enter_context(patch.object(module, name, value))
            stack.enter_context(patch.dict(config.options, found.config))
            yield

    def run_check(self, code):
        """Return what one check finds."""
        self.env.invalidate_all()
        with self.world():
            return self.Check._run(code)

    def press_run(self, check=None):
        """Press Run Checks; return the rows by their code."""
        check = self.Check if check is None else check
        with self.world():
            check.action_run()
        return {row.code: row for row in check.search([])}
