"""Count requests in a window that slides, from two counters. Imports no Odoo."""

import ipaddress
import math


def window_start(now, seconds):
    """Return the start of the fixed window that holds ``now`` (both in Unix seconds).

    >>> window_start(125.9, 60)
    120
    """
    return int(now // seconds) * seconds


def sliding_hits(current, previous, now, seconds):
    """Estimate the hits of the last ``seconds`` from this fixed window and the one before.

    The previous window counts by the share of it that still lies inside the sliding one,
    so a visitor cannot get twice the limit by waiting for a boundary.

    >>> sliding_hits(current=10, previous=60, now=120, seconds=60)
    70.0
    >>> sliding_hits(current=10, previous=60, now=150, seconds=60)
    40.0
    """
    elapsed = now - window_start(now, seconds)
    return current + previous * (1 - elapsed / seconds)


def retry_after(current, previous, now, seconds, limit):
    """Return the whole seconds after which one more request is within the limit again.

    Given that none comes before; ``current`` counts the one that was just refused.

    >>> retry_after(current=1, previous=60, now=120, seconds=60, limit=31)
    31
    >>> retry_after(current=31, previous=0, now=150, seconds=60, limit=30)
    34
    >>> retry_after(current=2, previous=0, now=179, seconds=60, limit=1)
    61
    """
    elapsed = now - window_start(now, seconds)
    left = limit - current - 1  # of the limit, beside that request and those of this window
    if left >= 0:
        wait = seconds * (1 - left / max(previous, 1)) - elapsed
    else:
        # In the next window, where this one is the one before.
        wait = seconds - elapsed + seconds * (1 - max(0, limit - 1) / current)
    return max(1, math.ceil(wait - 1e-6))


def network_of(address):
    """Return what counts as one visitor: an IPv4 address, or the /64 of an IPv6 address.

    >>> network_of("203.0.113.7"), network_of("2001:db8::1:2:3:4"), network_of("nonsense")
    ('203.0.113.7', '2001:db8::/64', 'unknown')
    """
    try:
        ip = ipaddress.ip_address((address or "").split("%")[0])
    except ValueError:
        return "unknown"
    if ip.version == 4:
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, 64), strict=False))


def is_inside(address):
    """Return whether an address belongs to a network of one's own: no customer comes from there.

    >>> is_inside("10.1.2.3"), is_inside("127.0.0.1"), is_inside("8.8.8.8"), is_inside(None)
    (True, True, False, False)
    """
    try:
        return ipaddress.ip_address((address or "").split("%")[0]).is_private
    except ValueError:
        return False


def shorten_address(address):
    """Return ``address`` without the part that names one household (/24, /48), or ``""``.

    >>> shorten_address("203.0.113.7"), shorten_address("2001:db8:1:2::3"), shorten_address("?")
    ('203.0.113.0', '2001:db8:1::', '')
    >>> shorten_address("::ffff:203.0.113.7")
    '203.0.113.0'
    """
    try:
        ip = ipaddress.ip_address((address or "").split("%")[0])
    except ValueError:
        return ""
    ip = getattr(ip, "ipv4_mapped", None) or ip  # as a server that listens to both writes them
    prefix = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network((ip, prefix), strict=False).network_address)
