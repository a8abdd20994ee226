"""The arithmetic of a customer's statement: balances, running balances, ageing.

Imports no Odoo. Amounts are ``Decimal``, so sums are exact; days are dates. A statement is
told backwards from the balance of now: what was booked since is taken off again.
"""

from decimal import Decimal
from typing import NamedTuple

# How old what is open may be, in the order it is shown in.
AGES = ("not_due", "days_30", "days_60", "days_90", "older", "credit")
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


def age(open_items, day):
    """Return what is open on a day by how late it is then, one amount for each of ``AGES``.

    What is open in the customer's favour is not late, whatever its date: it is the credit.

    >>> from datetime import date, timedelta
    >>> day = date(2026, 3, 31)
    >>> items = [(day - timedelta(days=late), Decimal(10)) for late in (0, 1, 30, 31, 91)]
    >>> [int(amount) for amount in age([*items, (day, Decimal(-4))], day).values()]
    [10, 20, 10, 0, 10, -4]
    """
    found = dict.fromkeys(AGES, Decimal())
    for due, amount in open_items:
        found[age_of(due, day) if amount > 0 else "credit"] += amount
    return found


def age_of(due, day):
    """Return which of ``AGES`` something is that is due on a day.

    >>> from datetime import date
    >>> [age_of(date(2026, 1, 1), date(2026, 1, day)) for day in (1, 2, 31)]
    ['not_due', 'days_30', 'days_30']
    """
    late = (day - due).days
    if late <= 0:
        return "not_due"
    return next((f"days_{most}" for most in (30, 60, 90) if late <= most), "older")


def thin(points, most=MAX_POINTS):
    """Return at most ``most`` of the points: the last of each stretch, and the very first.

    >>> [day for day, _balance in thin([(day, 0) for day in range(10)], 4)]
    [0, 3, 6, 9]
    """
    if len(points) <= most:
        return list(points)
    stretch = (len(points) - 1) / (most - 1)
    return [points[round(number * stretch)] for number in range(most)]
