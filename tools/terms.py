"""What a customer decides on, as plain data: one fingerprint, and what changed since.

Imports no Odoo. *Terms* are a dict of ``head`` (name -> text) and ``lines`` (list of dicts of
texts, each with an ``id``). All values are texts. Numbers and dates depend on no language, and
names of units and taxes are in the customer's, so the same quote has the same fingerprint whoever
looks at it.
"""

import base64
import binascii
import hashlib
import json
import zlib
from datetime import UTC
from typing import NamedTuple

from .zones import get_zones

# More than any quote has; whatever is larger was not made by us.
MAX_BYTES = 2_000_000


class Change(NamedTuple):
    """One difference: on which line (``None``: the whole), of what, from what to what.

    A line that is new has ``old`` ``None``; one that is gone has ``new`` ``None``. Both are
    then about the field ``line``, and the other side is the line as a dict.
    """

    line: dict | None
    field: str
    old: object
    new: object


class Answer(NamedTuple):
    """What a visitor posted: through which access (sudo), in which visit.

    ``kind`` is "accepted", "declined", "partial" for an answer line by line, or "chosen" for a
    choice among options alone; ``form`` holds the texts that were posted; ``first_visit`` is the
    first one in which this browser opened the link.
    """

    access: object
    kind: str
    form: dict
    visit: str
    first_visit: str | None = None


class Refusal(NamedTuple):
    """Why an answer was rejected in a request whose other changes are saved.

    ``access`` is the way in, ``sentence`` tells the visitor what is wrong, ``changes`` lists what
    changed since they looked, ``typed`` prefills the form. If nothing is to be saved,
    ``DecisionRefused`` is raised instead, with the same content.
    """

    access: object
    sentence: str
    changes: list
    typed: dict
    status: int = 409


class Outcome(NamedTuple):
    """The result of an answer.

    ``kind`` is "decided" by this or an earlier answer, "chosen" when the visitor has to look at
    the new total first, or "refused" with a :class:`Refusal`. ``typed`` prefills the form when
    something was chosen.
    """

    kind: str
    refusal: Refusal | None = None
    typed: dict | None = None


def fingerprint(terms):
    """Return the SHA-256 of terms as 64 hexadecimal digits: the one function that says so.

    >>> fingerprint({"head": {"a": "1", "b": "2"}, "lines": []}) == fingerprint(
    ...     {"lines": [], "head": {"b": "2", "a": "1"}}
    ... )
    True
    >>> len(fingerprint({"head": {}, "lines": []}))
    64
    """
    return hashlib.sha256(canonical(terms).encode()).hexdigest()


def canonical(terms):
    """Return terms as JSON, always in the same spelling.

    >>> canonical({"lines": [], "head": {"note": "für"}})
    '{"head":{"note":"für"},"lines":[]}'
    """
    return json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def pack(terms):
    """Return terms as a short text that fits in a form.

    >>> unpack(pack({"head": {"note": "für"}, "lines": []}))
    {'head': {'note': 'für'}, 'lines': []}
    """
    return base64.urlsafe_b64encode(zlib.compress(canonical(terms).encode(), 9)).decode()


def unpack(text):
    """Return what :func:`pack` packed.

    :raise ValueError: the text is something else

    >>> unpack("nonsense")
    Traceback (most recent call last):
        ...
    ValueError: not packed terms
    """
    try:
        packed = base64.urlsafe_b64decode(text.encode())
        return json.loads(zlib.decompressobj().decompress(packed, MAX_BYTES))
    except (ValueError, binascii.Error, zlib.error) as error:
        raise ValueError("not packed terms") from error


def compare(old, new):
    """Return the changes between two terms: the head first, then the lines in their new order.

    >>> line = {"id": "1", "name": "Bread", "price": "2.00"}
    >>> was = {"head": {"currency": "EUR"}, "lines": [line]}
    >>> compare(was, was)
    []
    >>> [change] = compare(was, {**was, "lines": [{**line, "price": "3.00"}]})
    >>> change.line["name"], change.field, change.old, change.new
    ('Bread', 'price', '2.00', '3.00')
    >>> [change] = compare(was, {**was, "lines": []})
    >>> change.field, change.old["name"], change.new
    ('line', 'Bread', None)
    >>> [change] = compare(was, {**was, "head": {"currency": "USD"}})
    >>> change
    Change(line=None, field='currency', old='EUR', new='USD')
    """
    changes = _compare_values(None, old["head"], new["head"])
    before = {line["id"]: line for line in old["lines"]}
    after = {line["id"]: line for line in new["lines"]}
    for key, line in after.items():
        if key not in before:
            changes.append(Change(line, "line", None, line))
        else:
            changes += _compare_values(line, before[key], line)
    changes += [
        Change(line, "line", line, None) for key, line in before.items() if key not in after
    ]
    common = [key for key in before if key in after]
    if common != [key for key in after if key in before]:
        changes.append(Change(None, "order", "", ""))
    return changes


def compare_content(old, new):
    """Like :func:`compare`, but ignore lines that were recreated with the same content.

    >>> line = {"id": "1", "name": "Bread", "price": "2.00"}
    >>> was = {"head": {}, "lines": [line, {**line, "id": "2"}]}
    >>> compare_content(was, {"head": {}, "lines": [{**line, "id": "3"}, {**line, "id": "4"}]})
    []
    >>> anew = {"head": {}, "lines": [{**line, "id": "3", "price": "1.00"}, {**line, "id": "4"}]}
    >>> [(change.old and change.old["id"], change.new and change.new["id"])
    ...  for change in compare_content(was, anew) if change.field == "line"]
    [(None, '3'), ('2', None)]
    """
    kept = {line["id"] for line in new["lines"]}
    gone = [line for line in old["lines"] if line["id"] not in kept]
    known = {line["id"] for line in old["lines"]}
    lines = []
    for line in new["lines"]:
        said = line["id"] not in known and next(
            (one for one in gone if {**one, "id": ""} == {**line, "id": ""}), None
        )
        if said:
            gone.remove(said)
        lines.append(said or line)
    return compare(old, {**new, "lines": lines})


def _compare_values(line, old, new):
    return [
        Change(line, field, old.get(field), new.get(field))
        for field in dict.fromkeys([*old, *new])
        if old.get(field) != new.get(field)
    ]


def days_left(day, now, zones):
    """Return how many days are left: 0 on the last one, negative once it is over everywhere.

    A quote that is valid until a day may be accepted until that day has ended both where the
    customer is and where the company is.

    :param datetime.date day: the last day
    :param datetime.datetime now: with a time zone
    :param zones: names of time zones, empty and unknown ones being ignored; none at all means UTC

    >>> from datetime import date, datetime, timezone
    >>> now = datetime(2026, 5, 2, 3, 0, tzinfo=timezone.utc)
    >>> days_left(date(2026, 5, 1), now, ["Europe/Berlin", "", "Mars/Base"])
    -1
    >>> days_left(date(2026, 5, 1), now, ["Europe/Berlin", "America/New_York"])
    0
    >>> days_left(date(2026, 5, 9), now, [])
    7
    """
    return (day - min(now.astimezone(zone).date() for zone in get_zones(*zones) or [UTC])).days
