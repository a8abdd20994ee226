from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.finance_portal.tools.zones import get_zone

from ..tools.slots import last_weekday, next_slot

# To the next slot: a weekend, and it may be tomorrow already where the customer is.
LOOK_AHEAD = timedelta(days=5)


class Reached(NamedTuple):
    """A step that a document has reached: on which day, counted from which one."""

    on: object
    step: object
    anchor: object


class Entry(NamedTuple):
    """A document that has reached a step."""

    document: object
    step: object
    date: object  # that the step counts from
    installment: int
    amount: float
    reason: str  # why it is held back, or empty
    is_over: bool  # whether that is because nobody needs to be reminded of it any more


class Plan(NamedTuple):
    """What one contact of a customer would be reminded of next: one kind, in one currency."""

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
        return self.customer.id, self.partner.id, self.currency.id, self.model._name

    @property
    def model(self):
        """Return the model of the documents."""
        return self.entries[0].document.browse()

    @property
    def ready(self):
        """Return the entries that leave, unless all of it is held back."""
        return [entry for entry in self.entries if not entry.reason]

    @property
    def is_over(self):
        """Return whether nobody needs to be reminded of any of it."""
        return all(entry.is_over for entry in self.entries)


class FinancePortalReminder(models.Model):
    """Work out who is reminded next, of what, and who isn't, and why.

    Every method takes a constant number of queries, however many customers and documents.
    """

    _inherit = "finance.portal.reminder"

    @api.model
    def _get_models(self):
        """Return the models whose records customers are reminded of."""
        names = self.env["finance.portal.reminder.mixin"]._finance_reminder_get_models()
        return [self.env[name] for name in names]

    @api.model
    def _make_plans(self, company, documents, now, slots):
        """Return the plans for some documents of a company, all of one model.

        :param dict slots: ``{customer: (moment, day)}`` of those whose moment has come; others
            are planned for their next one
        """
        documents, slots = documents.with_company(company), dict(slots)
        steps, done = self._get_steps(company, documents), self._get_done(documents)
        facts = documents._finance_reminder_get_facts()
        groups = defaultdict(list)
        for document in documents:
            customer = document._finance_portal_get_customer()
            if customer not in slots:
                slots[customer] = self._get_slot(company, customer, now)
            _moment, day = slots[customer]
            known = facts.get(document.id)
            subject = document._finance_reminder_get_subject(known, day)
            reached = subject and self._choose_step(steps, done.get(document.id, ()), subject, day)
            if reached:
                partner = document._finance_portal_get_default_recipient()
                entry = self._make_entry(document, subject, reached, known, day)
                groups[customer, partner, document.currency_id].append(entry)
        plans = [
            Plan(*key, *slots[key[0]], self._sort(entries), "") for key, entries in groups.items()
        ]
        return self._explain_plans(company, documents, plans)

    @api.model
    def _sort(self, entries):
        return sorted(entries, key=lambda one: (one.date, one.document.id))

    @api.model
    def _get_open_domain(self, company, model):
        """Return the domain of the documents that may have reached a step by the next slot."""
        if not (steps := self._get_steps(company, model)):
            return Domain.FALSE
        return model._finance_reminder_get_domain(company, steps)

    @api.model
    def _get_steps(self, company, model):
        """Return the steps of a company for a kind of documents, the last one first."""
        return self.env["finance.portal.reminder.step"].search(
            [
                ("company_id", "=", company.id),
                ("basis", "in", model._finance_reminder_get_bases()),
            ],
            order="days desc",
        )

    @api.model
    def _get_slot(self, company, customer, now):
        """Return ``(moment, day)`` of the customer's next reminder, the day being theirs."""
        zone = get_zone(customer.tz, company.partner_id.tz)
        return next_slot(
            now, zone, company.finance_reminder_hour, company.finance_reminder_weekdays_only
        )

    @api.model
    def _get_done(self, documents):
        """Return ``{document id: lines}`` of what was sent or skipped."""
        lines = self.env["finance.portal.reminder.line"].search_fetch(
            [
                ("res_model", "=", documents._name),
                ("res_id", "in", documents.ids),
                ("state", "in", ("sent", "skipped")),
            ],
            ["res_id", "step_id", "basis", "days", "installment"],
        )
        return lines.grouped("res_id")

    @api.model
    def _make_entry(self, document, subject, reached, known, day):
        """Return a document with the step it has reached by a day."""
        over = reached.anchor.over
        return Entry(
            document,
            reached.step,
            reached.anchor.day,
            subject.installment,
            subject.amount,
            over or document._finance_reminder_get_obstacle(known, day),
            bool(over),
        )

    @api.model
    def _choose_step(self, steps, done, subject, day):
        """Return the latest step :class:`Reached` by a day, unless it or a later one is done.

        Earlier steps that were missed are left out: nobody gets two at once.
        """
        reached = [
            Reached(self._get_reach(step, anchor), step, anchor)
            for anchor in subject.anchors
            for step in steps
            if step.basis == anchor.basis
        ]
        reached = [one for one in reached if self._is_now(one, day)]
        if not reached:
            return None
        # What isn't needed any more is looked at if nothing else is.
        last = max(reached, key=lambda one: (not one.anchor.over, one.on))
        is_done = any(
            line.installment == subject.installment
            and (
                line.step_id == last.step
                or (line.basis == last.step.basis and line.days >= last.step.days)
            )
            for line in done
        )
        return None if is_done else last

    @api.model
    def _get_reach(self, step, anchor):
        """Return the day on which a step is reached."""
        try:
            day = anchor.day + timedelta(days=step.days)
        except OverflowError:  # past the calendar's end, or before its beginning
            day = anchor.day
        weekdays_only = step.company_id.finance_reminder_weekdays_only
        return last_weekday(day) if anchor.is_deadline and weekdays_only else day

    @api.model
    def _is_now(self, reached, day):
        """Return whether a step is reached by a day, and not too long ago."""
        most = reached.anchor.max_late
        return reached.on <= day and (most is None or (day - reached.on).days <= most)
