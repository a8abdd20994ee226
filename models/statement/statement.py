from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.ageing import AGES, age
from ...tools.period import months_before
from ...tools.statement import Movement, balances, make_section
from ...tools.zones import get_zone
from .statement_sql import (
    CHANGES,
    FEW_CREDITS,
    FEW_DEBITS,
    IDS,
    MOVEMENTS,
    OPEN_AT,
    OPEN_NOW,
    SETTLED,
    TRANSFERRED,
    TRANSFERS,
)

FEW = 2000  # items whose reconciliations are looked up one by one
FLUSHED = ("account.move", "account.move.line", "account.partial.reconcile", "account.payment")


class FinancePortalStatement(models.AbstractModel):
    """What a customer was billed, paid and owes, from the posted receivable journal items.

    Everything is per company and currency of the journal item. What an item is worth as of a
    day is its amount less the partial reconciliations until that day, so a statement of last
    March does not change when somebody pays in April. Where a reconciliation joins items of
    two statements (a payment in another currency), it is a movement of both: otherwise one
    would show a debt and the other a credit that nobody has.

    All amounts are ``Decimal``. Every method asks a constant number of queries.
    """

    _name = "finance.portal.statement"
    _description = "Customer Statement"

    # === STATEMENT === #

    @api.model
    def _is_available(self, own_documents):
        """Return whether somebody gets a statement, which covers all documents of a customer.

        Of a part of them the balance would be nobody's.

        :param bool own_documents: whether they are limited to their own ones
        """
        return not own_documents

    @api.model
    def _get_statement(self, customer, companies, date_from, date_to, limit=None):
        """Return the statement of a customer in some companies.

        :param customer: the commercial partner
        :param companies: those whose documents the customer may see
        :param limit: how many movements at most of each section, the newest; all without
        :return: list of dict of ``company``, ``currency`` (records), ``section`` (a
            :class:`Section` whose movements' ``facts`` are dicts, see :meth:`_get_movements`),
            ``left_out`` (how many movements the limit leaves out) and ``waiting`` (what was
            paid now without being booked: not in the balance, but off what is open today)
        """
        scope = self._get_scope(customer, companies, date_from, date_to)
        current, changes = self._get_current(scope), self._get_changes(scope)
        movements, open_items = self._get_movements(scope, limit), self._get_open_at(scope)
        shares = self._get_shares(scope)
        sections = []
        for key in {*current, *changes, *open_items}:
            count, shown = movements.get(key, (0, []))
            waiting, items = shares.get(key, []), open_items.get(key, [])
            if date_to >= self._get_today(self._browse(key)["company"]):
                items = self._take_off(items, waiting)
            section = make_section(
                sum((amount for _due, amount in current.get(key, ())), Decimal()),
                changes.get(key, {}),
                shown,
                items,
                (date_from, date_to),
            )
            if count or section.opening or section.closing or any(section.ageing.values()):
                money = sum((share.money for share in waiting), Decimal())
                parts = {"left_out": count - len(shown), "waiting": money}
                sections.append({**self._browse(key), "section": section, **parts})
        return sorted(sections, key=self._get_rank)

    @api.model
    def _get_open_balances(self, customer, companies, contact=None, scope=None):
        """Return what is open now, by company and currency, less payments that wait for the bank.

        :param contact: count only this contact's own documents
        :param dict scope: where the same was asked already, see :meth:`_get_recent_scope`
        :return: list of dict of ``company``, ``currency`` (records), ``open`` (less credits)
            and ``overdue``, and ``covered``: whether credits cover all debts
        """
        scope = scope or self._get_scope(customer, companies, contact=contact)
        shares, found = self._get_shares(scope), []
        for key, items in self._get_current(scope).items():
            parts, left = self._browse(key), self._take_off(items, shares.get(key, []))
            ageing = age(left, self._get_today(parts["company"]))
            found.append(
                {
                    **parts,
                    "open": sum(ageing.values(), Decimal()),
                    "overdue": self._get_overdue(ageing),
                    "covered": self._is_covered(ageing),
                }
            )
        return sorted(found, key=self._get_rank)

    @api.model
    def _get_balance_history(self, customer, companies, months=12, contact=None, scope=None):
        """Return how the balance developed until today, by currency, over these companies.

        It ends at what is open: a payment counts from its day, also while it waits for the bank.

        :param contact: count only this contact's own documents
        :param dict scope: where the same was asked already, see :meth:`_get_recent_scope`
        :return: list of ``(currency, [(day, balance), …])``, the oldest day first; without
            currencies in which nothing was ever open
        """
        scope = scope or self._get_recent_scope(customer, companies, months, contact)
        start, today = scope["start"], scope["end"]
        current, changes = self._get_current(scope), self._get_changes(scope)
        totals, moved = {}, {}
        for (_company, currency), items in current.items():
            amount = sum((amount for _due, amount in items), Decimal())
            totals[currency] = totals.get(currency, Decimal()) + amount
        steps = [(key, step) for key, days in changes.items() for step in days.items()]
        for key, waiting in self._get_shares(scope).items():
            totals[key[1]] -= sum(one.settled for one in waiting)
            steps += [(key, (min(one.payment.day, today), -one.settled)) for one in waiting]
        for (_company, currency), (day, amount) in steps:
            if day >= start:
                days = moved.setdefault(currency, {})
                days[day] = days.get(day, Decimal()) + amount
        history = {}
        for currency in {*totals, *moved}:
            total, days = totals.get(currency, Decimal()), moved.get(currency, {})
            history[currency] = balances(total, days, start, today)
        # sudo: what a currency is called is no secret
        currencies = self.env["res.currency"].sudo().browse(history).sorted("name")
        drawn = ((currency, history[currency.id]) for currency in currencies)
        return [found for found in drawn if any(balance for _day, balance in found[1])]

    # === JOURNAL ITEMS === #

    @api.model
    def _get_scope(
        self, customer, companies, date_from=None, date_to=None, *, contact=None, books=None
    ):
        """Return the parts that the queries have in common.

        :param Books books: of this customer, where they were found already
        :return: dict of :class:`SQL`, where what was asked is kept for whoever asks again
        """
        for name in FLUSHED:
            self.env[name].flush_model()
        Scope = self.env["finance.portal.scope"]
        booked = Scope._get_items_condition(customer, companies, contact, books)
        scope = {"start": date_from, "end": date_to, "booked": booked}
        return self._add_settled(scope) if date_from else scope

    @api.model
    def _get_recent_scope(self, customer, companies, months=12, contact=None, books=None):
        """Return the scope of the last months: who asks several things passes it on."""
        today = self._get_today(self.env.company)
        start = months_before(today, months)
        return self._get_scope(customer, companies, start, today, contact=contact, books=books)

    @api.model
    def _add_settled(self, scope):
        """Return the scope with what reconciliations since the start of its period did."""
        rows = self.env.execute_query(SQL(IDS, **scope, most=FEW + 1))
        debits = credits_ = SQL()
        if len(rows) <= FEW:
            ids = [item for (item,) in rows]
            debits, credits_ = SQL(FEW_DEBITS, ids=ids), SQL(FEW_CREDITS, ids=ids)
        settled = SQL(SETTLED, **scope, few_debits=debits, few_credits=credits_)
        transfers = self.env.execute_query(SQL(TRANSFERS, settled=settled))
        columns = [list(column) for column in zip(*transfers, strict=True)] or [[]] * 7
        return {**scope, "settled": settled, "transfers": SQL(TRANSFERRED, *columns)}

    @api.model
    def _read(self, query, scope, **more):
        """Return the rows of a query by ``(company id, currency id)``, their first columns."""
        found = {}
        for company, currency, *row in self.env.execute_query(SQL(query, **scope, **more)):
            found.setdefault((company, currency), []).append(row)
        return found

    @api.model
    def _get_current(self, scope):
        """Return ``(due day, open amount)`` of now, debts and credits of a day apart."""
        if "current" not in scope:
            rows = self._read(OPEN_NOW, scope).items()
            scope["current"] = {
                key: [(due, Decimal(text)) for due, text in found] for key, found in rows
            }
        return scope["current"]

    @api.model
    def _get_open_at(self, scope):
        """Return the same for the last day of the period."""
        rows = self._read(OPEN_AT, scope)
        return {key: [(due, Decimal(text)) for due, text in found] for key, found in rows.items()}

    @api.model
    def _get_changes(self, scope):
        """Return by how much each day since the first of the period changed the balance."""
        rows = self._read(CHANGES, scope)
        return {key: {day: Decimal(text) for day, text in found} for key, found in rows.items()}

    @api.model
    def _get_shares(self, scope):
        """Return what payments that wait for the bank settle, by company and currency."""
        if "shares" not in scope:
            found = scope["shares"] = {}
            for one in self.env["finance.portal.waiting"]._get_shares(scope["booked"]):
                found.setdefault((one.item.company, one.item.currency), []).append(one)
        return scope["shares"]

    @api.model
    def _take_off(self, items, shares):
        """Return ``(due day, open amount)`` less what waiting payments settle of such items."""
        settled = {}
        for one in shares:
            key = one.item.due, one.item.amount > 0
            settled[key] = settled.get(key, Decimal()) + one.settled
        return [(due, amount - settled.pop((due, amount > 0), 0)) for due, amount in items]

    @api.model
    def _get_movements(self, scope, limit=None):
        """Return ``(how many there are, the newest)`` of the movements of the period.

        The ``facts`` of a :class:`Movement` are a dict of ``kind`` ("invoice", "credit_note",
        "receipt", "payment", "refund", "exchange", "adjustment", "other_currency",
        "other_party"), ``number``, ``reference`` (the customer's own), ``due`` and
        ``last_due`` (days; differ for installments), ``paid`` (what a payment brought, when it
        settled more or less than that) and ``key``: ``(model, id)`` of a document, or ``None``.
        """
        rows = self._read(MOVEMENTS, scope, most=limit or 2**31)
        return {
            key: (found[0][0], [self._make_movement(row) for row in found])
            for key, found in rows.items()
        }

    @api.model
    def _make_movement(self, row):
        """Return one row of the query as a :class:`Movement`."""
        _all, day, amount, kind, number, reference, due, last_due, paid, move, payment = row
        document = ("account.move", move) if move else ("account.payment", payment)
        facts = {
            "kind": kind,
            "number": number or "",
            "reference": reference or "",
            "due": due,
            "last_due": last_due,
            "paid": Decimal(paid) if paid else None,
            "key": document if document[1] else None,
        }
        return Movement(day, Decimal(amount), facts)

    # === CREDIT === #

    @api.model
    def _get_overdue(self, ageing):
        """Return how much of the balance is late: never more than it, as credits count first."""
        late = sum((ageing[part] for part in AGES[1:-1]), Decimal())
        return max(min(late, sum(ageing.values(), Decimal())), Decimal())

    @api.model
    def _is_covered(self, ageing):
        """Return whether documents are open, and credits that nobody has used yet cover them."""
        is_owing = any(ageing[part] for part in AGES[:-1])
        return is_owing and sum(ageing.values(), Decimal()) <= 0

    # === HELPERS === #

    @api.model
    def _browse(self, key):
        """Return the records behind a key of :meth:`_read`."""
        company, currency = key
        # sudo: a customer may be told the names of those who bill it
        return {
            "company": self.env["res.company"].sudo().browse(company),
            "currency": self.env["res.currency"].sudo().browse(currency),
        }

    @api.model
    def _get_rank(self, part):
        """Return what sections are ordered by: each company's own currency first."""
        company, currency = part["company"], part["currency"]
        is_foreign = company.currency_id != currency
        return company.sequence, company.name, company.id, is_foreign, currency.name

    @api.model
    def _get_today(self, company):
        """Return the day it is where a company is: what is due is counted in its days."""
        # sudo: the time zone of a company is no secret
        zone = get_zone(company.sudo().partner_id.tz, self.env.context.get("tz"))
        return fields.Date.context_today(self.with_context(tz=str(zone)))
