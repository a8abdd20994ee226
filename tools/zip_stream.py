"""A ZIP archive as a stream whose length is known before its first byte. Imports no Odoo.

The standard library can write to a stream, too, but then puts the checksum of a file behind it,
which not every program can read where files are stored as they are, and nobody knows the length
before the end. Stored they are: a PDF gains nothing from being compressed again. The same files
always give the same bytes, so that a download which broke off can go on where it stopped.
"""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

# The records of the format: before each file, in the directory at the end, and after that.
LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
VERSION = 20
UTF8 = 0x800  # names are in it
FIRST_YEAR, LAST_YEAR = 1980, 2107  # of what the format can say


class ChangedFile(Exception):
    """A file isn't as long as it was when the archive began; its name is the argument."""


class Member(NamedTuple):
    """A file to put into an archive; ``read`` returns its content, which has ``size`` bytes."""

    name: str
    size: int
    day: date
    read: Callable[[], bytes]


def zip_length(members: Iterable[Member]) -> int:
    """Return how many bytes the archive of these files has.

    >>> zip_length([]), zip_length([Member("a.txt", 3, date(2026, 1, 1), None)])
    (22, 111)
    """
    records = LOCAL.size + CENTRAL.size
    return END.size + sum(records + 2 * len(one.name.encode()) + one.size for one in members)


def zip_chunks(members: Iterable[Member]) -> Iterator[bytes]:
    """Yield the archive; no more than one file is in memory at any time.

    :raise ChangedFile: one isn't as long as it said

    >>> import io, zipfile
    >>> archive = b"".join(zip_chunks([Member("a.txt", 3, date(2026, 1, 1), lambda: b"abc")]))
    >>> zipfile.ZipFile(io.BytesIO(archive)).read("a.txt"), len(archive)
    (b'abc', 111)
    """
    directory, offset = [], 0
    for member in members:
        content, name = member.read(), member.name.encode()
        if len(content) != member.size:
            raise ChangedFile(member.name)
        facts = (UTF8, 0, 0, _pack_day(member.day), zlib.crc32(content))
        facts += (member.size, member.size, len(name), 0)
        directory.append(
            CENTRAL.pack(b"PK\1\2", VERSION, VERSION, *facts, 0, 0, 0, 0, offset) + name
        )
        head = LOCAL.pack(b"PK\3\4", VERSION, *facts) + name
        offset += len(head) + member.size
        yield head
        yield content
    central, count = b"".join(directory), len(directory)
    yield central + END.pack(b"PK\5\6", 0, 0, count, count, len(central), offset, 0)


def cut(chunks: Iterable[bytes], start: int, stop: int) -> Iterator[bytes]:
    """Yield the part of a stream from one byte up to another one, which is not included.

    >>> list(cut([b"abc", b"def", b"ghi"], 2, 5)), list(cut([b"abc"], 3, 3))
    ([b'c', b'de'], [])
    """
    at = 0
    for chunk in chunks:
        if at >= stop:
            return
        if part := chunk[max(start - at, 0) : stop - at]:
            yield part
        at += len(chunk)


def unique_name(name: str, taken: set[str]) -> str:
    """Return a name that no other file has, in capitals or not, and add it to ``taken``.

    >>> taken = set()
    >>> [unique_name(name, taken) for name in ("a.pdf", "A.pdf", "a.pdf", "a (2).pdf", "x")]
    ['a.pdf', 'A (2).pdf', 'a (3).pdf', 'a (2) (2).pdf', 'x']
    """
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    number, own = 1, name
    while own.casefold() in taken:
        number += 1
        own = f"{stem} ({number}){dot}{ending}"
    taken.add(own.casefold())
    return own


def _pack_day(day: date) -> int:
    """Return a day as the format has it.

    >>> _pack_day(date(1980, 1, 1)), _pack_day(date(1970, 5, 5))
    (33, 33)
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return _pack_day(date(FIRST_YEAR, 1, 1))
    return (day.year - FIRST_YEAR) << 9 | day.month << 5 | day.day
