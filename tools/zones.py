"""Time zones by names that may be old, or none at all. Imports no Odoo."""

from datetime import UTC
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global


def get_zone(*names):
    """Return the first zone that the machine knows, else UTC; its ``str()`` is its name.

    A database may hold names that this machine does not have: they came from another one, or
    were written past Odoo.

    >>> str(get_zone("Mars/Base", None, "Europe/Berlin", "Asia/Tokyo"))
    'Europe/Berlin'
    >>> str(get_zone(False, "America", "/etc/passwd", "../UTC"))
    'UTC'
    """
    return next(iter(get_zones(*names)), UTC)


def get_zones(*names):
    """Return all zones among these names that the machine knows.

    >>> [str(zone) for zone in get_zones("Asia/Tokyo", "", "Mars/Base", "UTC")]
    ['Asia/Tokyo', 'UTC']
    """
    return [zone for name in names if name and (zone := _find(name))]


@cache
def _find(name):
    """Return the zone of a name, under another one where the machine dropped this one.

    >>> str(_find("US/Pacific")) in ("US/Pacific", "America/Los_Angeles")
    True
    """
    return next(filter(None, map(_load, [name, *_get_synonyms(name)])), None)


def _get_synonyms(name):
    """Return other names of a zone, which may be newer or older.

    >>> _get_synonyms("US/Pacific")[0]
    'America/Los_Angeles'
    >>> "Asia/Kolkata" in _get_synonyms("Asia/Calcutta")
    True
    """
    aliases = get_global("zone_aliases")
    main = aliases.get(name, name)
    return [main, *sorted(alias for alias, of in aliases.items() if of == main)]


def _load(name):
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no name at all, a folder of zones
        return None
