from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...tools.ageing import age
from ...tools.open_items import Owed, take_off
from .statement_open_items_sql import DETAILS, OPEN_BY_CUSTOMER, OPEN_ITEMS, OUTCOMES, OWNERS


class Balance(NamedTuple):
    """What a customer owes a company by now, in the company's currency."""

    open: Decimal
    overdue: Decimal


class FinancePortalStatement(models.AbstractModel):
    """What is open now, item by item, less payments that wait for the bank."""

    _inherit = "finance.portal.statement"

    @api.model
    def _get_open_items(self, customer, companies, limit=None):
        """Return what a customer owes some companies, by company and currency.

        :param limit: of how many items at most of each section to tell more, the earliest due
        :return: list of dict of ``company``, ``currency`` (records), ``items`` (all
            :class:`Owed`), ``facts`` (more of the first ones, see :meth:`_get_details`),
            ``total``, ``ageing`` (see :func:`age`) and ``waiting`` (the day of the last payment
            that waits, by document), also where nothing else is open
        """
        scope = self._get_scope(customer, companies)
        shares, found = self._get_shares(scope), []
        for key, rows in self._read(OPEN_ITEMS, scope).items():
            items = [Owed(*row, Decimal(text)) for *row, text in rows]
            found.append(self._make_open_section(key, items, shares.get(key, [])))
        shown = [item.id for part in found for item in part["items"][:limit]]
        details = self._get_details(shown)
        for part in found:
            part["facts"] = [(one, details[one.id]) for one in part["items"][:limit]]
        return sorted(found, key=self._get_rank)

    @api.model
    def _make_open_section(self, key, items, shares):
        """Return one part of :meth:`_get_open_items`, without its ``facts``.

        :param items: list of :class:`Owed` by the books
        :param shares: what payments that wait for the bank settle of them
        """
        settled, waiting = {}, {}
        for one in shares:
            settled[one.item.id] = settled.get(one.item.id, Decimal()) + one.settled
            known = waiting.get(one.item.move, one.payment.day)
            waiting[one.item.move] = max(known, one.payment.day)
        parts, left = self._browse(key), take_off(items, settled)
        today = self._get_today(parts["company"])
        return {
            **parts,
            "items": left,
            "total": sum((item.amount for item in left), Decimal()),
            "ageing": age(((item.due, item.amount) for item in left), today),
            "waiting": waiting,
        }

    @api.model
    def _get_details(self, ids):
        """Return more of some journal items.

        :return: ``{id: dict}`` of ``day``, ``amount`` (at first), ``kind`` (as of a movement),
            ``reference`` (the customer's own), ``bank`` (id of the account to pay to) and
            ``payment_reference``
        """
        if not ids:
            return {}
        return {
            key: {
                "day": day,
                "amount": Decimal(text),
                "kind": kind,
                "reference": reference or "",
                "bank": bank,
                "payment_reference": payment_reference or "",
            }
            for key, day, text, kind, reference, bank, payment_reference in (
                self.env.execute_query(SQL(DETAILS, ids=ids))
            )
        }

    @api.model
    def _get_outcomes(self, moves):
        """Return what became of documents: ``{id: (state, day, type, number)}``.

        The last three are of what settled them last, and empty where nothing did. Documents that
        were deleted are missing.
        """
        rows = self.env.execute_query(SQL(OUTCOMES, moves=moves)) if moves else []
        return {move: tuple(row) for move, *row in rows}

    @api.model
    def _get_balances(self, customers, company):
        """Return what each of many customers owes a company, in a constant number of queries.

        :return: ``{customer id: Balance}``; without those of whom nothing is open
        """
        scope, today = self._get_scope(customers, company), self._get_today(company)
        open_items = {
            (customer, due, is_debt): Decimal(text)
            for customer, due, is_debt, text in self.env.execute_query(
                SQL(OPEN_BY_CUSTOMER, **scope)
            )
        }
        shares = [one for found in self._get_shares(scope).values() for one in found]
        ids = [one.item.id for one in shares]
        owners = self.env.execute_query(SQL(OWNERS, ids=ids)) if ids else []
        rates = {item: (customer, Decimal(rate)) for item, customer, rate in owners}
        for one in shares:
            customer, rate = rates[one.item.id]
            open_items[customer, one.item.due, one.item.amount > 0] -= one.settled * rate
        owed, places = {}, company.currency_id.decimal_places
        for (owner, due, _is_debt), amount in open_items.items():
            owed.setdefault(owner, []).append((due, round(amount, places)))
        ageings = {owner: age(items, today) for owner, items in owed.items()}
        return {
            owner: Balance(sum(ageing.values(), Decimal()), self._get_overdue(ageing))
            for owner, ageing in ageings.items()
            if any(ageing.values())
        }
