"""What is open, by how late it is. Imports no Odoo."""

from decimal import Decimal

# How old what is open may be, in the order it is shown in.
AGES = ("not_due", "days_30", "days_60", "days_90", "older", "credit")


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
