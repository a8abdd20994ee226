"""Lengths of time as people write them. No Odoo here."""


def clock(hours):
    """Return a number of hours as hours and minutes.

    >>> clock(7.5), clock(0.1), clock(31.9999), clock(-1.25)
    ('7:30', '0:06', '32:00', '-1:15')
    """
    minutes = round(abs(hours) * 60)
    sign = "-" if hours < 0 and minutes else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}"


def spoken(hours):
    """Return a number of hours as it stands in a sentence: whole ones without minutes.

    >>> spoken(38), spoken(7.5), spoken(1), spoken(0)
    ('38', '7:30', '1', '0')
    """
    return clock(hours).removesuffix(":00")
