"""Find every place in addons that grants access without sign-in; read the table of them."""

import fnmatch
import re
from collections import defaultdict
from pathlib import Path

TABLE = Path(__file__).with_suffix(".txt")
DECISIONS = ("closed", "replaced", "left")
SYMBOLS = {
    "access_token": r"access_token",
    "_portal_ensure_token": r"_portal_ensure_token",
    "get_portal_url": r"get_portal_url",
    "_get_share_url": r"_get_share_url",
    # What opens a document's chatter to a contact: by name, or both parameters in one line.
    "hash/pid": r"_sign_token|validate_thread_with_|get_portal_partner"
    r"|_portal_get_parent_hash_token|\b_?hash\b[^\n]{0,80}\bpid\b|\bpid\b[^\n]{0,80}\b_?hash\b",
}
PATTERNS = {name: re.compile(pattern) for name, pattern in SYMBOLS.items()}
KINDS = {".py", ".xml", ".js"}
# Folders whose code doesn't run in production.
ASIDE = {"tests", "lib", "node_modules", "populate"}


def find_places(addons):
    """Return which symbols each file of these addons contains.

    :param dict addons: folder (``Path``) by technical name
    :return: dict of a set of the names in ``SYMBOLS`` by ``"module/path"``
    """
    found = {}
    for module, folder in sorted(addons.items()):
        for path in folder.rglob("*"):
            place = path.relative_to(folder)
            if path.suffix not in KINDS or ASIDE & set(place.parts) or not path.is_file():
                continue
            text = path.read_text(errors="replace")
            if names := {name for name, pattern in PATTERNS.items() if pattern.search(text)}:
                found[f"{module}/{place.as_posix()}"] = names
    return found


def read_table(text):
    """Return the table as a list of ``(decision, reason, glob, names)``.

    :raise ValueError: a line is neither a decision nor a place
    """
    rows, decision, reason = [], None, None
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        head, colon, rest = line.partition(": ")
        if not colon or not rest.strip():
            raise ValueError(f"not a line of the table: {line}")
        if line.startswith(" "):
            names = set(rest.split())
            if not decision or not names <= SYMBOLS.keys():
                raise ValueError(f"not a line of the table: {line}")
            rows.append((decision, reason, head.strip(), names))
        else:
            decision, reason = head, rest
            if decision not in DECISIONS:
                raise ValueError(f"no decision: {line}")
    return rows


def compare(found, rows):
    """Return a message for each difference between addons and table."""
    trouble, matched = [], defaultdict(set)
    for place, names in found.items():
        fitting = [row for row in rows if fnmatch.fnmatchcase(place, row[2])]
        if len(fitting) > 1:
            trouble.append(f"{place} is decided twice: {', '.join(row[2] for row in fitting)}")
            continue
        known = fitting[0][3] if fitting else set()
        if missing := names - known:
            trouble.append(
                f"{place} has {', '.join(sorted(missing))}, and nobody has decided about it. Does"
                " it open a document that Send to Customer covers, without a secure link? Then"
                " close or replace it. Otherwise, leave it alone. Say which, and why, in"
                f" tests/{TABLE.name}."
            )
        for row in fitting:
            matched[row[2]] |= names
    for _decision, _reason, place, names in rows:
        if missing := names - matched[place]:
            trouble.append(
                f"tests/{TABLE.name}: {place} is said to have {', '.join(sorted(missing))}, and"
                " nothing there has. Correct the line or remove it."
            )
    return trouble
