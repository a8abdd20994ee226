"""What payments settle that wait for the bank: which open items, and by how much.

Imports no Odoo. Amounts are ``Decimal``, positive for what a customer owes or pays, negative
for what the business owes or pays back; days are dates.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple


class Payment(NamedTuple):
    """A payment that is recorded, but has no journal entry until its bank line."""

    id: int
    day: object
    amount: Decimal
    currency: int
    created: object


class Item(NamedTuple):
    """An open journal item of a document: one installment, or all of it.

    ``discounted`` is what settles it until ``discount_day``, if paying early does; ``step`` is
    the smallest amount of its currency.
    """

    id: int
    move: int
    company: int
    currency: int
    step: Decimal
    due: object
    amount: Decimal
    discounted: Decimal | None = None
    discount_day: object = None


class BankLine(NamedTuple):
    """What a bank line took off a document, in the document's currency."""

    id: int
    move: int
    currency: int
    amount: Decimal
    created: object


class Share(NamedTuple):
    """What one payment does to one item: the money, and what that settles of it."""

    payment: Payment
    item: Item
    money: Decimal
    settled: Decimal


def share(payments, items, bank_lines, links, rates=None):
    """Return how payments that wait are shared among open items.

    A payment goes to the documents it was recorded for, in order of due date. What bank lines
    brought since it was recorded no longer waits. An early payment discount that it was in time
    for settles as much as the whole.

    :param payments: the :class:`Payment` that wait
    :param items: the :class:`Item` of their documents
    :param bank_lines: the :class:`BankLine` of their documents
    :param links: ``(payment id, document id)``, each pair once
    :param dict rates: by ``(payment id, currency)``, where a document has another currency
    :return: list of :class:`Share`

    >>> from datetime import date
    >>> day, cent = date(2026, 3, 10), Decimal("0.01")
    >>> items = [Item(n, n, 1, 1, cent, date(2026, 3, n), Decimal(100)) for n in (2, 1)]
    >>> both = Payment(7, day, Decimal(150), 1, 0)
    >>> links = [(7, 1), (7, 2)]
    >>> [(s.item.id, int(s.settled)) for s in share([both], items, [], links)]
    [(1, 100), (2, 50)]
    >>> early = items[0]._replace(discounted=Decimal(98), discount_day=day)
    >>> found = share([both._replace(amount=Decimal(98))], [early], [], [(7, 2)])
    >>> [(int(s.money), int(s.settled)) for s in found]
    [(98, 100)]
    """
    moves = {}
    for payment, move in links:
        moves.setdefault(payment, set()).add(move)
    ordered = sorted(payments, key=lambda payment: (payment.day, payment.id))
    rest = _take_off(ordered, bank_lines, moves, rates or {})
    left = {item.id: item.amount for item in items}
    shares = []
    for payment in ordered:
        mine = (item for item in items if item.move in moves.get(payment.id, ()))
        for item in sorted(mine, key=lambda item: (item.due, item.move, item.id)):
            if found := _share_one(payment, item, rest, left, rates or {}):
                shares.append(found)
    return shares


def _share_one(payment, item, rest, left, rates):
    """Return the :class:`Share` of one payment in one item, and count it; or ``None``."""
    rate = _rate(payment, item.currency, rates)
    money, still = _round(rest[payment.id] * rate, item.step), left[item.id]
    if money * still <= 0:  # paid already, or money that goes the other way
        return None
    settled = taken = min(money, still, key=abs)
    is_early = (
        item.discounted is not None
        and still == item.amount
        and payment.currency == item.currency
        and payment.day <= item.discount_day
    )
    if is_early and abs(money) >= abs(item.discounted):
        settled, taken = still, item.discounted
    rest[payment.id] = Decimal() if taken == money else rest[payment.id] - taken / rate
    left[item.id] = still - settled
    return Share(payment, item, taken, settled)


def _take_off(payments, bank_lines, moves, rates):
    """Return what is left of each payment after what bank lines brought of it.

    A line of exactly a payment's amount is that payment; others are taken in order. What came
    before a payment was recorded isn't of it.
    """
    rest = {payment.id: payment.amount for payment in payments}
    waiting = []
    for line in sorted(bank_lines, key=lambda line: line.id):
        theirs = [
            payment
            for payment in payments
            if line.move in moves.get(payment.id, ()) and payment.created <= line.created
        ]
        exact = [one for one in theirs if rest[one.id] == line.amount == one.amount]
        if exact and exact[0].currency == line.currency:
            rest[exact[0].id] = Decimal()
        else:
            waiting.append((line, theirs))
    for line, theirs in waiting:
        amount = line.amount
        for payment in theirs:
            rate = _rate(payment, line.currency, rates)
            taken = min(amount, rest[payment.id] * rate, key=abs)
            if taken * amount > 0:
                amount -= taken
                rest[payment.id] -= taken / rate
    return rest


def _rate(payment, currency, rates):
    return Decimal(1) if currency == payment.currency else rates[payment.id, currency]


def _round(amount, step):
    """Return an amount in whole steps of its currency."""
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step
