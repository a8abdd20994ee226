from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.service.model import retrying
from odoo.tools import SQL

LINE_FIELDS = (
    "res_id", "document_name", "step_id", "basis", "days", "installment", "date", "amount", "state",
    "reason",
)  # fmt: skip
CHUNK = 500  # documents that are looked at together
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
        slots, kept = Reminder._get_due_slots(company, now), Reminder
        for documents in Reminder._get_chunks(company):
            kept |= Reminder._store(company, Reminder._make_plans(company, documents, now, slots))
        stale = Reminder.search(Reminder._get_next_domain(company)) - kept
        stale.unlink()
        kept._hold_broken()

    @api.model
    def _get_due_slots(self, company, now):
        """Return ``{customer: (moment, day)}`` of those whom the job reminds any moment."""
        due = self.search_fetch(
            [
                ("company_id", "=", company.id),
                ("state", "=", "planned"),
                ("send_at", "<=", now),
                ("send_at", ">", now - MAX_DELAY),
            ],
            ["customer_id", "send_at", "day"],
        )
        return {row.customer_id: (row.send_at, row.day) for row in due}

    @api.model
    def _get_chunks(self, company):
        """Yield what may have reached a step, of one model, all of a customer together."""
        for model in self._get_models():
            ids = []
            found = model._finance_reminder_get_ids(self._get_open_domain(company, model))
            for of_customer in found:
                ids += of_customer
                if len(ids) >= CHUNK:
                    yield model.browse(ids)
                    ids = []
            if ids:
                yield model.browse(ids)

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
        rows = self.browse()
        for plan in plans:
            values = self._prepare_values(company, plan)
            row = known.get(plan.key)
            if not row:
                row = self.create(values)
            else:
                row._update(values)
            rows |= row
        return rows

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
    def _note_planned(self, company, moment):
        """Store when a company's plan was made, and hold its row until the end."""
        company.flush_recordset(["finance_reminders_planned_at"])
        self.env.cr.execute(
            SQL(
                "UPDATE res_company SET finance_reminders_planned_at = %s WHERE id = %s",
                moment,
                company.id,
            )
        )
        company.invalidate_recordset(["finance_reminders_planned_at"], flush=False)

    @api.model
    def _expire(self, company):
        """Have the job plan a company anew."""
        self._note_planned(company, None)

    @api.model
    def _forget_times(self, companies):
        """Plan companies anew whose hours changed; nothing leaves at an hour of before."""
        for company in companies:
            self._expire(company)
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
        before = fields.Datetime.now() - PLAN_LIFE
        companies = self.env["res.company"].search([("finance_reminders", "=", True)])
        old = companies.filtered(
            lambda one: (
                not one.finance_reminders_planned_at or one.finance_reminders_planned_at < before
            )
        )
        for company in old:
            retrying(partial(self._refresh, company), self.env)
            if not self.env["ir.cron"]._commit_progress(1):
                return False
        return True
