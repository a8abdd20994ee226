from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

# States of a payment by a provider that isn't booked yet, and may well be.
UNDER_WAY = ("pending", "authorized")
# How long a customer who chose to transfer the money isn't reminded. No provider tells whether they
# did, and a click alone must not keep reminders away for good.
PROMISE = timedelta(days=7)
# No Reminders, on a document or a customer.
PAUSE_FIELDS = {
    "finance_no_reminders",
    "finance_no_reminders_until",
    "finance_no_reminders_note",
}


class Anchor(NamedTuple):
    """A day that some steps of a document count from."""

    basis: str  # of these steps
    day: object
    over: str = ""  # why these steps aren't needed any more, or empty
    max_late: int | None = None  # days after which a step isn't planned any more
    is_deadline: bool = False  # whether a step goes before a weekend rather than after


class Subject(NamedTuple):
    """What the plan has to know of a document."""

    anchors: tuple
    amount: float
    installment: int = 1


class FinancePortalReminderMixin(models.AbstractModel):
    """A shared document that its customer is reminded of, and No Reminders on it."""

    _name = "finance.portal.reminder.mixin"
    _description = "Document That Customers Are Reminded Of"

    finance_no_reminders = fields.Boolean(
        "No Reminders",
        copy=False,
        groups="base.group_user",
        help="For example, while you're discussing it with the customer.",
    )
    finance_no_reminders_until = fields.Date(
        "No Reminders Until",
        copy=False,
        groups="base.group_user",
        help="The last day without reminders. Leave empty to send none until you uncheck it.",
    )
    finance_no_reminders_note = fields.Char(
        "Why No Reminders", copy=False, groups="base.group_user"
    )

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Pause no document by a default or a context: somebody decides it for this one.

        Odoo makes invoices of an order with all rights, in the context of whoever asks for them.
        """
        return super().default_get([name for name in fields if name not in PAUSE_FIELDS])

    def write(self, vals):
        """Have the plan follow a pause of these documents that is set or lifted."""
        result = super().write(vals)
        if vals.keys() & PAUSE_FIELDS:
            mine = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
            self.env["finance.portal.reminder"]._outdate(Domain("line_ids", "any", mine))
        return result

    def unlink(self):
        """Delete what is planned, and was done, of these documents."""
        # sudo: the plan is the system's
        lines = self.env["finance.portal.reminder.line"].sudo()
        lines = lines.search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        result = super().unlink()
        lines.unlink()
        return result

    # === WHICH MODELS === #

    @api.model
    def _finance_reminder_get_models(self):
        """Return the names of the models whose records customers are reminded of."""
        kind = self.env.registry["finance.portal.reminder.mixin"]
        return [
            name
            for name, model in self.env.registry.items()
            if issubclass(model, kind) and not model._abstract
        ]

    # === WHAT A DOCUMENT MUST TELL === #

    @api.model
    def _finance_reminder_get_bases(self):
        """Return what its steps may count from: keys of ``basis`` of a step."""
        raise NotImplementedError

    @api.model
    def _finance_reminder_get_domain(self, company, steps):
        """Return the domain of what may have reached one of these steps by the next slot."""
        raise NotImplementedError

    @api.model
    def _finance_reminder_get_ids(self, domain, after, most):
        """Return what a domain finds of the next customers, all of each, in order of their ids.

        :param int after: id of the customer before the first
        :param int most: number of customers
        :return: list of ``(customer's id, ids)``
        """
        raise NotImplementedError

    def _finance_reminder_get_facts(self):
        """Return ``{id: facts}`` for :meth:`_finance_reminder_get_subject`, in few queries."""
        return {}

    def _finance_reminder_get_subject(self, facts, day):
        """Return the :class:`Subject` that the document is on a day; ``None`` if it is none.

        :param facts: what :meth:`_finance_reminder_get_facts` says of it
        """
        raise NotImplementedError

    def _finance_reminder_get_obstacle(self, facts, day):
        """Return why no reminder of it leaves on a day, or an empty text."""
        return self.env["finance.portal.reminder"]._describe_pause(self, day)

    @api.model
    def _finance_reminder_get_unmatched(self, company, customers):
        """Return ``{(customer id, currency id): amount}`` of what may settle these documents."""
        return {}

    @api.model
    def _finance_reminder_describe_several(self, count):
        """Return what an email about several of them is about, in few words."""
        raise NotImplementedError

    @api.model
    def _finance_reminder_get_total_label(self):
        """Return what the sum of several of them is; empty where nobody adds them up."""
        return ""

    # === HELPERS === #

    def _finance_reminder_get_online_day(self):
        """Return the day of an online payment that is under way and not booked yet, if any.

        What its customer gave up, or what was paid another way meanwhile, is none.
        """
        # Only the payment app, which is optional, adds this field.
        if "transaction_ids" not in self._fields:
            return None
        # sudo: whoever plans need not be allowed to read transactions
        payments = self.sudo().transaction_ids
        under_way = payments.filtered(lambda one: one.state in UNDER_WAY)
        # Looked up by name: the addon for Pay Now knows what came to nothing, and neither of the
        # two needs the other.
        if filter_expected := getattr(self.sudo(), "_finance_portal_filter_expected", None):
            under_way = filter_expected(under_way)
        if self._finance_reminder_is_promise_over(payments):
            under_way = under_way.filtered(lambda one: one.provider_code != "custom")
        return max(under_way.mapped("create_date")).date() if under_way else None

    def _finance_reminder_is_promise_over(self, payments):
        """Return whether the customer chose a bank transfer too long ago, and none came since.

        It counts from the first one: who gives it up and chooses it again is no longer believed.
        """
        promised = payments.filtered(
            lambda one: one.state in UNDER_WAY and one.provider_code == "custom"
        )
        # sudo: as of the payments, whoever plans need not be allowed to read them.
        # By name, as above.
        if has_overtaken := getattr(self.sudo(), "_finance_portal_has_overtaken", None):
            promised = promised.filtered(lambda one: not has_overtaken(one))
        first = min(promised.mapped("create_date"), default=None)
        return bool(first) and first < fields.Datetime.now() - PROMISE
