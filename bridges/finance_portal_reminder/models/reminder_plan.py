from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.finance_portal.tools.zones import get_zone

from ..tools.slots import next_slot

OPEN = ("not_paid", "partial", "in_payment", "blocked")


class Entry(NamedTuple):
    """An invoice that has reached a step."""

    move: object
    step: object
    installment: int
    due: object
    amount: float
    reason: str  # why it is held back, or empty


class Plan(NamedTuple):
    """What one contact of a customer would be reminded of next, in one currency."""

    customer: object
    partner: object
    currency: object
    send_at: object
    day: object
    entries: list
    reason: str  # why nothing is sent, or empty

    @property
    def key(self):
        """Return what there is one planned reminder of."""
        return self.customer.id, self.partner.id, self.currency.id

    @property
    def ready(self):
        """Return the entries that leave, unless all of it is held back."""
        return [entry for entry in self.entries if not entry.reason]


class FinancePortalReminder(models.Model):
    """Work out who is reminded next, of what, and who isn't, and why.

    Every method takes a constant number of queries, however many customers and invoices.
    """

    _inherit = "finance.portal.reminder"

    @api.model
    def _make_plans(self, company, moves, now, slots):
        """Return the plans for some open invoices of a company.

        :param dict slots: ``{customer: (moment, day)}`` of those whose moment has come; others
            are planned for their next one
        """
        moves, slots = moves.with_company(company), dict(slots)
        steps, done = self._get_steps(company), self._get_done(moves)
        groups = defaultdict(list)
        for move in moves:
            customer = move._finance_portal_get_customer()
            if customer not in slots:
                slots[customer] = self._get_slot(company, customer, now)
            _moment, day = slots[customer]
            if entry := self._make_entry(move, day, steps, done.get(move.id, ())):
                partner = move._finance_portal_get_default_recipient()
                groups[customer, partner, move.currency_id].append(entry)
        plans = [
            Plan(*key, *slots[key[0]], sorted(entries, key=lambda one: (one.due, one.move.id)), "")
            for key, entries in groups.items()
        ]
        return self._explain_plans(company, plans)

    @api.model
    def _get_open_domain(self, company):
        """Return the domain of the invoices that may have reached a step by the next slot."""
        steps = self._get_steps(company)
        if not steps:
            return Domain.FALSE
        # Two days more: it may be tomorrow already where the customer is.
        last = fields.Date.context_today(self) + timedelta(days=5 - steps[-1].days)
        return Domain(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", OPEN),
                ("amount_residual", ">", 0),
            ]
        ) & Domain(
            "line_ids",
            "any",
            [
                ("display_type", "=", "payment_term"),
                ("reconciled", "=", False),
                ("date_maturity", "<=", last),
            ],
        )

    @api.model
    def _get_steps(self, company):
        """Return the steps of a company, the last one first."""
        return self.env["finance.portal.reminder.step"].search(
            [("company_id", "=", company.id)], order="days desc"
        )

    @api.model
    def _get_slot(self, company, customer, now):
        """Return ``(moment, day)`` of the customer's next reminder, the day being theirs."""
        zone = get_zone(customer.tz, company.partner_id.tz)
        return next_slot(
            now, zone, company.finance_reminder_hour, company.finance_reminder_weekdays_only
        )

    @api.model
    def _get_done(self, moves):
        """Return ``{invoice id: [(step id, days, installment)]}`` of what was sent or skipped."""
        done = defaultdict(list)
        lines = self.env["finance.portal.reminder.line"].search_fetch(
            [("move_id", "in", moves.ids), ("state", "in", ("sent", "skipped"))],
            ["move_id", "step_id", "days", "installment"],
        )
        for line in lines:
            done[line.move_id.id].append((line.step_id.id, line.days, line.installment))
        return done

    @api.model
    def _make_entry(self, move, day, steps, done):
        """Return an invoice with the step it has reached by a day, or ``None``."""
        terms = move._finance_portal_get_term_lines()
        items = move._finance_portal_get_open_items()
        # Where payments that wait for the bank cover all of it, what is open by the books.
        line = items[0].line if items else terms.filtered(lambda one: not one.reconciled)[:1]
        if not line:
            return None
        due = line.date_maturity or line.date
        installment = terms.ids.index(line.id) + 1
        step = self._choose_step(steps, done, due, installment, day)
        if not step:
            return None
        amount = move._finance_portal_amount_left() or move.amount_residual
        reason = move._finance_reminder_get_obstacle(day)
        return Entry(move, step, installment, due, amount, reason)

    @api.model
    def _choose_step(self, steps, done, due, installment, day):
        """Return the latest step reached by a day, unless it or a later one is done.

        Earlier steps that were missed are left out: nobody gets two at once.
        """
        step = next((one for one in steps if due + timedelta(days=one.days) <= day), None)
        is_done = step and any(
            of_installment == installment and (step_id == step.id or days >= step.days)
            for step_id, days, of_installment in done
        )
        return None if is_done else step
