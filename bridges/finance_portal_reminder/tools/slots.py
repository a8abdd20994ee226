"""When reminders leave: at a time of day where the reader is. Imports no Odoo."""

from datetime import UTC, datetime, time, timedelta

FRIDAY, SATURDAY = 4, 5
LAST_MINUTE = 24 * 60 - 1


def next_slot(now, zone, hour, weekdays_only):
    """Return the next moment at an hour of a zone, in UTC and without a zone, and its day there.

    >>> from zoneinfo import ZoneInfo
    >>> berlin, friday = ZoneInfo("Europe/Berlin"), datetime(2026, 11, 27, 8, 0)
    >>> next_slot(friday, berlin, 9.5, True)
    (datetime.datetime(2026, 11, 27, 8, 30), datetime.date(2026, 11, 27))
    >>> next_slot(friday, berlin, 9, True)
    (datetime.datetime(2026, 11, 30, 8, 0), datetime.date(2026, 11, 30))
    >>> next_slot(friday, berlin, 9, False)
    (datetime.datetime(2026, 11, 28, 8, 0), datetime.date(2026, 11, 28))
    >>> next_slot(datetime(2026, 11, 27, 20, 0), ZoneInfo("Asia/Tokyo"), 9, False)
    (datetime.datetime(2026, 11, 28, 0, 0), datetime.date(2026, 11, 28))
    """
    minutes = min(max(round(hour * 60), 0), LAST_MINUTE)
    day = now.replace(tzinfo=UTC).astimezone(zone).date()
    while True:
        local = datetime.combine(day, time(*divmod(minutes, 60)), zone)
        moment = local.astimezone(UTC).replace(tzinfo=None)
        if moment > now and not (weekdays_only and day.weekday() >= SATURDAY):
            return moment, day
        day += timedelta(days=1)


def last_weekday(day):
    """Return the Friday before a day on a weekend, and any other day itself.

    >>> from datetime import date
    >>> last_weekday(date(2026, 11, 29)), last_weekday(date(2026, 11, 26))
    (datetime.date(2026, 11, 27), datetime.date(2026, 11, 26))
    """
    return day - timedelta(days=max(day.weekday() - FRIDAY, 0))
