"""Say who stands behind a request: a person, a mail scanner or staff. Imports no Odoo.

Mail gateways fetch links before the customer does, from clouds, with a browser's agent, some
with a real browser. So no single sign decides: a plain fetch is never proof of a person, and
even the visible page speaking up is none when everything around it says machine.
"""

import re
from typing import NamedTuple

from .rate_window import network_of

PERSON, SCANNER, STAFF, UNKNOWN = "person", "scanner", "staff", "unknown"

# What was done: something was fetched; a file was taken from the page; the page told by itself
# that it is in view, or that somebody touched it; somebody pressed a button on it; somebody
# answered it: accepted, declined, paid.
FETCH, DOWNLOAD, SIGNAL, GESTURE, PRESS = "fetch", "download", "signal", "gesture", "press"
ANSWER = "answer"

# How many seconds of the record are looked at, see :func:`get_window`.
WINDOW = 10
# Seconds after the email left within which nobody can have clicked, read, or downloaded.
FETCH_SOON, SIGNAL_SOON, DOWNLOAD_SOON = 5, 3, 60
# The same in a burst, that is: the address has just hit links of other recipients, too.
FETCH_BURST, SIGNAL_BURST = 120, 15
# As long, a link that two networks hit at once is one that a gateway's cloud looks at.
NETWORKS_SOON = 30

# Names under which mail gateways, link previews and crawlers present themselves.
_NAMED = re.compile(
    r"(?<!cu)bot\b|"  # CUBOT makes phones
    r"crawl|spider|slurp|preview|scan|proofpoint|mimecast|barracuda|safelinks|symantec|"
    r"fortiguard|trendmicro|sophos|forcepoint|zscaler|cloudmark|messagelabs|url ?defense|"
    r"googleimageproxy|yahoomailproxy|facebookexternalhit|whatsapp|telegram|slack|"
    r"ms-?office|microsoft office|google-safety|virustotal|urlscan",
    re.IGNORECASE,
)
# Browsers without a screen, and what drives browsers.
_DRIVEN = re.compile(
    r"headless|phantomjs|puppeteer|playwright|selenium|webdriver|jsdom|htmlunit|splash",
    re.IGNORECASE,
)
# Browsers that cannot reach a page of today; sandboxes that pose as a victim still claim them.
_ANTIQUE = re.compile(r"MSIE [2-9]\.|Windows (NT 5|98|95)")
# Every browser begins like this and says in brackets what it runs on; HTTP libraries do not.
_BROWSER = re.compile(r"^(Mozilla|Opera)/\d[^(]*\(")


class Hit(NamedTuple):
    """What is known of one request. Times are whole seconds, ``None`` when not known."""

    method: str = "GET"
    agent: str = ""
    act: str = FETCH
    staff: bool = False  # signed in to the back office
    customer: bool = False  # signed in to their account in the portal
    ahead: bool = False  # the browser says that it loads before anybody clicked
    age: int | None = None  # since the email left
    since_opened: int | None = None  # since this visit began, when that was within the window
    others: int = 0  # recipients whose links the same network hit within the window
    networks: int = 1  # from how many networks this link was hit within its window
    probed: bool = False  # the same network asked for this link's headers within its window


class Row(NamedTuple):
    """One earlier hit of the record, see :func:`read_record`."""

    link: int
    email: str
    ip: str
    visit: str | None
    kind: str
    reason: str | None
    ago: int  # seconds


def judge(hit):
    """Return ``(verdict, reason)`` for one request; both are codes, not words.

    >>> phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"
    >>> judge(Hit(agent=phone, age=1200))
    ('unknown', 'fetched')
    >>> judge(Hit(agent=phone, age=3))
    ('scanner', 'too_soon')
    >>> judge(Hit("POST", phone, SIGNAL, age=1200))
    ('person', 'acted')
    >>> judge(Hit("POST", "Proofpoint-URLDefense", SIGNAL, age=1200))
    ('scanner', 'named_scanner')
    >>> judge(Hit("POST", phone, SIGNAL, age=1200, staff=True))
    ('staff', 'signed_in')
    >>> judge(Hit("POST", "Proofpoint-URLDefense", ANSWER, age=1))
    ('person', 'acted')
    """
    if hit.staff:
        return STAFF, "signed_in"
    if hit.customer:
        return PERSON, "customer_signed_in"
    if hit.act == ANSWER:
        # It has consequences, and needed our page's own form: whoever gives it answers for it.
        return PERSON, "acted"
    if reason := _what_it_is(hit):
        return SCANNER, reason
    if hit.act == PRESS:
        return PERSON, "acted"
    if reason := _how_it_came(hit):
        return SCANNER, reason
    if hit.act in (SIGNAL, GESTURE):
        return PERSON, "acted"
    if hit.act == DOWNLOAD and _is_later(hit, DOWNLOAD_SOON):
        return PERSON, "downloaded"
    return UNKNOWN, "fetched"


