"""From which day to which: what a customer asks a statement for. Imports no Odoo."""

import re
from datetime import date, timedelta
from typing import NamedTuple

FIRST_DAY = date(1970, 1, 1)
MAX_YEARS = 10
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Period(NamedTuple):
    """From ``start`` to ``end``, both included."""

    start: date
    end: date


class PeriodError(ValueError):
    """No statement can be made for a period: ``reason`` is one of the codes below.

    "not_a_day", "out_of_range", "reversed", "too_long"
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def presets(today):
    """Return the periods that people ask for, by name, those that still run until today.

    >>> some = presets(date(2024, 2, 29))
    >>> [str(day) for day in some["last_month"]], [str(day) for day in some["this_quarter"]]
    (['2024-01-01', '2024-01-31'], ['2024-01-01', '2024-02-29'])
    >>> str(some["last_12_months"].start), str(presets(date(2026, 3, 10))["last_year"].end)
    ('2023-03-01', '2025-12-31')
    """
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    quarter = month.replace(month=(today.month - 1) // 3 * 3 + 1)
    year = month.replace(month=1)
    return {
        "this_month": Period(month, today),
        "last_month": Period(before.replace(day=1), before),
        "this_quarter": Period(quarter, today),
        "this_year": Period(year, today),
        "last_12_months": Period(months_before(today, 12) + timedelta(days=1), today),
        "last_year": Period(year.replace(year=today.year - 1), year - timedelta(days=1)),
    }


def months_before(day, months):
    """Return the same day some months earlier, or the last one of a month that is too short.

    >>> str(months_before(date(2026, 3, 31), 1)), str(months_before(date(2024, 2, 29), 12))
    ('2026-02-28', '2023-02-28')
    """
    number = day.year * 12 + day.month - 1 - months
    first = date(number // 12, number % 12 + 1, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first.replace(day=min(day.day, (following - timedelta(days=1)).day))


def parse_period(start_text, end_text, today):
    """Return the period that somebody asked for, by default the last 12 months.

    Only one of both given: from there until today, or the year that ends there.

    :raise PeriodError: when there is no statement for it

    >>> parse_period("2026-01-01", "2026-01-31", date(2026, 3, 10)).end
    datetime.date(2026, 1, 31)
    >>> parse_period("", None, date(2026, 3, 10)).start
    datetime.date(2025, 3, 11)
    >>> try:
    ...     parse_period("9999-12-31", "", date(2026, 3, 10))
    ... except PeriodError as error:
    ...     print(error.reason)
    out_of_range
    """
    end = _parse_day(end_text, today)
    start = _parse_day(start_text, today)
    if start is None and end is None:
        return presets(today)["last_12_months"]
    if start is None:
        start = max(FIRST_DAY, months_before(end, 12) + timedelta(days=1))
    end = max(today, start) if end is None else end
    if start > end:
        raise PeriodError("reversed")
    if end > months_before(start, -12 * MAX_YEARS):
        raise PeriodError("too_long")
    return Period(start, end)


def last_day(today):
    """Return the latest day a statement may end on: the end of next year.

    >>> str(last_day(date(2026, 3, 10)))
    '2027-12-31'
    """
    return date(today.year + 1, 12, 31)


def _parse_day(text, today):
    """Return a day, or ``None`` for no text."""
    text = (text or "").strip()
    if not text:
        return None
    if not _DAY.fullmatch(text):
        raise PeriodError("not_a_day")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise PeriodError("not_a_day") from None
    if not FIRST_DAY <= day <= last_day(today):
        raise PeriodError("out_of_range")
    return day
