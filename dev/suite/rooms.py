"""Rooms of ``models/`` form layers: what stands in a room uses only the rooms before it.

The order is that of ``models/__init__.py``. Read are imports, and the names of models; what a
method of a mixin or of an extended model calls is not seen here.
"""

import re
from collections.abc import Iterator
from pathlib import Path

IMPORTED = re.compile(r"^from \.\.(\w+)\.\w+ import|^from \. import (\w+)$", re.MULTILINE)
DEFINED = re.compile(r'^    _name = "(finance\.portal\.[^"]+)"', re.MULTILINE)
NAMED = re.compile(r"[\"'](finance\.portal\.[^\"']+)[\"']")

# (room or "*", model of a room above it): why it is needed.
ALLOWED = {
    ("*", "finance.portal.event"): "every room writes down what happened",
    ("access", "finance.portal.link"): "a customer's access remembers the link they came by",
    ("mail", "finance.portal.link"): "a link is made at the moment its email leaves",
    ("mail", "finance.portal.account.link"): "so is the mailed link to an account",
    ("accounts", "finance.portal.account.link"): "staff see the mailed links of an account",
    ("web", "finance.portal.access.request"): "the page of a closed link offers Request access",
    ("audit", "finance.portal.pdf"): "retention keeps a PDF that is evidence",
    ("files", "finance.portal.pdf"): "official PDFs are not offered as files to share",
    ("pdf", "finance.portal.statement"): "a statement is printed with the same letterhead",
    ("portal", "finance.portal.statement"): "the overview shows the balance",
    ("portal", "finance.portal.list.invoices"): "the portal's menu lists its pages",
    ("portal", "finance.portal.list.payments"): "the portal's menu lists its pages",
    ("portal", "finance.portal.list.quotes"): "the portal's menu lists its pages",
    ("portal", "finance.portal.list.orders"): "the portal's menu lists its pages",
    ("portal", "finance.portal.list.statements"): "the portal's menu lists its pages",
}


def check(models: Path) -> list[str]:
    """Return what runs up from a room to one above it, and what is allowed but not needed."""
    rooms = [own for _other, own in IMPORTED.findall((models / "__init__.py").read_text()) if own]
    files = [path for room in rooms for path in sorted((models / room).glob("*.py"))]
    homes = {name: path.parent.name for path in files for name in DEFINED.findall(path.read_text())}
    found, needed = [], set()
    for path in files:
        room = path.parent.name
        for number, what, home in _uses(path, homes):
            if home not in rooms or rooms.index(home) <= rooms.index(room):
                continue
            allowed = {(room, what), ("*", what)} & ALLOWED.keys()
            needed |= allowed
            if not allowed:
                place = path.relative_to(models.parent)
                found.append(f"{place}:{number}: {room} uses {what}, which is above it, in {home}")
    return found + [f"not needed any more: {pair}" for pair in sorted(ALLOWED.keys() - needed)]


def _uses(path: Path, homes: dict[str, str]) -> Iterator[tuple[int, str, str]]:
    """Yield the line, what is used, and the room it is in."""
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        for room, _own in IMPORTED.findall(line):
            if room:
                yield number, room, room
        for name in NAMED.findall(line):
            if name in homes:
                yield number, name, homes[name]
