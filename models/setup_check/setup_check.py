import logging
from collections.abc import Callable
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import MANAGER
from .probes import LIMIT, CannotAsk

_logger = logging.getLogger(__name__)


# What is true of the whole server; the other checks are run for each company.
OF_SERVER = {
    "frozen", "jobs", "renderer", "fonts", "languages", "time_zones", "workers", "memory", "clock",
    "log",
}  # fmt: skip
# A dialog asks this anew whenever it opens, without the network; see ``web/res_company.py``.
ASKED_ANEW = ("address", "https", "database")
# With one of these, no customer gets in.
KEEPS_OUT = ("address", "answers", "database", "proxy")

SETTINGS = {
    "parameters": "base.ir_config_list_action",
    "mail_servers": "base.action_ir_mail_server_list",
    "mail_domains": "mail.mail_alias_domain_action",
    "companies": "base.action_res_company_form",
    "jobs": "base.ir_cron_act",
    "languages": "base.res_lang_act_window",
}


class Result(NamedTuple):
    """What a check found: ``outcome``, a sentence, the remedy, and the setting to open for it."""

    outcome: str
    text: str
    remedy: str = ""
    setting: str | None = None


class Check(NamedTuple):
    """A check: what staff call it, and the method that returns its :class:`Result`."""

    title: str
    run: Callable[[], Result]


