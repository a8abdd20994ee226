from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.ordered import insert_after
from ..portal.list import Sort

QUOTE_STATES = ("draft", "sent")


class FinancePortalListQuotes(models.AbstractModel):
    """Quotes: those that wait for an answer, and what became of the others."""

    _name = "finance.portal.list.quotes"
    _description = "Quotes in the Portal"
    _inherit = "finance.portal.list.sale.mixin"

    @api.model
    def _get_section(self):
        return "quotes"

    @api.model
    def _get_domain(self):
        """Return quotes, and the orders that the customer's answer made of them."""
        return Domain("state", "!=", "sale") | self._get_answered("accepted")

    @api.model
    def _get_answered(self, kind):
        return self.env["finance.portal.decision"]._get_decided(self._get_model(), kind)

    @api.model
    def _get_filters(self):
        over = Domain("validity_date", "<", fields.Date.context_today(self))
        accepted = self._get_answered("accepted")
        pending = Domain("state", "in", QUOTE_STATES) & ~accepted
        return {
            "": (self.env._("All"), Domain.TRUE),
            "answer": (self.env._("Awaiting your answer"), pending & ~over),
            "accepted": (self.env._("Accepted"), accepted),
            "declined": (self.env._("Declined"), Domain("state", "=", "cancel")),
            "expired": (self.env._("Expired"), pending & over),
        }

    @api.model
    def _get_sorts(self):
        expiring = Sort(self.env._("Expiring first"), "validity_date", nullable=True)
        return insert_after(super()._get_sorts(), "oldest", {"expiring": expiring})

    @api.model
    def _get_texts(self):
        return {
            "heads": {
                "name": self.env._("Number"),
                "date": self.env._("Date"),
                "due": self.env._("Valid until"),
                "amount": self.env._("Amount"),
            },
            "empty": self.env._(
                "Quotes that we send you will appear here, for you to accept or decline."
            ),
        }

    @api.model
    def _prepare_cells(self, order):
        is_quote = order.state in QUOTE_STATES
        due = order._finance_portal_day(is_quote and order.validity_date)
        return {**super()._prepare_cells(order), "due": due}

    @api.model
    def _get_states(self, orders):
        """Put the customer's answer first."""
        answers = {
            "accepted": ("good", self.env._("Accepted")),
            "declined": ("bad", self.env._("Declined")),
        }
        documents = self.env[self._get_model()].concat(*orders)
        standing = self.env["finance.portal.decision"]._get_standing(documents)
        decisions = {decision.res_id: decision for decision in standing}
        states = super()._get_states(orders)
        # Until when is another column; what is asked of the customer isn't.
        asks = [("warn", self.env._("Awaiting your answer"))]
        for order in orders:
            if order.state in QUOTE_STATES and all(tone == "calm" for tone, _ in states[order.id]):
                states[order.id] = asks
            decision = decisions.get(order.id)
            if decision and order._finance_portal_is_covered_by(
                decision, order._finance_portal_get_terms
            ):
                states[order.id] = [answers[decision.kind]]
        return states

    @api.model
    def _get_waiting(self):
        return self.env._("Quotes awaiting your answer"), "answer", "expiring"

    @api.model
    def _get_due_day(self, order):
        return order.validity_date

    @api.model
    def _is_still_open(self, order):
        days = order._finance_portal_get_days_left()
        return days is None or days >= 0

    @api.model
    def _get_news(self, order):
        return self.env._("New quote")
