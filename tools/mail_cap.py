"""How often somebody may be mailed on request."""

from collections.abc import Iterable
from datetime import datetime, timedelta

MIN_INTERVAL = timedelta(minutes=5)
DAILY_CAP = 5  # in 24 hours


def has_room(times: Iterable[datetime], now: datetime) -> bool:
    """Return whether one more email may be asked for.

    :param times: when the earlier ones were asked for

    >>> noon = datetime(2026, 3, 2, 12)
    >>> has_room([], noon), has_room([noon - timedelta(minutes=5)], noon)
    (True, True)
    >>> has_room([noon - timedelta(minutes=4)], noon)
    False
    >>> hourly = [noon - timedelta(hours=hours) for hours in (1, 2, 3, 4)]
    >>> has_room([*hourly, noon - timedelta(hours=23)], noon)
    False
    >>> has_room([*hourly, noon - timedelta(hours=24)], noon)
    True
    """
    recent = [time for time in times if time > now - timedelta(days=1)]
    return len(recent) < DAILY_CAP and (not recent or max(recent) <= now - MIN_INTERVAL)
