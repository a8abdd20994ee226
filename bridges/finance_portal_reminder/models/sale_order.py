from datetime import UTC, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.finance_portal.models.links.link import LIFETIME
from odoo.addons.finance_portal.tools.zones import get_zone

from .reminder_mixin import Anchor, Subject
from .reminder_plan import LOOK_AHEAD

# Days after which a step of a quote isn't sent any more, such as after a pause.
MAX_LATE = 7
# Days for which the plan says why a step isn't needed: long enough for a weekend.
MAX_EXPLAINED = 3
# It may still be the day before where the customer is.
ZONES = timedelta(days=2)

# When it was last sent to a contact of the customer: reminders and extra recipients don't count.
SENT = """
    SELECT l.res_id, max(l.issued_at) FROM finance_portal_link l
     WHERE l.res_model = 'sale.order' AND l.res_id = ANY(%s) AND l.is_external IS NOT TRUE
       AND NOT EXISTS (SELECT FROM finance_portal_reminder r
                        WHERE r.mail_message_id = l.mail_message_id)
     GROUP BY l.res_id
"""
# As `_finance_portal_get_customer` has it.
NEXT_CUSTOMERS = """
    SELECT customer, array_agg(id ORDER BY id) FROM (
           SELECT o.id, COALESCE(kept.commercial_partner_id, contact.commercial_partner_id) customer
             FROM sale_order o
             JOIN res_partner contact ON contact.id = o.partner_id
             LEFT JOIN res_partner kept ON kept.id = o.finance_customer_id
            WHERE o.id IN %(quotes)s
           ) found
     WHERE customer > %(after)s GROUP BY 1 ORDER BY 1 LIMIT %(most)s
"""


class QuoteFacts(NamedTuple):
    """What is known about the sharing of a quote."""

    sent_at: object
    opened_at: object  # by a person, or nothing
    is_revoked: bool
    decision: object


class SaleOrder(models.Model):
    """Remind of quotes that nobody opened or that end soon, and say what speaks against it."""

    _name = "sale.order"
    _inherit = ["finance.portal.reminder.mixin", "sale.order"]

    # === WHICH ONES === #

    @api.model
    def _finance_reminder_get_bases(self):
        return ("unopened", "ending")

    @api.model
    def _finance_reminder_get_domain(self, company, steps):
        """Return the domain of what was sent and may be at one of these steps, in any state.

        What isn't a quote to answer any more is explained for some days.
        """
        today = fields.Date.context_today(self)
        reached = []
        for step in steps:
            day = today - timedelta(days=step.days)
            days = day - timedelta(days=MAX_LATE) - ZONES, day + LOOK_AHEAD
            reached.append(self._finance_reminder_get_days_domain(step.basis, *days))
        sent = Domain("finance_link_ids", "any", [("is_external", "=", False)])
        return Domain("company_id", "=", company.id) & sent & Domain.OR(reached)

    @api.model
    def _finance_reminder_get_days_domain(self, basis, first, last):
        """Return the domain of quotes that end, or were sent, within some days."""
        if basis == "ending":
            return Domain("validity_date", ">=", first) & Domain("validity_date", "<=", last)
        # By the end of the links, which has an index.
        first, last = (fields.Datetime.to_datetime(day) + LIFETIME for day in (first, last))
        return Domain(
            "finance_link_ids", "any", [("expires_at", ">=", first), ("expires_at", "<=", last)]
        )

    @api.model
    def _finance_reminder_get_ids(self, domain, after, most):
        self.flush_model(["partner_id", "finance_customer_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        quotes = self._search(domain).subselect()
        return self.env.execute_query(SQL(NEXT_CUSTOMERS, quotes=quotes, after=after, most=most))

    # === HOW THEY STAND === #

    def _finance_reminder_get_facts(self):
        """Return ``{id: QuoteFacts}``."""
        self.env["finance.portal.reminder"].flush_model(["mail_message_id"])
        sharing = self._finance_portal_get_sharing_facts()  # flushes the links
        self.env.cr.execute(SQL(SENT, self.ids))
        sent = dict(self.env.cr.fetchall())
        decisions = self.env["finance.portal.decision"]._get_standing(self).grouped("res_id")
        nobody = self.env["finance.portal.decision"]
        return {
            number: QuoteFacts(
                sent.get(number),
                fact.views and fact.viewed_at,
                fact.status == "revoked",
                decisions.get(number, nobody),
            )
            for number, fact in sharing.items()
        }

    def _finance_reminder_get_subject(self, facts, day):
        if not facts or not facts.sent_at:
            return None
        over = self._finance_reminder_get_end(facts, day)
        opened = over or self._finance_reminder_get_opened_note(facts)
        anchors = [self._finance_reminder_make_anchor("unopened", facts.sent_at, opened)]
        if self.validity_date:
            ending = self._finance_reminder_make_anchor("ending", self.validity_date, over)
            anchors.insert(0, ending._replace(is_deadline=True))
        return Subject(tuple(anchors), self.amount_total)

    def _finance_reminder_make_anchor(self, basis, moment, over):
        max_late = MAX_EXPLAINED if over else MAX_LATE
        day = moment if basis == "ending" else self._finance_reminder_get_day(moment)
        return Anchor(basis, day, over, max_late)

    def _finance_reminder_get_day(self, moment):
        """Return the day of a moment where the customer is."""
        customer, company = self._finance_portal_get_customer(), self.company_id
        zone = get_zone(customer.tz, company.partner_id.tz)
        return moment.replace(tzinfo=UTC).astimezone(zone).date()

    def _finance_reminder_get_end(self, facts, day):
        """Return why nothing has to be answered on a day, or an empty text."""
        if answer := self._finance_reminder_get_answer_note(facts.decision):
            return answer
        # Such as an order of the shop that waits for a bank transfer.
        if paid_on := self._finance_reminder_get_online_day():
            return self.env._(
                "A payment made on %(date)s is being processed.",
                date=self._finance_portal_short_day(paid_on),
            )
        notes = {
            "sale": self.env._("It's confirmed."),
            "cancel": self.env._("It's cancelled."),
            "draft": self.env._("It's back in draft."),
        }
        if note := notes.get(self.state):
            return note
        if self.validity_date and self.validity_date < day:
            date = self._finance_portal_short_day(self.validity_date)
            return self.env._("It was valid until %(date)s.", date=date)
        return ""

    def _finance_reminder_get_answer_note(self, decision):
        """Return that its customer answered, or an empty text.

        An acceptance counts also while it waits for a payment.
        """
        if decision.customer_id.commercial_partner_id != self._finance_portal_get_customer():
            return ""
        date = self._finance_portal_short_day(self._finance_reminder_get_day(decision.date))
        if decision.kind == "declined":
            return self.env._("The customer declined it on %(date)s.", date=date)
        if self.state == "cancel":  # by staff, later
            return ""
        return self.env._("The customer accepted it on %(date)s.", date=date)

    def _finance_reminder_get_opened_note(self, facts):
        """Return that somebody opened it, or an empty text."""
        if not facts.opened_at:
            return ""
        date = self._finance_portal_short_day(self._finance_reminder_get_day(facts.opened_at))
        return self.env._("The customer opened it on %(date)s.", date=date)

    def _finance_reminder_get_obstacle(self, facts, day):
        if facts.is_revoked:
            return self.env._("Its link was revoked. Send the quote again to share it.")
        return super()._finance_reminder_get_obstacle(facts, day)

    # === IN WORDS === #

    @api.model
    def _finance_reminder_describe_several(self, count):
        return self.env._("%(count)s quotes waiting for your answer", count=count)