class FinancePortalSetupCheck(models.Model):
    """What one check found when it was last run."""

    _name = "finance.portal.setup.check"
    _description = "Setup Check"
    _inherit = "finance.portal.system.record.mixin"
    _order = "outcome, sequence, id"
    _rec_name = "code"
    _log_access = False

    code = fields.Char(required=True, readonly=True)
    # Empty where it is about the whole server.
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    sequence = fields.Integer(readonly=True)
    # In the order of the alphabet, the worst comes first.
    outcome = fields.Selection(
        [("bad", "Problem"), ("fair", "Please check"), ("good", "OK")],
        "Result",
        required=True,
        readonly=True,
    )
    title = fields.Char("Check", compute="_compute_title")
    text = fields.Char("Found", required=True, readonly=True)
    remedy = fields.Char(readonly=True)
    setting_name = fields.Char("Setting", readonly=True, help="What Open Setting opens.")
    is_openable = fields.Boolean(compute="_compute_is_openable")
    checked_at = fields.Datetime("Checked On", required=True, readonly=True)

    _one_result = models.UniqueIndex("(code, COALESCE(company_id, 0))")

    # === COMPUTE METHODS === #

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_title(self):
        checks = self._get_checks()
        for row in self:
            row.title = checks[row.code].title if row.code in checks else row.code

    @api.depends("setting_name")
    @api.depends_context("uid")
    def _compute_is_openable(self):
        may = self.env.user.has_group("base.group_system")
        for row in self:
            row.is_openable = may and bool(row.setting_name)

    @api.model
    def _get_checks(self):
        """Return ``{code: check}``, in the order in which they are run and shown."""
        return {
            "address": Check(self.env._("Address of links"), self._check_address),
            "frozen": Check(self.env._("Fixed address"), self._check_frozen),
            "answers": Check(self.env._("Address answers"), self._check_answers),
            "https": Check(self.env._("HTTPS and cookies"), self._check_https),
            "proxy": Check(self.env._("Reverse proxy"), self._check_proxy),
            "database": Check(self.env._("Database filter"), self._check_database),
            "mail_server": Check(self.env._("Outgoing mail server"), self._check_mail_server),
            "sender": Check(self.env._("Sender and email domain"), self._check_sender),
            "spf": Check(self.env._("SPF"), self._check_spf),
            "dkim": Check(self.env._("DKIM"), self._check_dkim),
            "dmarc": Check(self.env._("DMARC"), self._check_dmarc),
            "jobs": Check(self.env._("Scheduled actions"), self._check_jobs),
            "renderer": Check(self.env._("PDF renderer"), self._check_renderer),
            "report_url": Check(self.env._("Styles of PDFs"), self._check_report_url),
            "fonts": Check(self.env._("Fonts"), self._check_fonts),
            "languages": Check(self.env._("Customers' languages"), self._check_languages),
            "time_zones": Check(self.env._("Time zones"), self._check_time_zones),
            "workers": Check(self.env._("Workers"), self._check_workers),
            "memory": Check(self.env._("Memory"), self._check_memory),
            "clock": Check(self.env._("Clock"), self._check_clock),
            "log": Check(self.env._("Secrets in the log"), self._check_log),
        }

    # === ACTION METHODS === #

    def action_run(self):
        """Run all checks for the current company and the server, and keep what they find."""
        self._check_manager()
        self._lock()
        results = {code: self._run(code) for code in self._get_checks()}
        self._keep(results)
        return True

    def action_open_setting(self):
        """Open where the remedy is; Odoo decides who may change anything there."""
        self.ensure_one()
        self._check_manager()
        self.check_access("read")
        if not self.is_openable:
            raise UserError(self.env._("Ask an administrator to do this."))
        return self.env["ir.actions.actions"]._for_xml_id(SETTINGS[self.setting_name])

    # === BUSINESS METHODS === #

    @api.model
    def _get_warning(self, company, codes=None):
        """Return the names of the open problems and where they are explained, or an empty text.

        From what was found last: nothing is asked here. It tells no details, so that every user
        may read it.

        :param codes: only these checks; without, all that a dialog doesn't ask anew
        """
        wanted = ("code", "in", codes) if codes else ("code", "not in", ASKED_ANEW)
        # sudo: whoever sends may know that something is wrong, not what
        rows = self.sudo().search(
            Domain([("outcome", "=", "bad"), wanted]) & self._domain_of(company)
        )
        if not rows:
            return ""
        titles = ", ".join(rows.mapped("title"))
        if self.env.user.has_group(MANAGER):
            return self.env._(
                "The setup check found problems: %s. Open Sharing > Setup Check.", titles
            )
        return self.env._(
            "The setup check found problems: %s. Ask a Finance Portal manager to open Sharing >"
            " Setup Check.",
            titles,
        )

    @api.model
    def _domain_of(self, company):
        return Domain("company_id", "in", [False, company.id])

    def _check_manager(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Ask a Finance Portal manager to do this."))

    def _lock(self):
        """Let one at a time ask the network.

        :raise UserError: somebody else does
        """
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(hashtext('finance.portal.setup'))")
        if not self.env.cr.fetchone()[0]:
            raise UserError(self.env._("The checks are running. Try again in a minute."))

    def _run(self, code):
        """Return the :class:`Result` of a check; one that fails says so."""
        check = self._get_checks()[code]
        try:
            with self.env.cr.savepoint():
                return check.run()
        except CannotAsk:
            return Result(
                "fair",
                self.env._("This can't be checked."),
                self.env._(
                    "Install the Python package dnspython, restart Odoo, and run the checks again."
                ),
            )
        except TimeoutError:
            return Result(
                "fair",
                self.env._("There was no answer within %s seconds.", LIMIT),
                self.env._("Run the checks again. If this lasts, ask an administrator."),
            )
        except Exception:
            _logger.warning("The setup check %r failed", code, exc_info=True)
            return Result(
                "fair",
                self.env._("This check failed."),
                self.env._("Run the checks again. If this lasts, ask an administrator."),
            )

    def _keep(self, results):
        """Store what was found in place of what was found before."""
        now = fields.Datetime.now()
        rows = [
            SQL(
                "(%s, %s, %s, %s, %s, %s, %s, %s)",
                code,
                None if code in OF_SERVER else self.env.company.id,
                sequence,
                result.outcome,
                result.text,
                result.remedy or None,
                result.setting,
                now,
            )
            for sequence, (code, result) in enumerate(results.items())
        ]
        self.env.execute_query(
            SQL(
                """
                INSERT INTO finance_portal_setup_check
                       (code, company_id, sequence, outcome, text, remedy, setting_name,
                        checked_at)
                VALUES %s
                    ON CONFLICT (code, COALESCE(company_id, 0)) DO UPDATE
                   SET sequence = excluded.sequence, outcome = excluded.outcome,
                       text = excluded.text, remedy = excluded.remedy,
                       setting_name = excluded.setting_name, checked_at = excluded.checked_at
             RETURNING id
                """,
                SQL(", ").join(rows),
            )
        )
        self.invalidate_model()
        # sudo: nobody has the right to delete; of checks that are gone, such as a bridge's
        self.sudo().search([("code", "not in", list(results))]).unlink()
