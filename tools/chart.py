"""Small charts as SVG: no script, no style attribute, all colours from the stylesheet.

Imports no Odoo. Texts come translated from the caller. The picture stretches to the room it
has, so it holds no words; what stands beside it belongs to the page.
"""

from html import escape
from itertools import pairwise

WIDTH, HEIGHT = 600, 120
MARGIN = 4  # so that a line at the edge keeps its whole width


def balance_chart(points, title, description, rtl=False):
    """Return an SVG of a balance over time, as steps: it stays until it changes.

    :param list points: ``(day, amount)``, the oldest first; days may be anything that can be
        subtracted, such as dates
    :param str title: what it is, read first to who cannot see it
    :param str description: what it shows, in words
    :param bool rtl: whether time runs from right to left, as the reader's language does

    >>> picture = balance_chart([(0, 10), (5, 30), (10, -10)], "Balance & more", "It <rose>.")
    >>> picture.startswith('<svg class="chart" role="img" viewBox="0 0 600 120"')
    True
    >>> "<title>Balance &amp; more</title><desc>It &lt;rose&gt;.</desc>" in picture
    True
    >>> '<path class="chart-line" d="M0 60V60H300V4H600V116"/>' in picture
    True
    >>> balance_chart([(0, 10), (5, 30), (10, -10)], "", "", rtl=True).count("M600 60V60H300V4H0")
    2
    >>> '<path class="chart-zero" d="M0 88H600"/>' in picture
    True
    """
    places = _places(points, rtl)
    (first_x, first_y), (last_x, last_y) = places[0], places[-1]
    zero = _height_of(0, *_range(points))
    steps = "".join(f"V{before_y}H{x}" for (_x, before_y), (x, _y) in pairwise(places))
    line = f"M{first_x} {first_y}{steps}V{last_y}"
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'preserveAspectRatio="none">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        f'<path class="chart-area" d="{line}V{zero}H{first_x}Z"/>'
        f'<path class="chart-zero" d="M{min(first_x, last_x)} {zero}H{max(first_x, last_x)}"/>'
        f'<path class="chart-line" d="{line}"/></svg>'
    )


def _range(points):
    """Return the lowest and the highest amount shown; nothing is always between."""
    amounts = [float(amount) for _day, amount in points]
    return min(0.0, *amounts), max(0.0, *amounts)


def _places(points, rtl):
    """Return where the points are drawn, as whole numbers."""
    low, high = _range(points)
    start, length = points[0][0], _steps(points[-1][0] - points[0][0])
    places = []
    for day, amount in points:
        x = round(WIDTH * _steps(day - start) / length) if length else WIDTH
        places.append((WIDTH - x if rtl else x, _height_of(amount, low, high)))
    if not length:  # one day alone: a line from edge to edge
        places.insert(0, (WIDTH if rtl else 0, places[0][1]))
    return places


def _steps(distance):
    return getattr(distance, "days", distance)


def _height_of(amount, low, high):
    """Return how far from the top an amount is drawn; in the middle when all are nothing."""
    if low == high:
        return HEIGHT // 2
    return round(MARGIN + (HEIGHT - 2 * MARGIN) * (high - float(amount)) / (high - low))
