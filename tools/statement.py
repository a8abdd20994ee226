"""The arithmetic of a customer's statement: balances and running balances.

Imports no Odoo. Amounts are ``Decimal``, so sums are exact; days are dates. A statement is
told backwards from the balance of now: what was booked since is taken off again.
"""

from decimal import Decimal
from typing import NamedTuple

from .ageing import age

MAX_POINTS = 120  # more than a small chart has room for


class Movement(NamedTuple):
    """One change of the balance: on which day, by how much, and what the page says of it."""

    day: object
    amount: Decimal
    facts: object


class Section(NamedTuple):
    """One statement in one currency of one company.

    ``rows`` are the newest movements with the balance after each; ``carried`` is the balance
    before the first of them, which is ``opening`` when no movement is left out. ``points`` are
    the balances of the days on which it changed, and of the first and the last day.
    """

    opening: Decimal
    carried: Decimal
    rows: list
    closing: Decimal
    ageing: dict
    points: list


def make_section(current, changes, movements, open_items, period):
    """Return the statement of a period.

    :param Decimal current: the balance of now, with everything that is booked
    :param dict changes: by how much the balance changed on each day, from ``start`` to the
        last booked one, later than ``end`` included
    :param list movements: the newest :class:`Movement` until ``end``, the oldest first
    :param open_items: ``(due day, amount)`` of what was open at ``end``
    :param period: ``(start, end)``, both included

    >>> from datetime import date
    >>> first, last, later = date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 5)
    >>> sale = Movement(date(2026, 1, 10), Decimal("100"), "Invoice 7")
    >>> changes = {sale.day: sale.amount, later: Decimal("-60")}
    >>> open_items, period = [(later, Decimal("130"))], (first, last)
    >>> found = make_section(Decimal("70"), changes, [sale], open_items, period)
    >>> found.opening, found.closing, found.rows == [(sale, Decimal("130"))]
    (Decimal('30'), Decimal('130'), True)
    >>> found.ageing["not_due"], [balance for _day, balance in found.points]
    (Decimal('130'), [Decimal('30'), Decimal('130'), Decimal('130')])
    """
    points = balances(current, changes, *period)
    opening = current - sum(changes.values(), Decimal())
    closing = points[-1][1]
    balance = carried = closing - sum((movement.amount for movement in movements), Decimal())
    rows = []
    for movement in movements:
        balance += movement.amount
        rows.append((movement, balance))
    return Section(opening, carried, rows, closing, age(open_items, period[1]), points)


def balances(current, changes, start, end):
    """Return ``(day, balance at its end)`` of each day between that changed the balance.

    The first point is the balance that ``start`` began with, the last one that of ``end``.

    >>> from datetime import date
    >>> days = [date(2026, 1, day) for day in (1, 2, 3, 4)]
    >>> changes = {days[1]: Decimal(5), days[3]: Decimal(1)}
    >>> [(day.day, int(balance)) for day, balance in balances(Decimal(9), changes, *days[::2])]
    [(1, 3), (2, 8), (3, 8)]
    """
    balance = current - sum(changes.values(), Decimal())
    points = [(start, balance)]
    for day in sorted(changes):
        if day <= end:
            balance += changes[day]
            points.append((day, balance))
    if points[-1][0] != end or len(points) == 1:
        points.append((end, balance))
    return points


def thin(points, most=MAX_POINTS):
    """Return at most ``most`` of the points: the last of each stretch, and the very first.

    >>> [day for day, _balance in thin([(day, 0) for day in range(10)], 4)]
    [0, 3, 6, 9]
    """
    if len(points) <= most:
        return list(points)
    stretch = (len(points) - 1) / (most - 1)
    return [points[round(number * stretch)] for number in range(most)]