def _what_it_is(hit):
    """Return why the visitor is a machine by what it says of itself, or ``None``."""
    agent = (hit.agent or "").strip()
    if _NAMED.search(agent):
        return "named_scanner"
    if _DRIVEN.search(agent):
        return "driven"
    if not _BROWSER.search(agent):
        return "program"
    if _ANTIQUE.search(agent):
        return "antique"
    if hit.method == "HEAD":
        return "headers_only"
    return "ahead" if hit.ahead and hit.method == "GET" else None


def _how_it_came(hit):
    """Return why it is a machine by time and network, or ``None``."""
    if hit.act in (SIGNAL, GESTURE):
        return _how_it_signalled(hit)
    if not _is_later(hit, FETCH_SOON):
        return "too_soon"
    if hit.act == DOWNLOAD and hit.since_opened is not None and hit.since_opened <= 1:
        return "rushed"
    # Two colleagues behind one proxy may click at once; three hardly do, right after delivery.
    near = FETCH_BURST if hit.others > 1 else FETCH_BURST // 4
    if hit.others and not _is_later(hit, near):
        return "burst"
    if hit.networks > 1 and not _is_later(hit, NETWORKS_SOON):
        return "networks"
    return "probed" if hit.probed and not _is_later(hit, FETCH_BURST) else None


def _how_it_signalled(hit):
    """Return why the page's own signal is a machine's, or ``None``.

    A gateway may run the page's script, from another network than the one that fetched the link.
    Soon after the email a signal counts only with a gesture then, which a gateway has no hand for.
    """
    if not _is_later(hit, SIGNAL_SOON):
        return "too_soon"
    if hit.others and not _is_later(hit, SIGNAL_BURST):
        return "burst"
    if hit.act == GESTURE or _is_later(hit, NETWORKS_SOON):
        return None
    if hit.networks > 1:
        return "networks"
    return "probed" if hit.probed else None


def _is_later(hit, seconds):
    """Return whether the email left at least so long ago; without a date, it did."""
    return hit.age is None or hit.age >= seconds


def needs_record(act, age):
    """Return whether what others did just now can change the verdict, so is worth a query.

    >>> needs_record(FETCH, 1200), needs_record(FETCH, 20), needs_record(DOWNLOAD, 1200)
    (False, True, True)
    """
    soon = {
        FETCH: FETCH_BURST,
        SIGNAL: NETWORKS_SOON,
        GESTURE: SIGNAL_BURST,
        DOWNLOAD: float("inf"),
        PRESS: 0,
        ANSWER: 0,
    }
    return age is not None and age < soon[act]


def get_window(act):
    """Return how many seconds of the record tell of such an act, see :func:`read_record`.

    A gateway's script may come long after its fetch, so for a signal it is as long as the email
    may have been there.
    """
    return NETWORKS_SOON if act == SIGNAL else WINDOW


def read_record(rows, *, link, email, ip, visit):
    """Return the part of a :class:`Hit` that the record of the last seconds tells.

    :param rows: the :class:`Row` of the window, of all links of the company
    :param link: the link that is hit now, ``email`` its recipient's address
    :param ip: who hits it now, in which ``visit``

    >>> rows = [Row(1, "a@x", "203.0.113.1", "v", "opened", "headers_only", 4),
    ...         Row(2, "b@x", "203.0.113.1", "w", "opened", "fetched", 3)]
    >>> read_record(rows, link=1, email="a@x", ip="203.0.113.1", visit="v")
    {'since_opened': 4, 'others': 1, 'networks': 1, 'probed': True}
    """
    network = network_of(ip)
    here = [row for row in rows if row.link == link]
    opened = [row.ago for row in here if row.kind == "opened" and visit and row.visit == visit]
    neighbours = [row for row in rows if network_of(row.ip) == network]
    others = {row.email for row in neighbours if row.link != link and row.ago <= WINDOW}
    return {
        "since_opened": min(opened, default=None),
        "others": len(others - {email}),
        "networks": len({network_of(row.ip) for row in here} | {network}),
        "probed": any(row.link == link and row.reason == "headers_only" for row in neighbours),
    }
