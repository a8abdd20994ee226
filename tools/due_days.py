"""On which days something is sent that comes every week or month. Imports no Odoo."""

import calendar
from datetime import date, timedelta

MAX_MISSED = 7  # days


def is_due(every: str, weekday: int, month_day: int, day: date) -> bool:
    """Return whether ``day`` is one of the days; in shorter months the last one stands in.

    :param every: "weekly" or "monthly"; anything else is never
    :param weekday: 0 is Monday
    :param month_day: 1 to 31

    >>> is_due("weekly", 0, 1, date(2026, 11, 30)), is_due("weekly", 1, 1, date(2026, 11, 30))
    (True, False)
    >>> is_due("monthly", 0, 30, date(2026, 11, 30)), is_due("monthly", 0, 31, date(2026, 11, 30))
    (True, True)
    >>> is_due("monthly", 0, 31, date(2026, 2, 27)), is_due("monthly", 0, 29, date(2028, 2, 29))
    (False, True)
    >>> is_due("never", 0, 30, date(2026, 11, 30))
    False
    """
    if every == "weekly":
        return day.weekday() == weekday
    _first, length = calendar.monthrange(day.year, day.month)
    return every == "monthly" and day.day == min(month_day, length)


def days_to_do(last: date | None, today: date) -> list[date]:
    """Return today and the days before it on which nothing ran, a week back at most.

    :param last: the day of the last run, if there was one

    >>> [day.day for day in days_to_do(date(2026, 3, 2), date(2026, 3, 5))]
    [3, 4, 5]
    >>> len(days_to_do(date(2026, 1, 1), date(2026, 3, 5))), len(days_to_do(None, date.min))
    (7, 1)
    """
    missed = min((today - last).days, MAX_MISSED) if last else 1
    return [today - timedelta(days=back) for back in range(missed - 1, -1, -1)]
