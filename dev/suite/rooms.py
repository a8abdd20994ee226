"""Rooms of ``models/`` form layers: what stands in a room uses only the rooms before it.

The order is that of ``models/__init__.py``. Read are imports, the names of models, and calls of
methods that only rooms above define: also where it is one's own model that they extend.
"""

import ast
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

# (room, a room above it whose methods it calls): why. Of a model in ALLOWED, methods are as well.
CALLED = {
    ("web", "documents"): "a page draws what a document tells of itself",
    ("web", "access"): "a page is shown through an access",
    ("web", "files"): "files are shown on the page of every kind",
    ("web", "pdf"): "the page offers the PDF, where there is one",
    ("web", "sign_in"): "who is refused on the way to sign in sees whose portal it is",
    ("access", "sending"): "who may not send a document may not preview it",
    ("access", "decisions"): "an answer comes through an access; the document carries it out",
    ("access", "portal"): "a signed-in customer's document stands in the portal's frame",
    ("mail", "files"): "what is too large for an email is shown on the page",
    ("links", "sign_in"): "the page of a link offers an account",
    ("sign_in", "portal"): "the settings are a page of the portal",
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
    reached = {(room, homes[name]) for room, name in ALLOWED if name in homes}
    for place, room, name, home in _calls(files, rooms):
        pair = room, home
        needed |= {pair} & CALLED.keys()
        if pair not in CALLED and not {pair, ("*", home)} & reached:
            found.append(f"{place}: {room} calls {name}, which is above it, in {home}")
    unneeded = sorted({*ALLOWED, *CALLED} - needed)
    return found + [f"not needed any more: {pair}" for pair in unneeded]


def _uses(path: Path, homes: dict[str, str]) -> Iterator[tuple[int, str, str]]:
    """Yield the line, what is used, and the room it is in."""
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        for room, _own in IMPORTED.findall(line):
            if room:
                yield number, room, room
        for name in NAMED.findall(line):
            if name in homes:
                yield number, name, homes[name]


def _calls(files: list[Path], rooms: list[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield each call of a method that only rooms above define.

    As the place, the room, the method, and the lowest room that defines it.
    """
    trees = {path: ast.parse(path.read_text()) for path in files}
    homes, own = {}, set()
    for path, tree in trees.items():
        for method, is_own in _methods(tree):
            homes.setdefault(method, path.parent.name)  # files are in the order of rooms
            own |= {method} if is_own else set()
    for path, tree in trees.items():
        room = path.parent.name
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            name, home = node.func.attr, homes.get(node.func.attr, room)
            if name in own and rooms.index(home) > rooms.index(room):
                yield f"models/{room}/{path.name}:{node.lineno}", room, name, home


def _methods(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Yield the methods of a file, each with whether it is ours: it extends no other one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith(("_", "action_")):
            calls = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
            extends = any(
                isinstance(func, ast.Attribute)
                and func.attr == node.name
                and isinstance(func.value, ast.Call)
                and getattr(func.value.func, "id", "") == "super"
                for func in calls
            )
            yield node.name, not extends
