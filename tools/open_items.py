"""What a customer owes item by item, and what of that changed since. Imports no Odoo."""

from decimal import Decimal
from typing import NamedTuple


class Owed(NamedTuple):
    """An open journal item: one installment, or a whole document; a credit is negative."""

    id: int
    move: int
    number: str
    due: object
    amount: Decimal


class Change(NamedTuple):
    """A document of which less or more is open than before; without a ``number`` it's new."""

    move: int
    currency: int
    number: str
    before: Decimal
    now: Decimal


def take_off(items, settled):
    """Return open items less what else settles them, without those of which nothing is left.

    :param items: list of :class:`Owed`
    :param dict settled: amounts by the items' ids

    >>> items = [Owed(7, 1, "A", None, Decimal(100)), Owed(8, 2, "B", None, Decimal(40))]
    >>> [(one.number, int(one.amount)) for one in take_off(items, {7: Decimal(30), 8: Decimal(40)})]
    [('A', 70)]
    """
    left = (item._replace(amount=item.amount - settled.get(item.id, 0)) for item in items)
    return [item for item in left if item.amount]


def sum_up(items, currency):
    """Return what is open of each document: rows of its id, currency, number and amount.

    Amounts are texts, so that the rows can be stored and are still exact.

    >>> items = [Owed(7, 1, "A", None, Decimal("0.1")), Owed(8, 1, "A", None, Decimal("0.2"))]
    >>> sum_up(items, 5)
    [[1, 5, 'A', '0.3']]
    """
    found = {}
    for item in items:
        number, amount = found.get(item.move, (item.number, Decimal()))
        found[item.move] = number, amount + item.amount
    return [[move, currency, number, str(amount)] for move, (number, amount) in found.items()]


def total_up(rows):
    """Return what is open in each currency: rows of :func:`sum_up` added up, as texts.

    >>> total_up([[1, 5, "A", "0.1"], [2, 5, "B", "0.2"], [3, 6, "C", "4"]])
    {5: '0.3', 6: '4'}
    """
    found = {}
    for _move, currency, _number, amount in rows:
        found[currency] = found.get(currency, Decimal()) + Decimal(amount)
    return {currency: str(amount) for currency, amount in found.items()}


def compare(before, now):
    """Return the :class:`Change` between two lists of :func:`sum_up`, new documents last.

    >>> before = [[1, 5, "A", "10"], [2, 5, "B", "20"], [3, 5, "C", "30"]]
    >>> now = [[2, 5, "B", "20.00"], [3, 5, "C", "5"], [4, 5, "D", "8"]]
    >>> [(one.move, one.number, int(one.before), int(one.now)) for one in compare(before, now)]
    [(1, 'A', 10, 0), (3, 'C', 30, 5), (4, '', 0, 8)]
    """
    left = {(move, currency): Decimal(amount) for move, currency, _number, amount in now}
    changes = [
        Change(move, currency, number, Decimal(amount), left.pop((move, currency), Decimal()))
        for move, currency, number, amount in before
    ]
    changes += [Change(*key, "", Decimal(), amount) for key, amount in left.items()]
    return [change for change in changes if change.before != change.now]
