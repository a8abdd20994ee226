from datetime import datetime, timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.due_days import days_to_do
from ...tools.zones import get_zone
from ...work_off import work_apart, work_off_parts

# In the morning, where the company is: nobody is mailed in the middle of the night.
FIRST_HOUR = 8
CHUNK = 200
KEEP_DAYS = 400
GC_BATCH = 1000

# Customers with a schedule of their own and, where the company's is due, all who owe something.
CUSTOMERS = """
    SELECT p.id FROM res_partner p
     WHERE p.id > %(after)s AND p.active AND p.commercial_partner_id = p.id
       AND (p.id IN (
                SELECT own.id FROM res_partner own
                 WHERE own.finance_portal_statement_every IS NOT NULL
                   AND own.finance_portal_statement_every->>%(company)s IN ('weekly', 'monthly')
            ) OR %(by_default)s AND p.finance_portal_statement_every->>%(company)s IS NULL
            AND p.id IN (
                SELECT owner.commercial_partner_id FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                   AND account.account_type = 'asset_receivable'
                  JOIN res_partner owner ON owner.id = line.partner_id
                 WHERE line.company_id = %(company_id)s AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE AND line.amount_residual_currency <> 0
            ))
  ORDER BY p.id LIMIT %(limit)s
"""
OWN_SCHEDULES = """
    SELECT EXISTS (SELECT FROM res_partner WHERE finance_portal_statement_every IS NOT NULL
                      AND finance_portal_statement_every->>%s IN ('weekly', 'monthly'))
"""


class FinancePortalStatementRun(models.Model):
    """The scheduled statements of one company and one day: how far they have come.

    The job only decides who gets one, and hands them to the bulk engine. Statements, their place
    in the queue and how far this has come are one transaction for each group of customers: after
    a crash it goes on where it was, and two jobs at the same moment do each customer once.
    """

    _name = "finance.portal.statement.run"
    _description = "Scheduled Statements of a Day"
    _inherit = "finance.portal.system.record.mixin"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    date = fields.Date(required=True)
    last_customer = fields.Integer(help="Customers up to this ID are done.")
    is_done = fields.Boolean()

    _one_a_day = models.UniqueIndex("(company_id, date)")

    @api.model
    def _cron_start(self):
        """Start what is due today in each company."""
        companies = self.env["res.company"].search([])  # pylint: disable=no-search-all
        # When its time is over, the scheduler comes back for the rest.
        work_apart(
            companies,
            lambda company: work_off_parts(self.env, partial(self._advance, company.id)),
        )

    @api.model
    def _advance(self, company_id):
        """Start statements of a company's next customers.

        :return: how many customers that were, nothing when there are no more
        """
        company = self.env["res.company"].browse(company_id)
        lang = self.env["finance.portal.page"]._get_installed_lang(company.partner_id.lang)
        Issued = self.env["finance.portal.issued.statement"].with_company(company)
        Issued = Issued.with_context(lang=lang)
        if not company.exists() or not self._is_time(company) or not self._is_wanted(company):
            return 0
        today = Issued._get_today(company)
        run, days = self._get_run(company, today)
        if run.is_done:
            return 0
        by_default = company._finance_portal_is_statement_due(days)
        customers = run._get_next_customers(by_default)
        run.last_customer = customers[-1:].id or run.last_customer
        run.is_done = len(customers) < CHUNK
        due = customers.with_company(company).filtered(
            lambda customer: customer._finance_portal_is_statement_due(days)
        )
        if contacts := due._finance_portal_get_statement_contacts():
            Issued._start_scheduled(contacts, today)
        self.flush_model()
        return len(customers)

    @api.model
    def _is_time(self, company):
        """Return whether it is late enough in the day, where the company is."""
        zone = get_zone(company.partner_id.tz)
        return datetime.now(zone).hour >= FIRST_HOUR

    @api.model
    def _is_wanted(self, company):
        """Return whether the company or one of its customers has a schedule at all."""
        if company.finance_portal_statement_every != "never":
            return True
        self.env["res.partner"].flush_model(["finance_portal_statement_every"])
        [(has_own,)] = self.env.execute_query(SQL(OWN_SCHEDULES, str(company.id)))
        return has_own

    @api.model
    def _get_run(self, company, today):
        """Return the locked row of a day, and the days whose statements are due on it."""
        self.flush_model()
        self.env.execute_query(
            SQL(
                "INSERT INTO finance_portal_statement_run (company_id, date, last_customer)"
                " VALUES (%s, %s, 0) ON CONFLICT DO NOTHING RETURNING id",
                company.id,
                today,
            )
        )
        run = self.search([("company_id", "=", company.id), ("date", "=", today)])
        run.lock_for_update()
        before = self.search(
            [("company_id", "=", company.id), ("date", "<", today)], order="date desc", limit=1
        )
        return run, days_to_do(before.date or None, today)

    def _get_next_customers(self, by_default):
        """Return the next customers who may get a statement.

        :param bool by_default: whether those without a schedule of their own do
        """
        for name in ("account.move.line", "account.account", "res.partner"):
            self.env[name].flush_model()
        found = self.env.execute_query(
            SQL(
                CUSTOMERS,
                after=self.last_customer,
                company=str(self.company_id.id),
                company_id=self.company_id.id,
                by_default=by_default,
                limit=CHUNK,
            )
        )
        return self.env["res.partner"].browse(number for (number,) in found)

    @api.autovacuum
    def _gc_runs(self):
        """Delete a batch of what nobody asks any more.

        :return: ``(how many, whether there may be more)``
        """
        before = fields.Date.today() - timedelta(days=KEEP_DAYS)
        old = self.search([("date", "<", before)], limit=GC_BATCH)
        count = len(old)
        old.unlink()
        return count, count == GC_BATCH
