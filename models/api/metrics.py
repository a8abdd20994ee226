import calendar
import hashlib

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, consteq

from ...tools.open_metrics import Gauge, render

KEY = "finance_portal.metrics_key_sha256"
EMAILS = {"outgoing": "waiting", "exception": "failed"}
REFUSED = ("refused", "throttled", "sign_in_failed")
# What jobs work off, and the condition under which a row waits, which an index holds.
QUEUES = {
    "finance.portal.batch.line": ("documents", "state = 'waiting'"),
    "finance.portal.enabling.line": ("accounts", "state = 'waiting'"),
    "finance.portal.access.request": ("access_requests", "TRUE"),
    "finance.portal.account.request": ("account_requests", "TRUE"),
    "account.payment": ("receipts", "finance_receipt = 'waiting'"),
}


class FinancePortalMetrics(models.AbstractModel):
    """Numbers for whoever runs the server, to be read every few seconds by a program.

    Counts and moments only, of all companies together: no name, address or amount, so whoever has
    the key learns nothing of a customer. A fixed number of queries, whatever the tables hold; a
    bridge may add gauges to :meth:`_get_gauges`.
    """

    _name = "finance.portal.metrics"
    _description = "Finance Portal Metrics"

    @api.model
    def _is_on(self):
        """Return whether there is a key at all."""
        return bool(self._get_key_hash())

    @api.model
    def _is_key(self, authorization):
        """Return whether a request may read the metrics.

        :param str authorization: the header of that name, or ``None``
        """
        scheme, _space, key = (authorization or "").partition(" ")
        digest = hashlib.sha256(key.strip().encode()).hexdigest()
        # Bytes: whoever stored something else than a digest may have typed any letter.
        is_same = consteq(digest.encode(), self._get_key_hash().encode())
        return is_same and scheme.lower() == "bearer" and bool(key.strip())

    @api.model
    def _get_key_hash(self):
        # sudo: a program that asks is nobody; the key itself is stored nowhere
        stored = self.env["ir.config_parameter"].sudo().get_param(KEY) or ""
        return stored.strip().lower()

    @api.model
    def _get_text(self):
        """Return all metrics in the OpenMetrics text format."""
        # sudo: a program that asks is nobody; what is counted names nobody
        return render(self.sudo()._get_gauges())

    def _get_gauges(self):
        """Return the metrics as a list of ``Gauge``."""
        return [
            self._count_emails(),
            *self._count_links(),
            self._count_refusals(),
            self._count_accounts(),
            self._count_waiting(),
            self._count_bulk_sends(),
            self._count_checks(),
            *self._get_jobs(),
        ]

    # === EMAILS AND LINKS === #

    def _count_emails(self):
        states = tuple(EMAILS)
        query = "SELECT state, count(*) FROM mail_mail WHERE state IN %s GROUP BY state"
        found = dict(self.env.execute_query(SQL(query, states)))
        return Gauge(
            "finance_portal_emails",
            "Emails in Odoo's queue, whatever they are about.",
            [({"state": word}, found.get(state, 0)) for state, word in EMAILS.items()],
        )

    def _count_links(self):
        """Count links whose 24 hours aren't over: those that were sent in the last 24 hours."""
        query = """
            SELECT count(*), count(*) FILTER (WHERE revoked_at IS NULL), count(viewed_at)
              FROM finance_portal_link WHERE expires_at > %s
        """
        [(sent, live, opened)] = self.env.execute_query(SQL(query, fields.Datetime.now()))
        return [
            Gauge(
                "finance_portal_links_sent",
                "Secure links that were emailed in the last 24 hours.",
                [({}, sent)],
            ),
            Gauge(
                "finance_portal_links_live",
                "Secure links that were emailed in the last 24 hours and aren't closed.",
                [({}, live)],
            ),
            Gauge(
                "finance_portal_links_opened",
                "Secure links that were emailed in the last 24 hours and that a person has opened.",
                [({}, opened)],
            ),
        ]

    def _count_refusals(self):
        """Count what was refused by kind and reason, by the index on company and date."""
        query = """
            SELECT event.kind, COALESCE(event.reason, ''), count(*)
              FROM res_company company
              JOIN finance_portal_event event ON event.company_id = company.id
             WHERE event.date > %s AND event.kind IN %s GROUP BY 1, 2 ORDER BY 1, 2
        """
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=24)
        rows = self.env.execute_query(SQL(query, since, REFUSED))
        return Gauge(
            "finance_portal_refused",
            "What the activity of the last 24 hours says was refused.",
            [({"kind": kind, "reason": reason}, count) for kind, reason, count in rows],
        )

    # === ACCOUNTS, AND WHAT WAITS === #

    def _count_accounts(self):
        Account = self.env["finance.portal.account"]
        domains = {"open": Domain("disabled_at", "=", False), **Account._get_help_domains()}
        return Gauge(
            "finance_portal_accounts",
            "Accounts that aren't disabled, and those that need staff to get in.",
            [({"state": state}, Account.search_count(domain)) for state, domain in domains.items()],
        )

    def _count_waiting(self):
        counts = [
            SQL(
                "SELECT %s, count(*) FROM %s WHERE %s",
                name,
                SQL.identifier(self.env[model]._table),
                SQL(condition),
            )
            for model, (name, condition) in QUEUES.items()
        ]
        rows = self.env.execute_query(SQL(" UNION ALL ").join(counts))
        return Gauge(
            "finance_portal_waiting",
            "What waits for a job: to be sent, enabled or answered.",
            [({"queue": name}, count) for name, count in rows],
        )

    def _count_bulk_sends(self):
        query = """
            SELECT count(DISTINCT batch_id) FROM finance_portal_batch_line WHERE state = 'waiting'
        """
        [(count,)] = self.env.execute_query(SQL(query))
        return Gauge(
            "finance_portal_bulk_sends_open", "Bulk sends that aren't done yet.", [({}, count)]
        )

    # === THE SERVER === #

    def _count_checks(self):
        Check = self.env["finance.portal.setup.check"]
        found = dict(Check._read_group([], ["outcome"], ["__count"]))
        outcomes = [outcome for outcome, _label in Check._fields["outcome"].selection]
        return Gauge(
            "finance_portal_setup_checks",
            "Results of the last Setup Check.",
            [({"outcome": outcome}, found.get(outcome, 0)) for outcome in outcomes],
        )

    def _get_jobs(self):
        """Return what tells of each job whether it runs, and when it ran last."""
        jobs = self.env["finance.portal.setup.check"]._get_jobs()
        names, now = jobs.get_external_id(), fields.Datetime.now()

        def late(job):
            return max(0, int((now - job.nextcall).total_seconds())) if job.active else 0

        def tell(value):
            return [({"job": names[job.id]}, value(job)) for job in jobs]

        return [
            Gauge(
                "finance_portal_job_active",
                "Whether a scheduled action is switched on.",
                tell(lambda job: int(job.active)),
            ),
            Gauge(
                "finance_portal_job_overdue_seconds",
                "How long a scheduled action has been overdue.",
                tell(late),
                "seconds",
            ),
            Gauge(
                "finance_portal_job_last_run_timestamp_seconds",
                "When a scheduled action ran last, 0 for never.",
                tell(lambda job: calendar.timegm(job.lastcall.timetuple()) if job.lastcall else 0),
                "seconds",
            ),
        ]
