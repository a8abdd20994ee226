from collections import defaultdict
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.service.model import retrying
from odoo.tools import SQL

from odoo.addons.finance_portal.work_off import work_apart, work_off_parts

from .reminder import NEXT

PLAN_FIELDS = ("finance_reminders_planned_at", "finance_reminders_planned_up_to")
LINE_FIELDS = (
    "res_id", "document_name", "step_id", "basis", "days", "installment", "date", "amount", "state",
    "reason",
)  # fmt: skip
CHUNK = 500  # documents that are looked at together, at least
MAX_AT_ONCE = 2000  # documents that nobody waits longer than seconds for
# How long a plan is good for; whoever opens it has it made anew.
PLAN_LIFE = timedelta(hours=6)
# How much later than planned a reminder may leave, such as after the server was down.
MAX_DELAY = timedelta(hours=4)


class FinancePortalReminder(models.Model):
    """Keep the plan: a row for each email that goes out next, or is held back."""

    _inherit = "finance.portal.reminder"

    @api.model
    def _refresh_or_wake(self, company):
        """Plan anew at once, or by the job where that takes longer than somebody waits."""
        own = self._as_system(company)
        count = sum(
            model.search_count(own._get_open_domain(company, model), limit=MAX_AT_ONCE + 1)
            for model in own._get_models()
        )
        if count <= MAX_AT_ONCE:
            self._refresh(company)
            return
        self._expire(company)
        self._get_job()._trigger()

    @api.model
    def _refresh(self, company):
        """Plan what a company sends next. Two who do so at the same time do it one by one."""
        Reminder, now = self.browse()._as_system(company), fields.Datetime.now()
        # Also the lock: who comes second starts over, and finds what the first one planned.
        Reminder._note_planned(company, now)
        after = 0
        while after is not None:
            after = Reminder._refresh_customers(company, now, after)

    @api.model
    def _refresh_part(self, company):
        """Plan for some more of a company's customers, where its plan is old.

        The job ends the transaction after each part: no company is so large that planning takes
        longer, or more memory, than a job may.

        :return: whether there are more
        """
        Reminder, now = self.browse()._as_system(company), fields.Datetime.now()
        after = Reminder._lock_plan(company, now)
        if after is not None:
            after = Reminder._refresh_customers(company, now, after)
            if after is None:
                Reminder._note_planned(company, now)
            else:
                Reminder._note_planned(company, company.finance_reminders_planned_at, after)
        return after is not None

    @api.model
    def _refresh_customer(self, company, customer):
        """Plan for one customer, whenever that was done last."""
        Reminder, now = self.browse()._as_system(company), fields.Datetime.now()
        Reminder._lock_plan(company, now)
        Reminder._refresh_customers(company, now, customer.id - 1, only=customer)

    @api.model
    def _refresh_customers(self, company, now, after, only=None):
        """Plan for the customers who follow a customer, and delete what isn't due any more.

        :param int after: id of the last customer who was planned for
        :param only: the one who follows, for no others
        :return: id of the last one now; ``None`` when there are no more
        """
        chunk, last = self._get_chunk(company, after, only)
        slots, kept = self._get_due_slots(company, now, after, last), self.browse()
        for documents in chunk:
            kept += self._store(company, self._make_plans(company, documents, now, slots))
        known = self._get_next_domain(company) & self._get_range_domain(after, last)
        (self.search(known) - kept).unlink()
        kept._hold_broken()
        return last

    @api.model
    def _get_range_domain(self, after, last=None):
        """Return the domain of the rows whose customer comes after one, up to another.

        :param int after: id of the one before the first; 0 for none
        :param last: id of the last one; ``None`` for all who follow
        """
        follow = Domain("customer_id", ">", after) if after else Domain.TRUE
        return follow & (Domain("customer_id", "<=", last) if last else Domain.TRUE)

    @api.model
    def _get_due_slots(self, company, now, after, last):
        """Return ``{customer: (moment, day)}`` of those whom the job reminds any moment."""
        due = self.search_fetch(
            self._get_range_domain(after, last)
            & Domain(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "planned"),
                    ("send_at", "<=", now),
                    ("send_at", ">", now - MAX_DELAY),
                ]
            ),
            ["customer_id", "send_at", "day"],
        )
        return {row.customer_id: (row.send_at, row.day) for row in due}

    @api.model
    def _get_chunk(self, company, after, only=None):
        """Return what may have reached a step, all of a customer together.

        :param int after: id of the customer whose followers it is of
        :param only: the one customer whose it is
        :return: ``(records of each model, id of the last customer)``, ``None`` instead of the id
            when there are no more
        """
        found, models = defaultdict(list), self._get_models()
        for model in models:
            domain = self._get_open_domain(company, model)
            if only:
                domain &= model._finance_portal_get_customer_domain(only)
            for customer, ids in model._finance_reminder_get_ids(domain, after, CHUNK):
                found[customer].append(model.browse(ids))
        chunk, last = {model._name: model for model in models}, only and only.id
        for customer in sorted(found):
            for documents in found[customer]:
                chunk[documents._name] += documents
            if sum(map(len, chunk.values())) >= CHUNK:
                last = customer
                break
        return [documents for documents in chunk.values() if documents], last

    @api.model
    def _store(self, company, plans):
        """Write plans down; return their rows. What staff edited stays, while its step does."""
        customers = {plan.customer.id for plan in plans}
        known = {
            (row.customer_id.id, row.partner_id.id, row.currency_id.id, row.res_model): row
            for row in self.search(
                self._get_next_domain(company) & Domain("customer_id", "in", customers)
            )
        }
        rows, new = self.browse(), []
        for plan in plans:
            values = self._prepare_values(company, plan)
            if row := known.get(plan.key):
                row._update(values)
                rows += row
            else:
                new.append(values)
        return rows + self.create(new)

    def _update(self, values):
        """Write a plan to its row, without touching what is the same."""
        if self.step_id.id != values["step_id"]:
            values = {**values, "own_subject": False, "own_body": False}
        lines = values.pop("line_ids")
        changed = {
            name: value for name, value in values.items() if self._read_value(self, name) != value
        }
        mine = [
            {name: self._read_value(line, name) for name in LINE_FIELDS} for line in self.line_ids
        ]
        if mine != [vals for _command, _id, vals in lines]:
            changed["line_ids"] = [Command.clear(), *lines]
        if changed:
            self.write(changed)

    @api.model
    def _read_value(self, record, name):
        """Return the value of a field as it is written."""
        return record._fields[name].convert_to_write(record[name], record)

    @api.model
    def _prepare_values(self, company, plan):
        """Return the values of a plan's row."""
        main = max(plan.ready or plan.entries, key=lambda entry: entry.step._get_own_rank())
        state = "planned"
        if plan.reason:
            state = "over" if plan.is_over else "held"
        return {
            "company_id": company.id,
            "customer_id": plan.customer.id,
            "partner_id": plan.partner.id,
            "email": plan.partner.email_normalized and plan.partner.email,
            "currency_id": plan.currency.id,
            "res_model": plan.model._name,
            "step_id": main.step.id,
            "send_at": plan.send_at,
            "day": plan.day,
            "state": state,
            "is_outdated": False,
            "reason": plan.reason or self._get_planned_note(company, plan),
            "line_ids": [
                Command.create(
                    {
                        "res_id": entry.document.id,
                        "document_name": entry.document.display_name,
                        "step_id": entry.step.id,
                        "basis": entry.step.basis,
                        "days": entry.step.days,
                        "installment": entry.installment,
                        "date": entry.date,
                        "amount": entry.amount,
                        "state": self._get_line_state(entry, state),
                        "reason": entry.reason or False,
                    }
                )
                for entry in plan.entries
            ],
        }

    @api.model
    def _get_line_state(self, entry, state):
        """Return the state of a document's line in a reminder with a state."""
        if entry.is_over:
            return "over"
        return "held" if entry.reason else state

    @api.model
    def _get_planned_note(self, company, plan):
        """Return what there is to say of a reminder that leaves, or would."""
        if not company.finance_reminders:
            return self.env._("Reminders are turned off in the settings. This would be sent.")
        held = [f"{one.document.display_name}: {one.reason}" for one in plan.entries if one.reason]
        return " ".join(held) or False

    def _hold_broken(self):
        """Hold back whose message can't be rendered.

        One of each text and language is tried; where that fails, all of them are.
        """
        planned = self.filtered(lambda one: one.state == "planned" and not one.is_edited)
        groups = planned.grouped(lambda one: (one.step_id.template_id, one._get_lang()))
        for rows in groups.values():
            if not rows[0]._get_text_problem():
                continue
            for row in rows:
                if problem := row._get_text_problem():
                    row._hold(problem)

    # === WHEN === #

    @api.model
    def _as_system(self, company):
        """Return this model as the planning itself needs it, whoever looks at the plan."""
        lang = self.env["finance.portal.page"]._get_installed_lang(
            self.env.context.get("lang"), company.partner_id.lang
        )
        # sudo: who sees a plan doesn't change what is in it
        own = self.sudo().with_context(lang=lang, skip_invoice_sync=True)
        return own.with_company(company)

    @api.model
    def _note_planned(self, company, moment, up_to=0):
        """Store when a company's plan was made, and hold its row until the end.

        :param int up_to: the last customer that a plan under way has come to
        """
        company.flush_recordset(PLAN_FIELDS)
        self.env.cr.execute(
            SQL(
                "UPDATE res_company SET finance_reminders_planned_at = %s,"
                " finance_reminders_planned_up_to = %s WHERE id = %s",
                moment or None,
                up_to,
                company.id,
            ),
            log_exceptions=False,
        )
        company.invalidate_recordset(PLAN_FIELDS, flush=False)

    @api.model
    def _lock_plan(self, company, now):
        """Hold a company's row; return how far its plan has come, ``None`` if it is new."""
        company.flush_recordset(PLAN_FIELDS)
        # Who comes second starts over, which is nothing to report.
        self.env.cr.execute(
            SQL("SELECT 1 FROM res_company WHERE id = %s FOR NO KEY UPDATE", company.id),
            log_exceptions=False,
        )
        company.invalidate_recordset(PLAN_FIELDS, flush=False)
        return company.finance_reminders_planned_up_to if self._is_old(company, now) else None

    @api.model
    def _is_old(self, company, now):
        """Return whether a company's plan is to be made anew, or is being made."""
        planned_at = company.finance_reminders_planned_at
        return not planned_at or planned_at < now - PLAN_LIFE

    @api.model
    def _expire(self, company):
        """Have the job plan a company anew, or go on with the plan that it makes."""
        self._note_planned(company, None, company.finance_reminders_planned_up_to)

    @api.model
    def _outdate(self, domain):
        """Have the job plan anew for the customers of some rows of the plan, as soon as it can.

        Not at once: planning holds the company's row, for which whoever saves would have to wait.
        """
        # sudo: the plan is the system's; whoever sets or lifts a pause changes it
        rows = self.sudo().search(Domain("state", "in", NEXT) & domain)
        if rows:
            rows.is_outdated = True
            self._get_job()._trigger()

    @api.model
    def _prepare_merge(self, partners):
        """Leave one planned row of contacts that are about to be merged, and plan them anew.

        The plan has one row for each recipient, and the merge re-points rows by SQL.
        """

        def get_merged_id(partner):
            return 0 if partner in partners else partner.id

        concerned = Domain("customer_id", "in", partners.ids)
        concerned |= Domain("partner_id", "in", partners.ids)
        # sudo: the plan is the system's; whoever merges contacts changes it
        rows = self.sudo().search(Domain("state", "in", NEXT) & concerned, order="id")
        alike = rows.grouped(
            lambda row: (
                row.company_id,
                get_merged_id(row.customer_id),
                get_merged_id(row.partner_id),
                row.currency_id,
                row.res_model,
            )
        )
        rows.browse().union(*(found[1:] for found in alike.values())).unlink()
        self._outdate(concerned)

    @api.model
    def _forget_times(self, companies):
        """Plan companies anew whose hours changed; nothing leaves at an hour of before."""
        for company in companies:
            self._note_planned(company, None)
            # sudo: the plan is the system's; whoever sets the hours changes it
            planned = self.sudo().search(
                [("company_id", "=", company.id), ("state", "=", "planned")]
            )
            planned.send_at = False
        if companies.filtered("finance_reminders"):
            self._get_job()._trigger()

    @api.model
    def _get_job(self):
        # sudo: scheduled actions are an administrator's
        return self.env.ref("finance_portal_reminder.ir_cron_send_reminders").sudo()

    @api.model
    def _refresh_old(self):
        """Plan the companies whose plan is old, until the scheduler's time is over.

        :return: whether there was time for all
        """
        now = fields.Datetime.now()
        companies = self.env["res.company"].search([("finance_reminders", "=", True)])
        old = companies.filtered(lambda one: self._is_old(one, now))
        is_through = work_apart(
            old, lambda company: work_off_parts(self.env, partial(self._refresh_part, company))
        )
        return is_through and self._refresh_outdated()

    @api.model
    def _refresh_outdated(self):
        """Plan anew for the customers whose plan is outdated; return whether there was time."""
        domain = [
            ("is_outdated", "=", True),
            ("state", "in", NEXT),
            ("company_id.finance_reminders", "=", True),
            ("company_id.active", "=", True),
        ]

        def refresh(company, customer):
            retrying(partial(self._refresh_customer, company, customer), self.env)
            return self.env["ir.cron"]._commit_progress(1, remaining=1)

        found = self._read_group(domain, ["company_id"], ["customer_id:recordset"])
        return all(work_apart(customers, partial(refresh, company)) for company, customers in found)
